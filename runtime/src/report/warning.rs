//! Mistakes in the use of this library, which a compiler cannot see, become events.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::panic::Location;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
#[cfg(feature = "tracing")]
use tracing::{Level, field::debug, field::display};

use super::Facts;
#[cfg(feature = "tracing")]
use super::emit::{About, Said, emit};
use super::event::send_allowed;
#[cfg(feature = "tracing")]
use super::event::shown;
use crate::context::Values;
use crate::tracker::{ReportKind, Suppressed, TaskSite, TrackerCore};
use crate::util::quietly;
use crate::util::sync::lock;

/// An argument may be of no use before its call's deadline.
pub(crate) fn stale(
    site: &'static TaskSite,
    tracker: &TrackerCore,
    values: Option<&Arc<Values>>,
    argument: &str,
    remaining: Duration,
    deadline: Duration,
) {
    tracker.note_report(site);
    quietly(|| {
        let Some(suppressed) = site.report_limits().stale().allow(Instant::now()) else {
            return;
        };
        #[cfg(feature = "tracing")]
        {
            let (remaining, deadline) = (debug(remaining), debug(deadline));
            let (remaining, deadline) = (Some(&remaining as _), Some(&deadline as _));
            let said = Said { argument: Some(&argument), remaining, deadline, suppressed, ..Said::default() };
            let about = About { site, tracker: tracker.shown_name(), values, in_span: false };
            emit(Level::WARN, ReportKind::STALE, about, said);
        }
        #[cfg(not(feature = "tracing"))]
        let _ = (tracker, values, argument, remaining, deadline, suppressed);
    });
}

/// What the limit has suppressed, and no report has counted: said in events of the same kind, past the limit.
pub(crate) fn suppressed(tracker: &TrackerCore, unsaid: &[Suppressed]) {
    for &Suppressed { site, kind, count } in unsaid {
        let cause = match count {
            1 => "1 more report of this kind was suppressed".to_owned(),
            more => format!("{more} more reports of this kind were suppressed"),
        };
        match kind {
            ReportKind::Of(outcome) => send_allowed(outcome, &Facts::new(site, tracker, None), &cause, count),
            ReportKind::Stale => stale_suppressed(site, tracker, &cause, count),
        }
    }
}

fn stale_suppressed(site: &'static TaskSite, tracker: &TrackerCore, cause: &str, suppressed: u64) {
    #[cfg(feature = "tracing")]
    quietly(|| {
        let about = About { site, tracker: tracker.shown_name(), values: None, in_span: false };
        emit(Level::WARN, ReportKind::STALE, about, Said { cause: Some(&cause), suppressed, ..Said::default() });
    });
    #[cfg(not(feature = "tracing"))]
    let _ = (site, tracker, cause, suppressed);
}

/// Somebody waits for a cancellation that cannot come: a task's code, or the program's own.
pub(crate) fn waits_for_ever(task: Option<(&'static TaskSite, &'static str)>, place: &Location<'_>) {
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message =
            "waits for the cancellation of a context that nothing can cancel: give it a deadline, or a CancelSource";
        let Some((site, tracker)) = task else {
            tracing::warn!(target: "outlive", called_from = %place, "{message}");
            return;
        };
        let place = display(place);
        let about = About { site, tracker, values: None, in_span: true };
        emit(Level::WARN, message, about, Said { called_from: Some(&place), ..Said::default() });
    });
    #[cfg(not(feature = "tracing"))]
    let _ = (task, place);
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
        let message = "called inside a group, and not part of it: the failure of a sibling will not reach this task. \
                       Await its work in the group if it should";
        let place = display(place);
        let about = About { site, tracker, values: None, in_span: false };
        emit(Level::WARN, message, about, Said { called_from: Some(&place), ..Said::default() });
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
        let (message, cause) = (format!("a carrier {what}"), shown(&cause));
        let Some((site, tracker)) = whose else {
            tracing::warn!(target: "outlive", carrier, cause, "{message}");
            return;
        };
        let about = About { site, tracker, values: None, in_span: true };
        emit(Level::WARN, &message, about, Said { carrier: Some(&carrier), cause: Some(&cause), ..Said::default() });
    });
    #[cfg(not(feature = "tracing"))]
    let _ = cause;
}

