//! `#[detached(…)]`, and with it `#[periodic(…)]` and `#[worker(…)]`, which make loops of functions by the same steps: what
//! was written (`model`), whether it can work (`validate`), the function that starts the task (`expand`).

mod again;
mod attempt;
pub(crate) mod attributes;
mod crossing;
pub(crate) mod elsewhere;
mod endless;
pub(crate) mod ends;
pub(crate) mod expand;
mod fallback;
mod handlers;
pub(crate) mod misused;
pub(crate) mod model;
mod parameters;
pub(crate) mod places;
mod receiver;
pub(crate) mod results;
mod runners;
mod signature;
mod unheard;
pub(crate) mod validate;
mod work;

use crate::arguments::{self, Argument, Kind, Owner};
use crate::syntax::item::{self, Item};
use crate::syntax::{Diagnostics, diagnostics, editor, once};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens as _;

/// The macro without the compiler: the tokens to emit, and every mistake found.
pub(crate) fn detached(kind: Kind, attr: TokenStream, item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let mut errors = Diagnostics::default();
    let function = match item::parse(&item) {
        Item::Function(function) => *function,
        Item::Other(what) => {
            errors.push(places::not_a_function(
                kind,
                what,
                arguments::parse(kind, false, attr, &mut Diagnostics::default()).has(Argument::Track),
            ));
            // Behind an expression, the error would be no part of it.
            let is_expression = matches!(what, "a closure" | "a block" | "an expression");
            let output = if is_expression { TokenStream::new() } else { item };
            return (output, errors.into_errors());
        }
        Item::Unreadable(error) => {
            errors.push(error);
            return (item, errors.into_errors());
        }
    };
    if let Some(error) = places::of_async_trait(kind, &function) {
        return (item, vec![error]);
    }
    if let Some((output, error)) = runners::of_main(kind, &function).or_else(|| runners::of_others(kind, &function)) {
        return (output, vec![error]);
    }
    let (owner, attr) = Owner::take(attr);
    let mut args = arguments::parse(kind, owner.is_some(), attr, &mut errors);
    args.broken |= owner.as_ref().is_some_and(|owner| owner.is_lost);
    let root = match &owner {
        Some(owner) if !args.has(Argument::Crate) => owner.root.clone(),
        _ => arguments::root(&args, &mut errors),
    };
    let model = model::Model::new(kind, function, owner);
    let settings = validate::validate(&model, &args, &mut errors);
    let error = match &model.owner {
        Some(owner) if owner.is_lost => Some(owner.constant.to_token_stream()),
        _ => root.missing(|line| format!("#[{}({line}, …)]", kind.name())).map(|message| {
            errors.at(Span::call_site(), message);
            diagnostics::as_type()
        }),
    };
    let mut errors = errors.into_errors();
    if errors.iter().any(receiver::is_of_impl) && once::is_said() {
        errors.retain(|error| !receiver::is_of_impl(error));
        return (fallback::of_impl(&model, &args, &root), errors);
    }
    if handlers::extracts(&model, &args) {
        // As what it was: a router asks for much of a handler.
        return (model.function.written, errors);
    }
    // A method may be a trait's, which has another type for it.
    let is_of_trait = settings.is_none() && (receiver::borrows(&model) || places::is_of_trait(&model));
    let error = error.or_else(|| is_of_trait.then(diagnostics::as_type));
    let output = match (settings, error) {
        (_, Some(error)) => fallback::as_error(&model, &args, &root, &error),
        (Some(settings), None) if editor::asks() => fallback::in_editor(&model, &args, &settings, &root),
        (Some(settings), None) => expand::expand(&model, &settings, &root),
        (None, None) => fallback::expand(&model, &args, &root),
    };
    (output, errors)
}
