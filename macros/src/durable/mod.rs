//! `#[durable(…)]`, which outlive-durable hands on: a detached function whose calls go by way of a queue. What was written
//! (`model`), whether it can work (`validate`), the function that makes the job, and the one that runs it (`expand`).

mod expand;
mod fallback;
mod model;
mod validate;

use crate::arguments::{self, Kind};
use crate::detached::places::not_a_function;
use crate::syntax::item::{self, Item};
use crate::syntax::{Diagnostics, editor};
use proc_macro2::{Span, TokenStream};

/// The macro without the compiler: the tokens to emit, and every mistake found.
pub(crate) fn durable(attr: TokenStream, item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let mut errors = Diagnostics::default();
    let function = match item::parse(&item) {
        Item::Function(function) => *function,
        Item::Other(what) => {
            errors.push(not_a_function(Kind::Durable, what, true));
            let is_expression = matches!(what, "a closure" | "a block" | "an expression");
            let output = if is_expression { TokenStream::new() } else { item };
            return (output, errors.into_errors());
        }
        Item::Unreadable(error) => {
            errors.push(error);
            return (item, errors.into_errors());
        }
    };
    let args = arguments::parse(Kind::Durable, false, attr, &mut errors);
    let own = arguments::root(&args, &mut errors).of_durable();
    let runtime = own.runtime();
    let model = model::Model::new(function);
    let settings = validate::validate(&model, &args, &mut errors);
    if let Some(message) = own.missing(|line| format!("#[durable({line}, …)]")) {
        errors.at(Span::call_site(), message);
        return (fallback::as_error(&model, &args), errors.into_errors());
    }
    let output = match settings {
        Some(settings) if editor::asks() => fallback::in_editor(&model, &args, &settings, &own),
        Some(settings) => expand::expand(&model, &settings, &own, &runtime),
        None => fallback::expand(&model, &args, &own),
    };
    (output, errors.into_errors())
}
