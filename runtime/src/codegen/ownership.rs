//! How the methods of a service get its tracker, and the clone for a task.

use std::ops::Deref;
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::service::{self, Owner};
use super::site::Site;
use super::track::Track;
use crate::task::{Call, NoCall};
use crate::tracker::{Held, OwnedBinding, TaskSite};

/// How a service's methods get its tracker. It is one constant of an `impl`, without a bound on the service, so that a
/// service without `TaskOwner` is one error, and not one for each method.
pub struct Ownership<S> {
    budget: Duration,
    held: fn(&S) -> Held,
    lend: fn(&S) -> S,
}

/// A service and its own type. It is derived: a type that is no service has no `Itself`, and so gets no second error about
/// `Clone`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not own its tasks",
    label = "no `TaskOwner`",
    note = "derive it: `#[derive(Clone, outlive::TaskOwner)]`, with a field `tasks: outlive::OwnedTracker`"
)]
pub trait Service {
    type Itself;

    fn as_itself(&self) -> &Self::Itself;

    fn from_itself(itself: Self::Itself) -> Self;
}

/// A service that can be cloned for a task.
#[diagnostic::on_unimplemented(
    message = "a task of `&self` works on a clone of its service, and `{Self}` is not `Clone`",
    label = "not `Clone`",
    note = "write `#[derive(Clone, outlive::TaskOwner)]` on it, or take `self: &Arc<Self>` in all of these methods"
)]
pub trait Lendable: Owner {
    #[must_use]
    fn lent(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<S: Owner + Clone> Lendable for S {
    #[inline]
    fn lent(&self) -> Self {
        service::lend(self)
    }
}

/// For an `impl` whose methods take `&self`: their tasks get a clone.
#[must_use]
pub const fn lending<S: Service>() -> Ownership<S>
where
    S::Itself: Lendable,
{
    Ownership { lend: lent::<S>, ..sharing() }
}

/// The same of a service with type parameters, of which `P` may lack something: it is one error. `F` is the type of a function, so
/// that rustc does not offer this trait as a bound.
#[diagnostic::on_unimplemented(
    message = "tasks share their service, and work on clones of it: `{Self}` need not be fit for that",
    label = "in this `impl`, `{P}` needs `Clone + Send + Sync + 'static`",
    note = "write it behind the other bounds: `T: TheTrait + Clone + Send + Sync + 'static`; and `#[derive(Clone, outlive::TaskOwner)]` on the struct"
)]
pub trait LendableOf<P, F>: Sized {
    const OWNERSHIP: Ownership<Self>;
}

#[diagnostic::do_not_recommend]
impl<P, F, S: Service> LendableOf<P, F> for S
where
    S::Itself: Lendable,
{
    const OWNERSHIP: Ownership<S> = lending();
}

/// [`lending`], where the `impl` has a type parameter.
#[must_use]
pub const fn lending_of<S: LendableOf<P, F>, P, F: Copy>(_: F) -> Ownership<S> {
    S::OWNERSHIP
}

/// A function for [`lending_of`].
pub const fn parameters() {}

/// For an `impl` whose methods take an `Arc<Self>`.
#[must_use]
pub const fn sharing<S: Service>() -> Ownership<S>
where
    S::Itself: Owner,
{
    Ownership { budget: <S::Itself as Owner>::BUDGET, held: held::<S>, lend: unlent::<S> }
}

#[inline]
fn held<S: Service>(service: &S) -> Held
where
    S::Itself: Owner,
{
    service.as_itself().held()
}

#[inline]
fn lent<S: Service>(service: &S) -> S
where
    S::Itself: Lendable,
{
    S::from_itself(service.as_itself().lent())
}

fn unlent<S>(_: &S) -> S {
    unreachable!("generated code lends a service whose methods take no `&self`")
}

/// The methods take `self` by value, so that no trait method in the user's scope takes precedence.
impl<S> Ownership<S> {
    pub const fn budget(self) -> Duration {
        self.budget
    }

    #[inline]
    pub fn tracker(self, owner: &S) -> Tracked<'_, S> {
        Tracked { owner, held: self.held }
    }

    #[inline]
    pub fn lend(self, owner: &S) -> S {
        (self.lend)(owner)
    }
}

/// A service's tracker, without a bound on the service. The budget is checked separately, by the site or by `within`.
pub struct Tracked<'a, S> {
    owner: &'a S,
    held: fn(&S) -> Held,
}

/// Where several threads can share the service. Where they cannot, method resolution goes on to what a [`Tracked`] derefs to.
impl<S: Send + Sync> Tracked<'_, S> {
    /// A call to a service's method.
    #[track_caller]
    #[inline]
    pub fn call<M: Site>(self, site: &'static TaskSite, _: M) -> Call<(), OwnedBinding> {
        M::covered::<Self>();
        let owned = (self.held)(self.owner).into_owned();
        let owned = owned.unwrap_or_else(|| unreachable!("the field is an `OwnedTracker`"));
        Call::new(move |isolated| OwnedBinding::new(site, owned, isolated))
    }

    /// A loop of a service.
    #[track_caller]
    pub fn looping<M: Site>(self, site: &'static TaskSite, marker: M) -> Call<(), OwnedBinding> {
        self.call(site, marker).into_loop()
    }
}

/// A service that several threads cannot share: the error is at its field.
pub struct Unshared(());

impl<S> Deref for Tracked<'_, S> {
    type Target = Unshared;

    fn deref(&self) -> &Unshared {
        &Unshared(())
    }
}

impl Unshared {
    pub fn call<M: Site>(&self, _: &'static TaskSite, _: M) -> NoCall {
        NoCall::new()
    }

    pub fn looping<M: Site>(&self, _: &'static TaskSite, _: M) -> NoCall {
        NoCall::new()
    }
}

impl<S> Track for Tracked<'_, S> {
    const BUDGET: Duration = Duration::MAX;

    fn held(&self) -> Held {
        (self.held)(self.owner)
    }
}

/// `Arc::downgrade`, by a path that generated code can name.
#[must_use]
pub fn downgrade<S>(service: &Arc<S>) -> Weak<S> {
    Arc::downgrade(service)
}

/// `Weak::upgrade`, by a path that generated code can name.
#[must_use]
pub fn upgrade<S>(service: &Weak<S>) -> Option<Arc<S>> {
    service.upgrade()
}
