//! Checks the fields of a service: one is its tracker, and no other field is a second way to cancel or to wait.
//!
//! The check is on a field's type, not on its name: in `(&&&Field::<T>::NEW).__outlive_check()`, method resolution selects
//! one of three traits. So it works through an alias, and accepts a user's own `Context`, and a type parameter without
//! bounds.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, RwLock};
use std::time::Duration;

use super::service::{self, Owner};
use super::track::Track;
use crate::context::{CancelSource, Context, DetachedContext};
use crate::owner::OwnedTracker;
use crate::patterns::Group;
use crate::task::AbortOnDrop;
use crate::tracker::{DrainReport, Held};

/// The tracker field of a service. The derive uses it only through this trait, so that a field of another type is one error.
#[diagnostic::on_unimplemented(
    message = "the tracker of a service is an `OwnedTracker`, and `{Self}` is not",
    label = "not an `OwnedTracker`",
    note = "write `tasks: OwnedTracker`, or `OwnedTracker<90>` for another drain budget in seconds"
)]
pub trait OwnerField: Sized {
    const BUDGET: Duration;

    #[doc(hidden)]
    fn held(&self) -> Held;

    #[must_use]
    fn disowned(&self) -> Self;

    fn shutdown(&self) -> impl Future<Output = DrainReport> + Send;
}

impl<const DRAIN_SECS: u64> OwnerField for OwnedTracker<DRAIN_SECS> {
    const BUDGET: Duration = <Self as Track>::BUDGET;

    #[inline]
    fn held(&self) -> Held {
        Track::held(self)
    }

    #[inline]
    fn disowned(&self) -> Self {
        service::disowned(self)
    }

    fn shutdown(&self) -> impl Future<Output = DrainReport> + Send {
        service::shutdown(self)
    }
}

/// A field's type.
pub struct Field<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Field<T> {
    pub const NEW: Self = Self(PhantomData);
}

/// A type that a service must not store. `Found` is the reason, with the innermost type.
pub trait Forbidden {
    type Found;
}

/// An inner service: the clone for a task does not own it either.
pub trait ViaOwner {
    type Owner;

    fn __outlive_check(&self) -> Fine;

    fn __outlive_shared(&self) -> Fine;

    fn __outlive_disown(&self) -> fn(&mut Self::Owner, &Self::Owner);
}

impl<T: Owner> ViaOwner for &&Field<T> {
    type Owner = T;

    fn __outlive_check(&self) -> Fine {
        Fine
    }

    fn __outlive_shared(&self) -> Fine {
        Fine
    }

    fn __outlive_disown(&self) -> fn(&mut T, &T) {
        T::disown
    }
}

pub trait ViaForbidden {
    type Found;

    fn __outlive_check(&self) -> Self::Found;

    fn __outlive_shared(&self) -> Self::Found;
}

impl<T: Forbidden + ?Sized> ViaForbidden for &Field<T> {
    type Found = T::Found;

    fn __outlive_check(&self) -> T::Found {
        unreachable!("a check of types is never called")
    }

    fn __outlive_shared(&self) -> T::Found {
        unreachable!("a check of types is never called")
    }
}

pub trait ViaOther {
    type Other: ?Sized;

    fn __outlive_check(&self) -> Fine;

    /// The same for a type without type parameters, which can also be checked for `Send + Sync`.
    fn __outlive_shared(&self) -> Fine
    where
        Self::Other: Shared;

    fn __outlive_disown(&self) -> fn(&mut Self::Other, &Self::Other);
}

impl<T: ?Sized> ViaOther for Field<T> {
    type Other = T;

    fn __outlive_check(&self) -> Fine {
        Fine
    }

    fn __outlive_shared(&self) -> Fine
    where
        T: Shared,
    {
        Fine
    }

    fn __outlive_disown(&self) -> fn(&mut T, &T) {
        |_, _| {}
    }
}

/// A type that a service may store, because its tasks run on any thread. It is a trait for its error message.
#[diagnostic::on_unimplemented(
    message = "a service is shared by tasks on several threads, and `{Self}` cannot be",
    label = "not `Send + Sync`",
    note = "of a trait object, write `Arc<dyn TheTrait + Send + Sync>`; for `Rc` write `Arc`, and for `RefCell` or `Cell`, `Mutex`; of a \
            type parameter, `T: Clone + Send + Sync + 'static` in the `impl`"
)]
pub trait Shared: Send + Sync {}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + ?Sized> Shared for T {}

/// Checks a field that is allowed by its attribute.
pub fn shared<T: Shared>() {}

pub struct Fine;

impl Fine {
    pub fn storable(self) {}
}

/// A second way to cancel.
pub struct Cancel<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Cancel<T> {
    pub fn storable(self)
    where
        T: NoSecondCancel,
    {
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` in a service that owns its tasks: a second cancel, which nobody ties to the owner",
    label = "leave it out: the tasks are cancelled when the owner goes, and see it as `outlive::Context::current().cancelled()`",
    note = "if what it cancels is none of the service's own, say so on the field: `#[tasks(allow = \"reason\")]`"
)]
pub trait NoSecondCancel {}

