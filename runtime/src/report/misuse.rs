//! Warnings about a value that was dropped before it did what it is for. Each is sent once for each place.

use std::collections::BTreeSet;
use std::panic::Location;
use std::sync::Mutex;
use std::time::Duration;

#[cfg(feature = "tracing")]
use crate::util::quietly;
use crate::util::sync::lock;

type Place = &'static Location<'static>;

/// Sends a warning of this kind, if there was none of this place, and no panic drops everything.
fn warn(kind: &'static str, place: Place, message: impl FnOnce() -> String) {
    static SENT: Mutex<BTreeSet<(&'static str, Place)>> = Mutex::new(BTreeSet::new());
    if std::thread::panicking() || !lock(&SENT).insert((kind, place)) {
        return;
    }
    #[cfg(feature = "tracing")]
    quietly(|| tracing::warn!(target: "outlive", called_from = %place, "{}", message()));
    #[cfg(not(feature = "tracing"))]
    drop(message);
}

/// A shielded section was dropped half-way, outside of a detached task.
pub(crate) fn shield_dropped(place: Place) {
    warn("shield", place, || {
        "a `shield` outside of a detached task keeps nothing off, and its section was dropped half-way: put it into a function with \
         `#[detached(timeout = \"5s\", grace = \"1s\", track = …)]`, and call that"
            .to_owned()
    });
}

/// A group was dropped with children, and nobody waited for them. Only in debug builds, as its caller may have been dropped as well.
pub(crate) fn group_dropped(place: Place, children: usize) {
    warn("group", place, || {
        let (children, are) =
            if children == 1 { ("a child".to_owned(), "is") } else { (format!("{children} children"), "are") };
        format!(
            "a group was dropped with {children}, which {are} aborted: end it with `group.wait().await`, also before a `return` or a `?`"
        )
    });
}

/// The future of a drain was dropped before it was polled.
pub(crate) fn drain_dropped(tracker: &str, place: Place) {
    warn("drain", place, || {
        format!(
            "the drain of `{tracker}` was dropped before it was awaited, and drains nothing: write `.await` behind it; to wait for the tasks \
             and go on, write `.idle().await` in place of the drain"
        )
    });
}

/// A context was asked for a value, and has one of nearly that type.
pub(crate) fn asks_for_another_type(asked: &'static str, has: &'static str, place: Place) {
    warn("value", place, || {
        format!(
            "a context was asked for a `{asked}`, and has a `{has}`: a value is found by its exact type. Give it a type of its own, and ask for \
             that: `struct Tenant(String);`"
        )
    });
}

/// The process runs on after the shutdown of the whole program.
pub(crate) fn runs_on(since: Duration) {
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message = "the shutdown has ended, and the process runs on: let `main` return its report, or write `report.exit()`; a server that \
                       is to end with it belongs into it, by `.serve(…)`";
        tracing::warn!(target: "outlive", ?since, "{message}");
    });
    #[cfg(not(feature = "tracing"))]
    let _ = since;
}
