//! The `unfinished` hook.

use crate::syntax::expr::{first_span, plain};
use crate::syntax::paths::{Root, located};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::Expr;

/// What is wrong with a function is one error, in outlive's words. A closure's argument has its type from rustc, and an argument
/// of the function may be a pointer that no closure could hold.
pub(super) fn hook(wanted: &Expr, values: &[Ident], root: &Root) -> TokenStream {
    let Expr::Path(path) = plain(wanted) else { return wanted.to_token_stream() };
    if path.path.get_ident().is_some_and(|ident| values.contains(ident)) {
        return wanted.to_token_stream();
    }
    let at = first_span(path).map_or_else(Span::call_site, located);
    let private = root.private(at);
    let call = Ident::new("__call", at);
    quote_spanned!(at=> |#call| #private::Hooked(#call, #path).__outlive_hooked())
}