/// A task that the tracker does not track.
pub struct Task<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Task<T> {
    pub fn storable(self)
    where
        T: NoLooseTask,
    {
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` in a service that owns its tasks: a task beside its tracker, for which no shutdown waits",
    label = "leave it out: make the task a `#[detached]`, `#[periodic]` or `#[worker]` method in an `#[owned_tasks]` impl",
    note = "if the task is none of the service's own, say so on the field: `#[tasks(allow = \"reason\")]`"
)]
pub trait NoLooseTask {}

/// A second way to wait.
pub struct Wait<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Wait<T> {
    pub fn storable(self)
    where
        T: NoSecondTracker,
    {
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` in a service that owns its tasks: a second place to wait, which no shutdown knows",
    label = "leave it out: the service's `OwnedTracker` is the one place to wait",
    note = "if what it tracks is none of the service's own, say so on the field: `#[tasks(allow = \"reason\")]`"
)]
pub trait NoSecondTracker {}

/// A request's context.
pub struct Request<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Request<T> {
    pub fn storable(self)
    where
        T: NoStoredContext,
    {
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` in a service: one request's values, deadline and cancel, for as long as the service lives",
    label = "leave it out: read `outlive::Context::current()` in the method, or take it as an argument",
    note = "if it is no request's, say so on the field: `#[tasks(allow = \"reason\")]`"
)]
pub trait NoStoredContext {}

/// A second tracker.
pub struct Second<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Second<T> {
    pub fn storable(self)
    where
        T: OnlyTracker,
    {
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` beside the service's own: a service has one cancel and one place to wait",
    label = "a second owner: leave it out, or put it with what it tracks into a service of its own",
    note = "if what it tracks is none of the service's own, say so on the field: `#[tasks(allow = \"reason\")]`"
)]
pub trait OnlyTracker {}

/// An owner behind a shared pointer or in a container.
pub struct Inside<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Inside<T> {
    pub fn storable(self)
    where
        T: OwnedDirectly,
    {
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` owns tasks, and stands where a task's clone of the service cannot give the ownership up",
    label = "store it plain, as a field of its own: its tasks then end with their owner, whoever holds a clone",
    note = "if it is to live for as long as any clone does, say so on the field: `#[tasks(allow = \"reason\")]`"
)]
pub trait OwnedDirectly {}

macro_rules! forbidden {
    ($($found:ident ($($parameter:tt)*) $type:ty;)*) => {$(
        impl<$($parameter)*> Forbidden for $type {
            type Found = $found<Self>;
        }
    )*};
}

forbidden! {
    Cancel () CancelSource;
    Cancel () tokio_util::sync::CancellationToken;
    Cancel () tokio_util::sync::DropGuard;
    Cancel (T) AbortOnDrop<T>;
    Task (E) Group<E>;
    Task () tokio::task::AbortHandle;
    Task (T) tokio::task::JoinHandle<T>;
    Task (T) tokio::task::JoinSet<T>;
    Request () Context;
    Request () DetachedContext;
    Second (const DRAIN_SECS: u64) OwnedTracker<DRAIN_SECS>;
}

/// tokio-util has these types with its feature `rt`. If a crate enables it, the glob import finds them. Otherwise no service
/// can have them, and the outer dummy types are used. Enabling the feature here would make every user build futures-util.
const _: () = {
    #[allow(dead_code)]
    mod task {
        pub(super) struct AbortOnDropHandle<T>(T);
        pub(super) struct JoinQueue<T>(T);
        pub(super) struct TaskTracker;
    }
    const _: () = {
        #[allow(unused_imports, clippy::wildcard_imports)]
        use tokio_util::*;

        forbidden! {
            Cancel (T) task::AbortOnDropHandle<T>;
            Task (T) task::JoinQueue<T>;
            Wait () task::TaskTracker;
        }
    };
};

// tokio-util has `JoinMap` with another feature: with `rt` alone, the glob finds the module, but not the type.
#[cfg(feature = "join-map")]
forbidden! {
    Task (K, V, H) tokio_util::task::JoinMap<K, V, H>;
}

macro_rules! containers {
    ($($type:ty;)*) => {$(
        impl<T: Forbidden + ?Sized> Forbidden for $type {
            type Found = T::Found;
        }
    )*};
}

containers! {
    &'static T;
    Arc<T>;
    Box<T>;
    Mutex<T>;
    Pin<Box<T>>;
    Rc<T>;
    RefCell<T>;
    RwLock<T>;
    tokio::sync::Mutex<T>;
    tokio::sync::RwLock<T>;
}

macro_rules! sized_containers {
    ($(($($more:tt)*) $type:ty;)*) => {$(
        impl<T: Forbidden, $($more)*> Forbidden for $type {
            type Found = T::Found;
        }
    )*};
}

sized_containers! {
    () Cell<T>;
    () OnceCell<T>;
    () OnceLock<T>;
    () Option<T>;
    () Vec<T>;
    () VecDeque<T>;
    () [T];
    (const N: usize) [T; N];
    (K) BTreeMap<K, T>;
    (K, H) HashMap<K, T, H>;
    (F) LazyLock<T, F>;
    (E) Result<T, E>;
    () tokio::sync::OnceCell<T>;
}
