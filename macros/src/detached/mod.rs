//! `#[detached(…)]`, and with it `#[periodic(…)]` and `#[worker(…)]`, which make loops of functions by the same steps: what
//! was written (`model`), whether it can work (`validate`), the function that starts the task (`expand`).

mod attempt;
pub(crate) mod attributes;
mod crossing;
pub(crate) mod expand;
mod fallback;
pub(crate) mod model;
mod receiver;
mod signature;
pub(crate) mod validate;
mod work;

use crate::arguments::{self, Argument, Kind, Owner};
use crate::syntax::item::{self, Item};
use crate::syntax::paths::Root;
use crate::syntax::{Diagnostics, diagnostics};
use proc_macro2::TokenStream;
use quote::ToTokens as _;

/// The macro without the compiler: the tokens to emit, and every mistake found.
pub(crate) fn detached(kind: Kind, attr: TokenStream, item: TokenStream) -> (TokenStream, Vec<syn::Error>) {
    let mut errors = Diagnostics::default();
    let function = match item::parse(&item) {
        Item::Function(function) => *function,
        Item::Other(what) => {
            errors.push(validate::not_a_function(kind, what));
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
    let (owner, attr) = Owner::take(attr);
    let args = arguments::parse(kind, attr, &mut errors);
    let root = match &owner {
        Some(owner) if !args.has(Argument::Crate) => owner.root.clone(),
        _ => arguments::root(&args, &mut errors),
    };
    let model = model::Model::new(kind, function, owner);
    let settings = validate::validate(&model, &args, &mut errors);
    if let Some(lost) = lost(&model, &root) {
        return (fallback::without_root(&model, &args, &root, &lost), errors.into_errors());
    }
    let output = match settings {
        Some(settings) => expand::expand(&model, &settings, &root),
        None => fallback::expand(&model, &args, &root),
    };
    (output, errors.into_errors())
}

/// The type that stands for a handle where outlive cannot be named. Of a service, `#[owned_tasks]` has said it.
fn lost(model: &model::Model, root: &Root) -> Option<TokenStream> {
    let name = model.kind.name();
    let message = root.missing(|line| format!("#[{name}({line}, …)]"))?;
    Some(match &model.owner {
        Some(owner) => owner.constant.to_token_stream(),
        None => diagnostics::as_type(&message),
    })
}
