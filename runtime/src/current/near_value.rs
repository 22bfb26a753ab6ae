//! A value of nearly the type that was asked for, for a warning in debug builds.

use std::any::{TypeId, type_name};
use std::panic::Location;
use std::sync::Arc;

use crate::context::Values;
use crate::report;

/// A context has no `T`.
pub(super) fn missed<T: Send + Sync + 'static>(values: Option<&Arc<Values>>, place: &'static Location<'static>) {
    if let Some(near) = near::<T>(values) {
        report::asks_for_another_type(type_name::<T>(), near, place);
    }
}

/// The name of such a type.
fn near<T: Send + Sync + 'static>(values: Option<&Arc<Values>>) -> Option<&'static str> {
    has::<&'static T>(values)
        .or_else(|| has::<Arc<T>>(values))
        .or_else(|| has::<Box<T>>(values))
        .or_else(|| has::<Option<T>>(values))
        .or_else(|| text::<T>(values))
}

/// Texts have three types, and are asked for as each of them.
fn text<T: 'static>(values: Option<&Arc<Values>>) -> Option<&'static str> {
    let is_text =
        [TypeId::of::<String>(), TypeId::of::<&'static str>(), TypeId::of::<Arc<str>>()].contains(&TypeId::of::<T>());
    if !is_text {
        return None;
    }
    has::<String>(values).or_else(|| has::<&'static str>(values)).or_else(|| has::<Arc<str>>(values))
}

fn has<T: 'static>(values: Option<&Arc<Values>>) -> Option<&'static str> {
    Values::get::<T>(values).map(|_| type_name::<T>())
}
