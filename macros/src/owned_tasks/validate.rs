//! Is this the `impl` of a service?

use super::model::Model;
use crate::syntax::text::as_written;
use crate::syntax::{Diagnostics, names};
use quote::ToTokens as _;
use syn::{TypeParamBound, WherePredicate};

/// May the methods be tasks?
#[derive(PartialEq, Eq)]
pub(crate) enum Verdict {
    Fine,
    /// They stay what they are.
    OfTrait,
    /// Their handles are errors.
    Broken,
}

pub(crate) fn validate(model: &Model, errors: &mut Diagnostics) -> Verdict {
    let ty = as_written(&model.ty);
    let Some(of_trait) = &model.of_trait else {
        let Some(lifetime) = model.borrows_for.as_ref().filter(|_| model.has_tasks()) else {
            return if bounds(model, errors) { Verdict::Fine } else { Verdict::Broken };
        };
        errors.on(
            lifetime,
            format!(
                "`{ty}` borrows for `{lifetime}`, and its tasks may outlive what it borrows from: let its fields own what they \
                 need, as in `name: Arc<str>`, and remove `{lifetime}`"
            ),
        );
        return Verdict::Broken;
    };
    errors.on(
        of_trait,
        format!(
            "`#[owned_tasks]` stands on an inherent `impl`, and this one is of `{}`: move the tasks to an `impl {ty}` with \
             `#[owned_tasks]`, and let the trait's methods call them",
            as_written(of_trait)
        ),
    );
    Verdict::OfTrait
}

/// Traits that say nothing of threads.
const PLAIN: &[&str] = &[
    "AsRef",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Deserialize",
    "DeserializeOwned",
    "Display",
    "Eq",
    "From",
    "Hash",
    "Into",
    "Iterator",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Serialize",
    "Sized",
    "ToString",
];

/// A service is shared by tasks: may a type parameter of it be anything? `false` where that is said.
fn bounds(model: &Model, errors: &mut Diagnostics) -> bool {
    if !model.has_tasks() {
        return true;
    }
    let mut are_fine = true;
    let used = names::free(model.ty.clone().into_token_stream());
    for parameter in
        model.generics.type_params().filter(|parameter| used.iter().any(|used| used.ident == parameter.ident))
    {
        let clauses = model.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        let of_clause = clauses.filter_map(|predicate| match predicate {
            WherePredicate::Type(of) if parameter.ident == as_written(&of.bounded_ty) => Some(&of.bounds),
            _ => None,
        });
        let all: Vec<&TypeParamBound> = of_clause.flatten().chain(&parameter.bounds).collect();
        let written: Vec<String> = all.iter().map(|bound| shortly(bound)).collect();
        let is_known = |bound: &&String| {
            bound.starts_with('\'') || ["Send", "Sync"].contains(&bound.as_str()) || PLAIN.contains(&bound.as_str())
        };
        // Another trait may ask for them itself, and so may a clause about the service.
        let is_open = model.generics.where_clause.is_some() && all.len() == parameter.bounds.len();
        if is_open || !written.iter().all(|bound| is_known(&bound)) {
            continue;
        }
        let missing: Vec<&str> =
            ["Send", "Sync", "'static"].into_iter().filter(|name| !written.iter().any(|bound| bound == name)).collect();
        // Behind a lock, what is not `Sync` will do.
        if missing.is_empty() || missing == ["Sync"] {
            continue;
        }
        let bounds: Vec<String> =
            parameter.bounds.iter().map(as_written).chain(missing.iter().map(|name| (*name).to_owned())).collect();
        errors.on(
            &parameter.ident,
            format!(
                "the service is shared by tasks on several threads, and `{0}` need not be fit for that: write `{0}: {1}`",
                parameter.ident,
                bounds.join(" + ")
            ),
        );
        are_fine = false;
    }
    are_fine
}

/// `Send` of `core::marker::Send`.
fn shortly(bound: &TypeParamBound) -> String {
    match bound {
        TypeParamBound::Trait(of) => of.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default(),
        other => as_written(other),
    }
}
