//! What an attempt of a call that is tried again has of its arguments.

use super::model::Model;
use crate::syntax::paths::Root;
use crate::syntax::{borrow, names};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::Type;

/// What is kept of an argument before the first attempt, and what each attempt has of it, under this name: the last the
/// argument itself, the others a clone.
pub(super) fn argument(
    copy: &Ident,
    value: &TokenStream,
    is_generic: bool,
    root: &Root,
    span: Span,
) -> (TokenStream, TokenStream) {
    let private = root.private(span);
    let kept = Ident::new(&format!("{copy}_kept"), Span::mixed_site().located_at(span));
    let function = Ident::new(if is_generic { "generic_argument_of" } else { "argument_of" }, span);
    let last = is_last(span);
    (
        quote_spanned!(span=> let mut #kept = ::core::option::Option::Some(#value);),
        quote_spanned!(span=> let #copy = #private::#function(&mut #kept, #last)?;),
    )
}

/// Does the type of an argument name a type parameter of the function's?
pub(super) fn is_generic(model: &Model, ty: &Type) -> bool {
    let generics = model.generics();
    let names = || names::free(ty.to_token_stream()).iter().any(|used| generics.contains(&&used.ident));
    borrow::has_impl_trait(ty) || !generics.is_empty() && names()
}

/// Whether an attempt is the last one.
pub(super) fn is_last(span: Span) -> Ident {
    Ident::new("__is_last", Span::mixed_site().located_at(span))
}
