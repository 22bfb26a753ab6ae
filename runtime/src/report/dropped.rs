//! Warnings about what was dropped before it had done what it was made for.

use std::collections::BTreeSet;
use std::panic::Location;
use std::sync::Mutex;

#[cfg(feature = "tracing")]
use crate::util::quietly;
use crate::util::sync::lock;
#[cfg(feature = "tracing")]
use crate::util::text::{Clean, NAME};

type Places = Mutex<BTreeSet<&'static Location<'static>>>;

/// Whether this is the first one of a place. None of them is while a panic drops everything.
fn is_first(reported: &Places, place: &'static Location<'static>) -> bool {
    !std::thread::panicking() && lock(reported).insert(place)
}

/// A shielded section was dropped half-way, outside of any detached task. Reported once for each place.
pub(crate) fn shield_is_dropped(place: &'static Location<'static>) {
    static REPORTED: Places = Places::new(BTreeSet::new());
    if !is_first(&REPORTED, place) {
        return;
    }
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message = "a `shield` was dropped half-way with its caller, as it keeps nothing off outside of a detached task: put \
                       the section into a function with `#[detached(timeout = \"5s\", grace = \"1s\", track = …)]`, and call that";
        tracing::warn!(target: "outlive", called_from = %place, "{message}");
    });
}

/// The future of a drain was dropped before it was polled, and no drain of the tracker has begun. Reported once for each place.
pub(crate) fn drain_is_dropped(tracker: &str, place: &'static Location<'static>) {
    static REPORTED: Places = Places::new(BTreeSet::new());
    if !is_first(&REPORTED, place) {
        return;
    }
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message = "`.drain()` was dropped, and has drained nothing, as a drain begins when it is awaited: write `.drain().await`";
        tracing::warn!(target: "outlive", tracker = %Clean(tracker, NAME), called_from = %place, "{message}");
    });
    #[cfg(not(feature = "tracing"))]
    let _ = tracker;
}

/// A group was dropped before it was waited for, and has aborted tasks that ran. Reported once for each place, in debug builds.
pub(crate) fn group_is_dropped(tasks: usize, place: &'static Location<'static>) {
    static REPORTED: Places = Places::new(BTreeSet::new());
    if !is_first(&REPORTED, place) {
        return;
    }
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message = "a group was dropped with tasks that nobody has waited for, and those that ran are aborted: to have them \
                       end, write `.wait().await`";
        tracing::debug!(target: "outlive", tasks, made_at = %place, "{message}");
    });
    #[cfg(not(feature = "tracing"))]
    let _ = tasks;
}
