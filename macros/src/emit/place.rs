//! Tokens that carry the place where the compiler is to show an error.

use crate::settings::{Limit, Place, Settings};
use crate::syntax::expr::{first_span, plain};
use crate::syntax::paths::{Root, located};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote_spanned};
use syn::Expr;

/// `<private>::<function>(<args>)`, spanning the tokens of the timeout.
pub(super) fn at_limit(settings: &Settings, root: &Root, function: &str, args: TokenStream) -> TokenStream {
    let Limit { start, end, .. } = settings.limit;
    at(Place { start, end }, root, function, args)
}

/// The same, spanning what the user wrote there.
pub(super) fn at(place: Place, root: &Root, function: &str, args: TokenStream) -> TokenStream {
    let start = located(place.start);
    let private = root.private(start);
    let function = Ident::new(function, start);
    let mut args = Group::new(Delimiter::Parenthesis, args);
    args.set_span(located(place.end));
    let args = TokenTree::Group(args);
    quote_spanned!(start=> #private::#function #args)
}

/// A run-time expression as a reference.
pub(super) fn by_reference(expr: &Expr, span: Span) -> TokenStream {
    if matches!(plain(expr), Expr::Reference(_)) {
        return expr.to_token_stream();
    }
    let start = first_span(expr).unwrap_or(span);
    let mut group = Group::new(Delimiter::Parenthesis, expr.to_token_stream());
    group.set_span(located(start));
    let group = TokenTree::Group(group);
    quote_spanned!(located(start)=> &#group)
}

pub(super) fn by_static_reference(tracker: &Expr) -> TokenStream {
    let start = first_span(tracker).map_or_else(Span::call_site, located);
    quote_spanned!(start=> &#tracker)
}
