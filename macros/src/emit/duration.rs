//! A duration as an expression.

use crate::settings::DurationValue;
use crate::syntax::expr::ends;
use crate::syntax::paths::{Root, located};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Expr;

pub(super) fn duration(value: &DurationValue, root: &Root) -> TokenStream {
    match value {
        DurationValue::Known(duration, span) => {
            let span = located(*span);
            let private = root.private(span);
            let (secs, nanos) = (duration.as_secs(), duration.subsec_nanos());
            quote_spanned!(span=> #private::duration(#secs, #nanos))
        }
        DurationValue::Expression(expr) => typed(expr, root),
    }
}

/// What is no `Duration` is told what to write. All at the expression.
pub(super) fn typed(expr: &Expr, root: &Root) -> TokenStream {
    let (start, end) = ends(expr);
    let (start, end) = (located(start), located(end));
    let private = root.private(start);
    let group = |inside: TokenStream| {
        let mut group = Group::new(Delimiter::Parenthesis, inside);
        group.set_span(end);
        TokenTree::Group(group)
    };
    let (given, nothing) = (group(expr.to_token_stream()), group(quote!()));
    let method = Ident::new("__outlive_duration", start);
    quote_spanned!(start=> #private::Time #given.#method #nothing)
}
