//! Where the compiler points at generated code.

use proc_macro2::{Span, TokenStream};

/// The same tokens at another place.
pub(crate) fn at(span: Span, tokens: TokenStream) -> TokenStream {
    let tokens = tokens.into_iter().map(|mut token| {
        token.set_span(span);
        token
    });
    tokens.collect()
}

/// Located at a span of the user's, but hygienic as code of the macro, so that lints do not fire in it.
pub(crate) fn mixed(span: Span) -> Span {
    Span::call_site().located_at(span)
}
