//! What an attempt of a call that is tried again has of its arguments.

use crate::syntax::paths::Root;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

/// What is kept of an argument before the first attempt, and what each attempt has of it, under this name: the last the
/// argument itself, the others a clone.
pub(super) fn argument(copy: &Ident, value: &TokenStream, root: &Root, span: Span) -> (TokenStream, TokenStream) {
    let private = root.private(span);
    let kept = Ident::new(&format!("{copy}_kept"), Span::mixed_site().located_at(span));
    let last = is_last(span);
    (
        quote_spanned!(span=> let mut #kept = ::core::option::Option::Some(#value);),
        quote_spanned!(span=> let #copy = #private::argument_of(&mut #kept, #last)?;),
    )
}

/// Whether an attempt is the last one.
pub(super) fn is_last(span: Span) -> Ident {
    Ident::new("__is_last", Span::mixed_site().located_at(span))
}
