//! Is this the `impl` of a service?

use super::model::Model;
use crate::syntax::text::as_written;
use crate::syntax::{Diagnostics, bounds, names};
use quote::ToTokens as _;
use syn::{TypeParamBound, WherePredicate};

/// May the methods be tasks?
#[derive(PartialEq, Eq)]
pub(crate) enum Verdict {
    Fine,
    /// Their handles are errors.
    Broken,
}

pub(crate) fn validate(model: &Model, errors: &mut Diagnostics) -> Verdict {
    let ty = as_written(&model.ty);
    if let Some(hides) = model.hides_shutdown().filter(|_| model.of_trait.is_none()) {
        errors.on(
            hides,
            format!(
                "`{ty}` has a `shutdown` by `TaskOwner`, which waits for its tasks, and this one would be called in its place: write \
                 `close`, and call `self.shutdown().await` in it"
            ),
        );
    }
    let Some(of_trait) = &model.of_trait else {
        let Some(lifetime) = model.borrows_for.as_ref().filter(|_| model.has_tasks()) else {
            return if parameters(model, errors) { Verdict::Fine } else { Verdict::Broken };
        };
        errors.on(
            lifetime,
            format!(
                "`{ty}` borrows for `{lifetime}`, and its tasks may outlive what it borrows from: let its fields own what they \
                 need, as in `name: std::sync::Arc<str>`, and remove `{lifetime}`"
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
    Verdict::Broken
}

/// A service is shared by tasks: may a type parameter of it be anything? `false` where that is said.
fn parameters(model: &Model, errors: &mut Diagnostics) -> bool {
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
        // A clause about the service may ask for them.
        let is_open = model.generics.where_clause.is_some() && all.len() == parameter.bounds.len();
        if is_open {
            continue;
        }
        let missing = bounds::missing(&all, &["Send", "Sync", "'static"]);
        // Behind a lock, what is not `Sync` will do.
        if missing.is_empty() || missing == ["Sync"] {
            continue;
        }
        // A service whose tasks get clones of it mostly derives its `Clone`, which asks for that.
        let needed: &[&str] =
            if model.lends() { &["Clone", "Send", "Sync", "'static"] } else { &["Send", "Sync", "'static"] };
        let missing = bounds::missing(&all, needed);
        let fixed: Vec<String> =
            parameter.bounds.iter().map(as_written).chain(missing.iter().map(|name| (*name).to_owned())).collect();
        errors.on(
            &parameter.ident,
            format!(
                "the service is shared by tasks on several threads, and `{0}` need not be fit for that: write `{0}: {1}`",
                parameter.ident,
                fixed.join(" + ")
            ),
        );
        are_fine = false;
    }
    are_fine
}
