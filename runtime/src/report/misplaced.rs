//! Warnings about code that runs where it does not get what it needs: a value, a place, a tracker that is still open.

use std::collections::BTreeSet;
use std::sync::Mutex;

#[cfg(feature = "tracing")]
use tracing::Level;

#[cfg(feature = "tracing")]
use super::emit::{Fields, Subject, emit};
use super::unheard;
use crate::tracker::{TaskSite, TrackerCore};
use crate::util::quietly;
use crate::util::sync::lock;

fn address<T>(known: &T) -> usize {
    std::ptr::from_ref(known).addr()
}

/// The caller sends it once, or once for each of its places.
fn warn(site: &'static TaskSite, tracker: &str, message: impl FnOnce() -> String) {
    quietly(|| {
        let message = message();
        if unheard::is_unheard() {
            let (name, file, line) = (site.name(), site.file(), site.line());
            unheard::write(&format_args!("`{name}` ({file}:{line}) of `{tracker}`: {message}"));
        }
        #[cfg(feature = "tracing")]
        emit(Level::WARN, &message, Subject { site, tracker, values: None, in_span: false }, Fields::default());
    });
}

/// The work of a single flight asked its context for a value that only its first caller has. Reported once for each flight
/// and type, in debug builds.
pub(crate) fn asks_for_its_callers(site: &'static TaskSite, tracker: &'static str, value: &'static str) {
    /// The addresses of the sites, and the types.
    static REPORTED: Mutex<BTreeSet<(usize, &'static str)>> = Mutex::new(BTreeSet::new());
    if !lock(&REPORTED).insert((address(site), value)) {
        return;
    }
    warn(site, tracker, || {
        format!(
            "the work asked its context for a `{value}`, which its caller's context has, and the work's has not: the work is \
             for all callers with its key. Read the value before `.run(…)`, move it into the work, and put it into the key",
        )
    });
}

/// Loops hold every place of a tracker, so that no other call of it runs. Reported once for each tracker.
pub(crate) fn filled_by_loops(
    called: &'static TaskSite,
    tracker: &TrackerCore,
    loops: &[&'static TaskSite],
    limit: usize,
) {
    /// The addresses of the trackers.
    static REPORTED: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());
    if !lock(&REPORTED).insert(tracker.address()) {
        return;
    }
    warn(called, tracker.shown_name(), || {
        let names: BTreeSet<_> = loops.iter().map(|site| format!("`{}`", site.name())).collect();
        let names = names.into_iter().collect::<Vec<_>>().join(", ");
        let (hold, they) = if loops.len() == 1 { ("holds", "it ends") } else { ("hold", "they end") };
        format!(
            "{names} {hold} every place of the tracker until {they}, and this call gets none: give its tracker a place more, \
             with `bounded(…, {})`, or the loops a tracker of their own",
            limit.saturating_add(1),
        )
    });
}

/// Calls are made outside of every context, and no request has passed the layer that was made here.
#[cfg(debug_assertions)]
pub(crate) fn layer_sees_nothing(
    site: &'static TaskSite,
    tracker: &'static str,
    layer: &'static std::panic::Location<'static>,
) {
    warn(site, tracker, || {
        format!(
            "no request has passed the `ContextLayer` of {layer}, and `{}` is called outside of every context: if requests call it, move \
             `.layer(…)` behind the routes, as axum's wraps only those that were added before it",
            site.name(),
        )
    });
}

/// A call was refused, as a drain in another runtime has closed its static tracker. A shutdown has not.
#[cfg(debug_assertions)]
pub(crate) fn drained_by_another_runtime(
    site: &'static TaskSite,
    tracker: &'static str,
    place: &'static std::panic::Location<'static>,
) {
    warn(site, tracker, || {
        format!(
            "refused, as the tracker was drained in another runtime, at {place}, and stays closed: if that was another test, put each into \
             `outlive::testing::isolated(async {{ … }}).await`, or wait with `.idle().await` in place of the drain",
        )
    });
}
