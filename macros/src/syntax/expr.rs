//! Small questions about expressions and the tokens that they begin with.

use super::text;
use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{Expr, ExprPath};

/// Without the invisible group that a `macro_rules!` variable stands in.
pub(crate) fn plain(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => plain(&group.expr),
        _ => expr,
    }
}

pub(crate) fn is_word(expr: &Expr, word: &str) -> bool {
    matches!(plain(expr), Expr::Path(path) if path.qself.is_none() && path.path.is_ident(word))
}

/// As statics and constants are named.
pub(crate) fn is_upper_case(ident: &Ident) -> bool {
    let name = text::plain(ident);
    name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase)
}

/// As types are named.
pub(crate) fn is_type(ident: &Ident) -> bool {
    let name = text::plain(ident);
    name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
}

/// `REQUEST_ID`, which is no type. A type may be an `ID`.
pub(crate) fn is_static(path: &ExprPath) -> bool {
    path.path
        .segments
        .last()
        .is_some_and(|last| is_upper_case(&last.ident) && last.arguments.is_none() && last.ident.to_string().len() > 3)
}

/// The static in `Some(AUDIT)`, `Arc::clone(&AUDIT)`.
pub(crate) fn wrapped(expr: &Expr) -> Option<&Expr> {
    let Expr::Call(call) = plain(expr) else { return None };
    let Expr::Path(function) = plain(&call.func) else { return None };
    // Not `Arc::clone`: a static may hold an `Arc<Tracker>`.
    let wraps = ["Some", "Arc::new", "Box::new"];
    if call.args.len() != 1 || !wraps.iter().any(|own| text::as_written(function).ends_with(own)) {
        return None;
    }
    let inner = match plain(&call.args[0]) {
        Expr::Reference(reference) => plain(&reference.expr),
        inner => inner,
    };
    let is_named = |path: &ExprPath| path.path.segments.last().is_some_and(|last| is_upper_case(&last.ident));
    matches!(inner, Expr::Path(path) if is_named(path)).then_some(inner)
}

/// The variable that a plain `limit`, `config.limit` or `config.limit()` starts with.
pub(crate) fn local(expr: &Expr) -> Option<&Ident> {
    match plain(expr) {
        Expr::Path(path) => path.path.get_ident().filter(|ident| !text::plain(ident).contains(char::is_uppercase)),
        Expr::Field(field) => local(&field.base),
        Expr::MethodCall(call) => local(&call.receiver),
        _ => None,
    }
}

pub(crate) fn first_span(tokens: impl ToTokens) -> Option<Span> {
    tokens.into_token_stream().into_iter().next().map(|token| token.span())
}

/// The first and the last token, or twice the macro's own place.
pub(crate) fn ends(tokens: impl ToTokens) -> (Span, Span) {
    let mut spans = tokens.into_token_stream().into_iter().map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::call_site);
    (first, spans.last().unwrap_or(first))
}
