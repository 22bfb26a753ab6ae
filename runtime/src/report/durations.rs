//! Measures how long tasks take, for registered observers. Without an observer it is one load a poll; without a feature that
//! can register one, nothing.

#[cfg(any(feature = "metrics", feature = "prometheus-client"))]
pub(crate) use switch::*;

#[cfg(any(feature = "metrics", feature = "prometheus-client"))]
mod switch {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;
    use std::sync::atomic::Ordering::Relaxed;
    use std::time::Duration;

    use crate::tracker::TaskSite;
    use crate::util::{AppendList, quietly};

    /// Called for each task that has ended, with the time since its first poll, and the time that it was queued.
    pub(crate) trait Observer: Send + Sync {
        fn took(&self, site: &'static TaskSite, duration: Duration, queue_delay: Duration);
    }

    static IS_ASKED_FOR: AtomicBool = AtomicBool::new(false);
    static OBSERVERS: AppendList<Arc<dyn Observer>> = AppendList::new();

    #[inline]
    pub(crate) fn durations_are_taken() -> bool {
        IS_ASKED_FOR.load(Relaxed)
    }

    /// Registers an observer for the rest of the process.
    pub(crate) fn take_durations(observer: &Arc<dyn Observer>) {
        OBSERVERS.find(|| Arc::clone(observer), |known| Arc::ptr_eq(known, observer).then_some(()));
        IS_ASKED_FOR.store(true, Relaxed);
    }

    #[cold]
    pub(crate) fn took(site: &'static TaskSite, duration: Duration, queue_delay: Duration) {
        for observer in OBSERVERS.iter() {
            // The user's recorder may panic.
            quietly(|| observer.took(site, duration, queue_delay));
        }
    }
}

#[cfg(not(any(feature = "metrics", feature = "prometheus-client")))]
pub(crate) fn durations_are_taken() -> bool {
    false
}

#[cfg(not(any(feature = "metrics", feature = "prometheus-client")))]
pub(crate) fn took(_: &'static crate::tracker::TaskSite, _: std::time::Duration, _: std::time::Duration) {}
