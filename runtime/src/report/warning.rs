//! Mistakes in the use of this library, which a compiler cannot see, become events.

use std::collections::BTreeSet;
use std::panic::Location;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use crate::context::Values;
use crate::tracker::TaskSite;
use crate::util::quietly;
use crate::util::sync::lock;

/// An argument may be of no use before its call's deadline.
pub(crate) fn stale(
    site: &'static TaskSite,
    tracker: &str,
    values: Option<&Arc<Values>>,
    argument: &str,
    remaining: Duration,
    deadline: Duration,
) {
    quietly(|| {
        let Some(suppressed) = site.report_limits().stale().allow(Instant::now()) else {
            return;
        };
        #[cfg(feature = "tracing")]
        tracing::warn!(
            target: "outlive",
            task = site.name(),
            tracker,
            file = site.file(),
            line = site.line(),
            labels = %Values::labels(values),
            argument,
            ?remaining,
            ?deadline,
            suppressed,
            "an argument may go stale before the deadline",
        );
        #[cfg(not(feature = "tracing"))]
        let _ = (tracker, values, argument, remaining, deadline, suppressed);
    });
}

/// Somebody waits for a cancellation that cannot come.
pub(crate) fn waits_for_ever(place: &Location<'_>) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: "outlive",
        file = place.file(),
        line = place.line(),
        "waits for the cancellation of a context that nothing can cancel: give it a deadline, or a CancelSource",
    );
    #[cfg(not(feature = "tracing"))]
    let _ = place;
}

/// A detached call was made inside a group's task. Said once for each place of a call.
pub(crate) fn leaves_its_group(site: &'static TaskSite, tracker: &'static str, place: &'static Location<'static>) {
    /// By the site's address and the place.
    static SAID: Mutex<BTreeSet<(usize, &'static Location<'static>)>> = Mutex::new(BTreeSet::new());
    let known = (std::ptr::from_ref(site).addr(), place);
    if !lock(&SAID).insert(known) {
        return;
    }
    #[cfg(feature = "tracing")]
    quietly(|| {
        tracing::warn!(
            target: "outlive",
            task = site.name(),
            tracker,
            file = place.file(),
            line = place.line(),
            "called inside a group, and not part of it: the failure of a sibling will not reach this task. \
             Await its work in the group if it should",
        );
    });
    #[cfg(not(feature = "tracing"))]
    let _ = (site, tracker);
}

/// A [`Carrier`](crate::Carrier) did not do its part; the code ran all the same. Said once for each carrier, what it did, and
/// function, as it would be said at each poll.
pub(crate) fn broken_carrier(
    carrier: &'static str,
    whose: Option<(&'static TaskSite, &'static str)>,
    what: &'static str,
    cause: &str,
) {
    /// By its name, what it did, and the site's address.
    static SAID: Mutex<BTreeSet<(&'static str, &'static str, usize)>> = Mutex::new(BTreeSet::new());
    let site = whose.map_or(0, |(site, _)| std::ptr::from_ref(site).addr());
    if !lock(&SAID).insert((carrier, what, site)) {
        return;
    }
    #[cfg(feature = "tracing")]
    quietly(|| {
        tracing::warn!(
            target: "outlive",
            task = whose.map(|(site, _)| site.name()),
            tracker = whose.map(|(_, tracker)| tracker),
            file = whose.map(|(site, _)| site.file()),
            line = whose.map(|(site, _)| site.line()),
            carrier,
            cause,
            "a carrier {what}",
        );
    });
    #[cfg(not(feature = "tracing"))]
    let _ = cause;
}

/// A task of the tracker waits for the end of the tracker's tasks, itself among them.
pub(crate) fn waits_for_itself(tracker: &'static str) {
    #[cfg(feature = "tracing")]
    quietly(|| {
        tracing::warn!(
            target: "outlive",
            tracker,
            "a task awaits the drain of its own tracker, which waits for that task: await it outside",
        );
    });
    #[cfg(not(feature = "tracing"))]
    let _ = tracker;
}

/// The last owner of a service went, without a shutdown, while tasks were live.
pub(crate) fn dropped_with_tasks(tracker: &'static str, tasks: impl Iterator<Item = &'static TaskSite>) {
    let mut names: Vec<String> =
        tasks.map(|site| format!("{} ({}:{})", site.name(), site.file(), site.line())).collect();
    names.sort_unstable();
    names.dedup();
    #[cfg(feature = "tracing")]
    quietly(|| {
        tracing::warn!(
            target: "outlive",
            tracker,
            tasks = names.join(", "),
            "the last owner was dropped without a shutdown while tasks were live: await its `shutdown()` first, where \
             they should end in order",
        );
    });
    #[cfg(not(feature = "tracing"))]
    let _ = tracker;
}
