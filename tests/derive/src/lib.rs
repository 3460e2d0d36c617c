//! Tests of the derive; they are in `tests/`.