/// A call outside of a runtime was refused, and nobody has looked: `tokio::spawn` panics there. Where no subscriber hears of it
/// either, a debug build says it on stderr, once for each function.
pub(crate) fn outside_a_runtime(site: &'static TaskSite) {
    static SAID: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());
    #[cfg(feature = "tracing")]
    let is_heard = tracing::dispatcher::has_been_set();
    #[cfg(not(feature = "tracing"))]
    let is_heard = false;
    if !cfg!(debug_assertions) || is_heard || !lock(&SAID).insert(std::ptr::from_ref(site).addr()) {
        return;
    }
    let (name, file, line) = (site.name(), site.file(), site.line());
    // A stderr that is closed is no reason to panic.
    let _ = writeln!(
        std::io::stderr(),
        "outlive: `{name}` ({file}:{line}) was called outside of a tokio runtime, and did not run: call it within one, or say \
         `on = handle`. Said once, in a debug build without a subscriber for `tracing`."
    );
}

/// A task of the tracker waits for the end of the tracker's tasks, itself among them.
pub(crate) fn waits_for_itself(site: &'static TaskSite, tracker: &'static str, what: &str) {
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message = format!("a task awaits {what}, which waits for that task: await it outside");
        let about = About { site, tracker, values: None, in_span: true };
        emit(Level::WARN, &message, about, Said::default());
    });
    #[cfg(not(feature = "tracing"))]
    let _ = (site, tracker, what);
}

/// A task waits for a place that it may hold itself: in the queue of its own tracker, by a call that it makes or awaits. Said
/// once for each function that waits and each that it calls, in debug builds: it need not come to that.
pub(crate) fn waits_for_own_place(site: &'static TaskSite, tracker: &'static str, called: &'static TaskSite) {
    /// By the addresses of both.
    static SAID: Mutex<BTreeSet<(usize, usize)>> = Mutex::new(BTreeSet::new());
    let address = |site: &'static TaskSite| std::ptr::from_ref(site).addr();
    if !cfg!(debug_assertions) || !lock(&SAID).insert((address(site), address(called))) {
        return;
    }
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message = format!(
            "a task waits for a call of `{}` ({}:{}), which waits for a place in the task's own tracker: where all who hold \
             its places wait so, none goes on. Track what others wait for in a tracker of its own",
            called.name(),
            called.file(),
            called.line(),
        );
        let about = About { site, tracker, values: None, in_span: true };
        emit(Level::WARN, &message, about, Said::default());
    });
    #[cfg(not(feature = "tracing"))]
    let _ = tracker;
}

/// A call was tracked by what nobody else holds: no other call is bounded by it, and no shutdown drains it. Said once for each
/// function, in debug builds.
pub(crate) fn nobody_elses(site: &'static TaskSite, tracker: &str) {
    static SAID: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());
    if !lock(&SAID).insert(std::ptr::from_ref(site).addr()) {
        return;
    }
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message = "`track` has given a tracker that nobody else holds, so that it bounds this call alone, and no shutdown waits for \
                       it: make the tracker once, in a static, and name that";
        let about = About { site, tracker, values: None, in_span: false };
        emit(Level::WARN, message, about, Said::default());
    });
    #[cfg(not(feature = "tracing"))]
    let _ = tracker;
}

/// A section does nothing for a task that has no grace. Said once for each place.
pub(crate) fn shields_nothing(site: &'static TaskSite, tracker: &'static str, place: &'static Location<'static>) {
    static SAID: Mutex<BTreeSet<&'static Location<'static>>> = Mutex::new(BTreeSet::new());
    if !lock(&SAID).insert(place) {
        return;
    }
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message = "a `shield` keeps nothing off, as its function has no grace: write `grace = \"1s\"` in the attribute, or \
                       leave the `shield` out";
        let place = display(place);
        let about = About { site, tracker, values: None, in_span: true };
        emit(Level::WARN, message, about, Said { called_from: Some(&place), ..Said::default() });
    });
    #[cfg(not(feature = "tracing"))]
    let _ = (site, tracker);
}

/// The last owner of a service went, without a shutdown, while tasks were live.
pub(crate) fn dropped_with_tasks(tracker: &'static str, tasks: &[&'static TaskSite]) {
    let Some(site) = tasks.first() else { return };
    let tasks = tasks.iter().map(|site| format!("{} ({}:{})", site.name(), site.file(), site.line()));
    let tasks = tasks.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ");
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message = "the last owner was dropped without a shutdown while tasks were live: await its `shutdown()` \
                       first, where they should end in order";
        let about = About { site, tracker, values: None, in_span: false };
        emit(Level::WARN, message, about, Said { tasks: Some(&tasks), ..Said::default() });
    });
    #[cfg(not(feature = "tracing"))]
    let _ = (site, tracker, tasks);
}
