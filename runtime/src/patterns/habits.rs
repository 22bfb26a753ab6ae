//! What Go's packages and other crates call the methods of a `Group` and a `Singleflight`: a call of it does not compile, and the
//! error says what to write instead.

#![allow(missing_docs, clippy::must_use_candidate, clippy::needless_pass_by_value, reason = "none is ever called")]

use std::future::{Pending, pending};
use std::sync::Arc;

use super::{Group, GroupError, Landed, Singleflight};
use crate::error::TaskError;

#[diagnostic::on_unimplemented(message = "a group starts a task by `spawn`", label = "write `spawn` instead of this")]
pub trait StartsBySpawn<'a> {}

#[diagnostic::on_unimplemented(
    message = "a group waits for all of its tasks, and cancels those that are left by the first failure",
    label = "write `wait` instead of this",
    note = "dropping a group cancels its tasks, and aborts them"
)]
pub trait EndsByWait<'a> {}

#[diagnostic::on_unimplemented(
    message = "a group gets its limit when it is made",
    label = "write `Group::new().limit(8)` where it is made"
)]
pub trait LimitedAtFirst<'a> {}

#[diagnostic::on_unimplemented(
    message = "a single flight runs the work for a key, or joins it, by `run`",
    label = "write `run` instead of this, with a key and a future"
)]
pub trait RunsByRun<'a> {}

impl<E, T> Group<E, T> {
    #[doc(hidden)]
    pub fn go<F>(&mut self, _: F) -> Pending<()>
    where
        Self: for<'a> StartsBySpawn<'a>,
    {
        pending()
    }

    #[doc(hidden)]
    pub fn join_next(&mut self) -> Pending<Option<Result<T, GroupError<E>>>>
    where
        Self: for<'a> EndsByWait<'a>,
    {
        pending()
    }

    #[doc(hidden)]
    pub fn join_all(self) -> Pending<Vec<T>>
    where
        Self: for<'a> EndsByWait<'a>,
    {
        pending()
    }

    #[doc(hidden)]
    pub fn abort_all(&mut self)
    where
        Self: for<'a> EndsByWait<'a>,
    {
    }

    #[doc(hidden)]
    pub fn set_limit(&mut self, _: usize)
    where
        Self: for<'a> LimitedAtFirst<'a>,
    {
    }
}

type Ran<V> = Pending<Result<Landed<V>, Arc<TaskError>>>;

impl<K, V> Singleflight<K, V> {
    #[doc(hidden)]
    pub fn work<A, F>(&self, _: A, _: F) -> Ran<V>
    where
        Self: for<'a> RunsByRun<'a>,
    {
        pending()
    }

    #[doc(hidden)]
    pub fn get_with<A, F>(&self, _: A, _: F) -> Ran<V>
    where
        Self: for<'a> RunsByRun<'a>,
    {
        pending()
    }

    #[doc(hidden)]
    pub fn try_get_with<A, F>(&self, _: A, _: F) -> Ran<V>
    where
        Self: for<'a> RunsByRun<'a>,
    {
        pending()
    }

    #[doc(hidden)]
    pub fn get_or_init<A, F>(&self, _: A, _: F) -> Ran<V>
    where
        Self: for<'a> RunsByRun<'a>,
    {
        pending()
    }
}
