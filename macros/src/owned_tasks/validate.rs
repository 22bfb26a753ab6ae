//! Is this the `impl` of a service?

use super::model::Model;
use crate::syntax::Diagnostics;
use crate::syntax::text::as_written;

/// May the methods be tasks?
#[derive(PartialEq, Eq)]
pub(crate) enum Verdict {
    Fine,
    /// They stay what they are.
    OfTrait,
    /// Their handles are errors.
    Borrows,
}

pub(crate) fn validate(model: &Model, errors: &mut Diagnostics) -> Verdict {
    let ty = as_written(&model.ty);
    let Some(of_trait) = &model.of_trait else {
        let Some(lifetime) = model.borrows_for.as_ref().filter(|_| model.has_tasks()) else {
            return Verdict::Fine;
        };
        errors.on(
            lifetime,
            format!(
                "`{ty}` borrows for `{lifetime}`, and its tasks may outlive what it borrows from: let its fields own what they \
                 need, as in `name: Arc<str>`, and remove `{lifetime}`"
            ),
        );
        return Verdict::Borrows;
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
