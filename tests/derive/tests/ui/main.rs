//! What the compiler prints for bad input, in folders named by the rule that is broken.
//!
//! Each case is one mistake and gives one error, at the token that is wrong. The output is that of
//! one compiler version; `TRYBUILD=overwrite` writes it again.

#[test]
#[rustversion::attr(not(stable(1.95)), ignore = "the expected output is that of Rust 1.95")]
fn bad_input_gets_an_error_that_says_what_to_do() {
    trybuild::TestCases::new().compile_fail("tests/ui/*/*.rs");
}
