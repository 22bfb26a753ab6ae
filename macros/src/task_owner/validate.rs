//! Which field is the tracker: the one that is there.

use super::model::{Field, Model, Shape};
use crate::syntax::Diagnostics;
use crate::syntax::borrow::inside;
use crate::syntax::text::as_written;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{GenericArgument, PathArguments, Type};

const TRACKER: &str = "OwnedTracker";

/// The tracker; `None` where anything was reported, also before.
pub(crate) fn validate<'a>(model: &'a Model, errors: &mut Diagnostics) -> Option<&'a Field> {
    if !model.is_struct {
        return None;
    }
    let marked: Vec<&Field> = model.fields.iter().filter(|field| field.marked.is_some()).collect();
    let named: Vec<&Field> =
        model.fields.iter().filter(|field| !field.allowed && field.marked.is_none() && is_tracker(&field.ty)).collect();
    let found = match (marked.as_slice(), named.as_slice()) {
        ([], []) => {
            // An attribute that cannot be read may have been the mark.
            if errors.is_empty() {
                none(model, errors);
            }
            None
        }
        ([one], []) | ([], [one]) => Some(*one),
        ([first, others @ ..], _) if !others.is_empty() => {
            for other in others {
                let first = as_written(&first.member);
                let message =
                    format!("`#[tasks]` marks `{first}` already: a service has one tracker; keep one of them");
                errors.on(&other.marked, message);
            }
            None
        }
        ([first], others) | ([], [first, others @ ..]) => {
            for other in others {
                second(first, other, errors);
            }
            None
        }
        ([_, ..], _) => None,
    };
    found.filter(|_| errors.is_empty())
}

fn none(model: &Model, errors: &mut Diagnostics) {
    if let Some(field) =
        model.fields.iter().find(|field| !field.allowed && mentions(TRACKER, field.ty.to_token_stream()))
    {
        errors.on(
            &field.ty,
            format!(
                "`{}` hides the tracker, so that a task's clone of the service could not give the ownership up: write \
                 `OwnedTracker` itself, whose clones are cheap and share one tracker",
                as_written(&field.ty)
            ),
        );
        return;
    }
    if let Some(field) =
        model.fields.iter().find(|field| !field.allowed && mentions("Tracker", field.ty.to_token_stream()))
    {
        errors.on(
            &field.ty,
            format!(
                "`{}` ends by itself, and not with its service: make it an `OwnedTracker`, or leave it and add a field \
                 `tasks: outlive::OwnedTracker`",
                as_written(&field.ty)
            ),
        );
        return;
    }
    let name = &model.ident;
    let add = match model.shape {
        Shape::Named => "add a field `tasks: outlive::OwnedTracker`".to_owned(),
        Shape::Tuple => "add a field `outlive::OwnedTracker`".to_owned(),
        Shape::Unit => format!("write `struct {name} {{ tasks: outlive::OwnedTracker }}`"),
    };
    let shared = model.fields.iter().find_map(|field| in_arc(&field.ty));
    let or = match shared {
        Some(inner) => format!(
            "or, where `{inner}` has it, derive it there instead, with `#[owned_tasks]` on an `impl {inner}`, and `self: std::sync::Arc<Self>` in its methods"
        ),
        None => "or mark the field whose type is an alias of it, with `#[tasks]`".to_owned(),
    };
    errors.on(name, format!("`{name}` has no tracker for its tasks: {add}; {or}"));
}

fn second(first: &Field, other: &Field, errors: &mut Diagnostics) {
    errors.on(
        &other.ty,
        format!(
            "a second owner beside `{}`: a service has one tracker; leave it out, or put it with what \
             it tracks into a service of its own",
            as_written(&first.member)
        ),
    );
}

fn is_tracker(ty: &Type) -> bool {
    matches!(inside(ty), Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == TRACKER))
}

fn mentions(name: &str, tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(name, group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// `Inner` in `Arc<Inner>`, where that is the user's own.
fn in_arc(ty: &Type) -> Option<String> {
    let Type::Path(path) = inside(ty) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Arc")?;
    let PathArguments::AngleBracketed(args) = &last.arguments else { return None };
    match args.args.first()? {
        GenericArgument::Type(Type::Path(inner)) if inner.path.segments.iter().all(|s| s.arguments.is_none()) => {
            Some(as_written(inner))
        }
        _ => None,
    }
}
