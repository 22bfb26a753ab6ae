//! The trackers that a `Shutdown` takes. They are traits for their error messages: each other kind of a tracker has its own.

use std::sync::{Arc, LazyLock};

use super::member::{Member, MemberReport};
use crate::owner::OwnedTracker;
use crate::tracker::{StaticTracker, Tracker, TrackerRef};

/// A static tracker, or a shared one.
#[diagnostic::on_unimplemented(
    message = "`tracker` takes a reference to a static `Tracker`, or an `Arc<Tracker>`",
    label = "write `&AUDIT`, with the name of the static",
    note = "a service is added by `.owner(service)`; one call for each"
)]
pub trait TrackerMember {
    #[doc(hidden)]
    fn member(self) -> Member;
}

#[diagnostic::do_not_recommend]
impl<const DRAIN_SECS: u64> TrackerMember for &'static Tracker<DRAIN_SECS> {
    fn member(self) -> Member {
        Member {
            tracker: Some(self.held().into_ref().here()),
            budget: self.budget(),
            drain: Box::pin(async {
                let report = self.drain().await;
                #[cfg(debug_assertions)]
                crate::tracker::drained_by_a_shutdown(self.here());
                Ok(MemberReport::Drained(report))
            }),
            cut: None,
        }
    }
}

/// A static that is made at its first use.
#[diagnostic::do_not_recommend]
impl<const DRAIN_SECS: u64> TrackerMember for &'static LazyLock<Tracker<DRAIN_SECS>> {
    fn member(self) -> Member {
        TrackerMember::member(&**self)
    }
}

#[diagnostic::do_not_recommend]
impl<const DRAIN_SECS: u64> TrackerMember for Arc<Tracker<DRAIN_SECS>> {
    fn member(self) -> Member {
        SharedMember::member(self)
    }
}

#[diagnostic::do_not_recommend]
impl<const DRAIN_SECS: u64> TrackerMember for &Arc<Tracker<DRAIN_SECS>> {
    fn member(self) -> Member {
        SharedMember::member(Arc::clone(self))
    }
}

/// A shared tracker.
#[diagnostic::on_unimplemented(
    message = "`shared` takes an `Arc<Tracker>`",
    label = "write `Arc::clone(&tracker)`",
    note = "a static is added by `.tracker(&AUDIT)`, a service by `.owner(service)`; one call for each"
)]
pub trait SharedMember {
    #[doc(hidden)]
    fn member(self) -> Member;
}

#[diagnostic::do_not_recommend]
impl<const DRAIN_SECS: u64> SharedMember for Arc<Tracker<DRAIN_SECS>> {
    fn member(self) -> Member {
        Member {
            tracker: Some(TrackerRef::Shared(Arc::clone(&self) as _)),
            budget: self.budget(),
            drain: Box::pin(async move { Ok(MemberReport::Drained(self.drain().await)) }),
            cut: None,
        }
    }
}

#[diagnostic::on_unimplemented(
    message = "a shutdown takes a static tracker by reference",
    label = "write `&` before this, if it is a static",
    note = "for one that is made at run time, share it: `Arc::new(…)`, and `.shared(Arc::clone(&tracker))`"
)]
pub trait GivenByReference<'a> {}

#[diagnostic::on_unimplemented(
    message = "this is the tracker of a service, which is shut down with its service",
    label = "write `.owner(rates.clone())` instead, with the service that has this tracker"
)]
pub trait ShutDownWithItsService<'a> {}

#[diagnostic::on_unimplemented(
    message = "a shutdown takes a static tracker by `tracker`",
    label = "write `.tracker(&AUDIT)` instead, with this tracker"
)]
pub trait AddedByTracker<'a> {}

/// Trackers of another kind: the bound says what to write. It is one of `()`, because rustc would say of the same type what the trait
/// says.
macro_rules! others {
    ($($takes:ident for ($($other:tt)+), ($($bound:tt)+);)*) => {$(
        impl<const DRAIN_SECS: u64> $takes for $($other)+
        where
            (): $($bound)+,
        {
            fn member(self) -> Member {
                unreachable!("a call of it does not compile")
            }
        }
    )*};
}

others! {
    TrackerMember for (Tracker<DRAIN_SECS>), (for<'a> GivenByReference<'a>);
    TrackerMember for (&OwnedTracker<DRAIN_SECS>), (for<'a> ShutDownWithItsService<'a>);
    SharedMember for (&Tracker<DRAIN_SECS>), (for<'a> AddedByTracker<'a>);
    SharedMember for (&OwnedTracker<DRAIN_SECS>), (for<'a> ShutDownWithItsService<'a>);
}
