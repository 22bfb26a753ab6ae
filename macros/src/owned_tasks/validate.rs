//! Is this the `impl` of a service?

use super::model::Model;
use crate::syntax::Diagnostics;
use crate::syntax::text::as_written;

/// `false` where the methods cannot be tasks.
pub(crate) fn validate(model: &Model, errors: &mut Diagnostics) -> bool {
    let Some(of_trait) = &model.of_trait else {
        return true;
    };
    let ty = as_written(&model.ty);
    errors.on(
        of_trait,
        format!(
            "`#[owned_tasks]` stands on an inherent `impl`, and this one is of `{}`: move the tasks to an `impl {ty}` with \
             `#[owned_tasks]`, and let the trait's methods call them",
            as_written(of_trait)
        ),
    );
    false
}
