//! A value of nearly the type that was asked for, for a warning in debug builds.

use std::any::{TypeId, type_name};
use std::panic::Location;
use std::sync::Arc;

use crate::context::Values;
use crate::report;

/// A context has no `T`.
pub(super) fn missed<T: Send + Sync + 'static>(values: Option<&Arc<Values>>, place: &'static Location<'static>) {
    let asked = type_name::<T>();
    if let Some((near, wrapper)) = wrapped::<T>(values) {
        report::asks_for_another_type(asked, near, Some(wrapper), place);
    } else if let Some(near) = text::<T>(values) {
        report::asks_for_another_type(asked, near, None, place);
    }
}

/// The name of a type that has a `T` inside, and how it is written, with `_` for the `T`.
fn wrapped<T: Send + Sync + 'static>(values: Option<&Arc<Values>>) -> Option<(&'static str, &'static str)> {
    let with = |how| move |name| (name, how);
    has::<&'static T>(values)
        .map(with("&'static _"))
        .or_else(|| has::<Arc<T>>(values).map(with("std::sync::Arc<_>")))
        .or_else(|| has::<Box<T>>(values).map(with("Box<_>")))
        .or_else(|| has::<Option<T>>(values).map(with("Option<_>")))
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
