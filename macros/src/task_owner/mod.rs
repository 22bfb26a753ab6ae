//! `#[derive(TaskOwner)]`: which field is the service's tracker, and that no other holds tasks or cancels them.

mod expand;
mod model;
mod validate;

use crate::syntax::Diagnostics;
use proc_macro2::{Span, TokenStream};

/// The macro without the compiler: the tokens to emit, and every mistake found.
pub(crate) fn task_owner(item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let mut errors = Diagnostics::default();
    let Some(model) = model::parse(item, &mut errors) else {
        return (TokenStream::new(), errors.into_errors());
    };
    if let Some(message) = model.root.missing(|line| format!("#[tasks({line})]")) {
        errors.at(Span::call_site(), message);
        return (expand::without_root(&model), errors.into_errors());
    }
    let output = match validate::validate(&model, &mut errors) {
        Some(tracker) => expand::expand(&model, tracker),
        None => expand::fallback(&model),
    };
    (output, errors.into_errors())
}
