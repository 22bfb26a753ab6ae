//! Does the attribute stand on a function, and on one of the user's own?

use super::model::Model;
use crate::arguments::Kind;
use crate::syntax::Diagnostics;
use crate::syntax::item::Function;
use crate::syntax::text::{self, as_written};
use proc_macro2::Span;
use syn::{TypeParamBound, WherePredicate};

/// `tracks`: the attribute names a tracker, so that no service's is meant.
pub(crate) fn not_a_function(kind: Kind, what: &str, tracks: bool) -> syn::Error {
    let way_out = match (kind, what) {
        (Kind::Durable, "an `impl` block" | "a trait") => {
            "put it on a free function, and let it take what it needs of the service as a `#[state]` argument"
        }
        (_, "an `impl` block") if tracks => "put it on each of the methods inside",
        (_, "an `impl` block") => "put it on the methods inside, and `#[owned_tasks]` here",
        (_, "a trait") => "put it on a free function or an inherent method, and let the trait's methods call that",
        (_, "a module") => "put it on the functions inside",
        (Kind::Detached, "a closure" | "a block" | "an expression" | "a `let`") => {
            "for a future that is no function, write `detach!(timeout = \"5s\", track = AUDIT, future)`"
        }
        (Kind::Periodic, _) => "put it on the function that is to run again and again",
        (Kind::Worker, _) => "put it on the function that is to run until the shutdown",
        (Kind::Durable, _) => "put it on the function whose calls are to be kept in a queue",
        _ => "put it on the function whose call is to outlive its request",
    };
    let message = format!("`#[{}]` stands on an `async fn`, and this is {what}: {way_out}", kind.name());
    syn::Error::new(Span::call_site(), message)
}

/// A trait's method that `#[async_trait]`, which stands above, has taken apart already.
pub(crate) fn of_async_trait(kind: Kind, function: &Function) -> Option<syn::Error> {
    let lifetimes = || function.sig.generics.lifetimes();
    lifetimes().find(|parameter| parameter.lifetime.ident == "async_trait")?;
    let (ident, made) = (&function.sig.ident, kind.made());
    let message = format!(
        "`{}` is a method of a trait, which cannot be {made}: put `#[{}]` on a free function or an inherent method, and let \
         this one call that",
        text::plain(ident),
        kind.name()
    );
    Some(syn::Error::new(ident.span(), message))
}

/// A trait's method with a body: `where Self: Sized` is written nowhere else, where there is a `self`.
fn sized(model: &Model) -> Option<&TypeParamBound> {
    let clauses = model.function.sig.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let mut sized = clauses.filter_map(|predicate| match predicate {
        WherePredicate::Type(of) if as_written(&of.bounded_ty) == "Self" => {
            of.bounds.iter().find(|bound| as_written(bound) == "Sized")
        }
        _ => None,
    });
    sized.next().filter(|_| model.receiver.is_some())
}

pub(super) fn is_of_trait(model: &Model) -> bool {
    sized(model).is_some()
}

/// `true` where that is said.
pub(super) fn of_trait(model: &Model, errors: &mut Diagnostics) -> bool {
    let found = sized(model);
    if let Some(bound) = found {
        errors.on(
            bound,
            format!(
                "`{}` is a method of a trait, which cannot be {}: put `#[{}]` on a free function or an inherent method, and let \
                 this one call that; in an inherent `impl`, leave `Self: Sized` out",
                model.name(),
                model.kind.made(),
                model.kind.name()
            ),
        );
    }
    found.is_some()
}
