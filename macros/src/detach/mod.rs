//! `detach!(…, future)`: the same for any future expression, which is taken as it stands.

mod expand;
mod model;
mod nameless;
mod validate;

use crate::arguments;
use crate::syntax::{Diagnostics, editor};
use proc_macro2::{Span, TokenStream};

/// The macro without the compiler: the expression to emit, and every mistake found.
pub(crate) fn detach(input: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let mut errors = Diagnostics::default();
    let model = model::parse(input, &mut errors);
    let root = arguments::root(&model.args, &mut errors);
    let settings = validate::validate(&model, &mut errors);
    if let Some(message) = root.missing(|line| format!("detach!({line}, …)")) {
        errors.at(Span::call_site(), message);
        return (TokenStream::new(), errors.into_errors());
    }
    let output = match settings {
        Some(_) if editor::asks() => expand::in_editor(&model, &root),
        Some(settings) => expand::expand(&model, &settings, &root),
        None => expand::fallback(&model, &root),
    };
    (output, errors.into_errors())
}
