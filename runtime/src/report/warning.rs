//! Warnings about wrong uses of this library that the compiler cannot detect.

use std::collections::BTreeSet;
use std::panic::Location;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
#[cfg(feature = "tracing")]
use tracing::{Level, field::debug, field::display};

use super::Facts;
#[cfg(feature = "tracing")]
use super::emit::{Fields, Subject, emit};
use super::event::send_allowed;
#[cfg(feature = "tracing")]
use super::event::shown;
use super::unheard;
use crate::context::Values;
use crate::tracker::{ReportKind, Suppressed, TaskSite, TrackerCore};
use crate::util::quietly;
use crate::util::sync::lock;
#[cfg(feature = "tracing")]
use crate::util::text::{Clean, NAME};

/// An argument may go stale before its task ends: it is valid for `remaining`, and the task may take `may_take`.
pub(crate) fn stale(
    site: &'static TaskSite,
    tracker: &TrackerCore,
    values: Option<&Arc<Values>>,
    argument: &str,
    remaining: Duration,
    may_take: Duration,
) {
    tracker.note_report(site);
    quietly(|| {
        let Some(suppressed) = site.report_limits().stale().allow(Instant::now()) else {
            return;
        };
        #[cfg(feature = "tracing")]
        {
            let (remaining, may_take) = (debug(remaining), debug(may_take));
            let (remaining, may_take) = (Some(&remaining as _), Some(&may_take as _));
            let fields = Fields { argument: Some(&argument), remaining, may_take, suppressed, ..Fields::default() };
            let subject = Subject { site, tracker: tracker.shown_name(), values, in_span: false };
            emit(Level::WARN, ReportKind::STALE, subject, fields);
        }
        #[cfg(not(feature = "tracing"))]
        let _ = (tracker, values, argument, remaining, may_take, suppressed);
    });
}

/// Reports the suppressed reports that no report has counted, as events of the same kind, beyond the limit.
pub(crate) fn suppressed(tracker: &TrackerCore, unreported: &[Suppressed]) {
    for &Suppressed { site, kind, count } in unreported {
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
        let subject = Subject { site, tracker: tracker.shown_name(), values: None, in_span: false };
        emit(Level::WARN, ReportKind::STALE, subject, Fields { cause: Some(&cause), suppressed, ..Fields::default() });
    });
    #[cfg(not(feature = "tracing"))]
    let _ = (site, tracker, cause, suppressed);
}

/// Code waits for a cancellation that cannot come, in a task or outside.
pub(crate) fn waits_for_ever(task: Option<(&'static TaskSite, &'static str)>, place: &Location<'_>) {
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message = "waits for the cancellation of a context that nothing can cancel: in a task, wait for that of `Context::current()`; \
             elsewhere, give it a deadline, or a CancelSource";
        let Some((site, tracker)) = task else {
            tracing::warn!(target: "outlive", called_from = %place, "{message}");
            return;
        };
        let place = display(place);
        let subject = Subject { site, tracker, values: None, in_span: true };
        emit(Level::WARN, message, subject, Fields { called_from: Some(&place), ..Fields::default() });
    });
    #[cfg(not(feature = "tracing"))]
    let _ = (task, place);
}

/// A detached call was made inside a group's task. Reported once for each line that calls.
pub(crate) fn leaves_its_group(site: &'static TaskSite, tracker: &'static str, place: &'static Location<'static>) {
    /// The addresses of sites, and the places.
    static REPORTED: Mutex<BTreeSet<(usize, &'static Location<'static>)>> = Mutex::new(BTreeSet::new());
    let known = (std::ptr::from_ref(site).addr(), place);
    if !lock(&REPORTED).insert(known) {
        return;
    }
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message = "called inside a group, and not part of it: the failure of a sibling will not reach this task. \
                       Await its work in the group if it should";
        let place = display(place);
        let subject = Subject { site, tracker, values: None, in_span: false };
        emit(Level::WARN, message, subject, Fields { called_from: Some(&place), ..Fields::default() });
    });
    #[cfg(not(feature = "tracing"))]
    let _ = (site, tracker);
}

/// A [`Carrier`](crate::Carrier) failed; the code ran all the same. Reported once for each carrier, failure and function, as
/// it may happen at each poll.
pub(crate) fn broken_carrier(
    carrier: &'static str,
    task_name: Option<(&'static TaskSite, &'static str)>,
    what: &'static str,
    cause: &str,
) {
    /// The carrier's name, the failure, and the site's address.
    static REPORTED: Mutex<BTreeSet<(&'static str, &'static str, usize)>> = Mutex::new(BTreeSet::new());
    let site = task_name.map_or(0, |(site, _)| std::ptr::from_ref(site).addr());
    if !lock(&REPORTED).insert((carrier, what, site)) {
        return;
    }
    #[cfg(feature = "tracing")]
    quietly(|| {
        let (message, cause) = (format!("a carrier {what}"), shown(&cause));
        let Some((site, tracker)) = task_name else {
            tracing::warn!(target: "outlive", carrier, cause, "{message}");
            return;
        };
        let subject = Subject { site, tracker, values: None, in_span: true };
        emit(
            Level::WARN,
            &message,
            subject,
            Fields { carrier: Some(&carrier), cause: Some(&cause), ..Fields::default() },
        );
    });
    #[cfg(not(feature = "tracing"))]
    let _ = cause;
}

/// A call outside of a runtime was refused unseen; `tokio::spawn` would panic there. Written once for each function, where nobody
/// hears of it otherwise.
pub(crate) fn outside_a_runtime(site: &'static TaskSite) {
    static REPORTED: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());
    if !unheard::is_unheard() || !lock(&REPORTED).insert(std::ptr::from_ref(site).addr()) {
        return;
    }
    let (name, file, line) = (site.name(), site.file(), site.line());
    unheard::write(&format_args!(
        "`{name}` ({file}:{line}) was called outside of a tokio runtime, and did not run: call it within one, or say `on = handle`"
    ));
}

/// A task waits for the end of all tasks of its own tracker, including itself.
pub(crate) fn waits_for_itself(site: &'static TaskSite, tracker: &'static str, what: &str) {
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message = format!("a task awaits {what}, which waits for that task: await it outside");
        let subject = Subject { site, tracker, values: None, in_span: true };
        emit(Level::WARN, &message, subject, Fields::default());
    });
    #[cfg(not(feature = "tracing"))]
    let _ = (site, tracker, what);
}

/// A task waits for a place of its own tracker, and holds one itself: by a call that it makes or awaits. It may deadlock.
/// Reported in debug builds, once for each pair of functions.
pub(crate) fn waits_for_own_place(site: &'static TaskSite, tracker: &'static str, called: &'static TaskSite) {
    /// The addresses of both sites.
    static REPORTED: Mutex<BTreeSet<(usize, usize)>> = Mutex::new(BTreeSet::new());
    let address = |site: &'static TaskSite| std::ptr::from_ref(site).addr();
    if !cfg!(debug_assertions) || !lock(&REPORTED).insert((address(site), address(called))) {
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
        let subject = Subject { site, tracker, values: None, in_span: true };
        emit(Level::WARN, &message, subject, Fields::default());
    });
    #[cfg(not(feature = "tracing"))]
    let _ = tracker;
}

/// Nobody else holds the tracker of a call: it bounds no other call, and no shutdown drains it. Reported once for each function, in
/// debug builds.
pub(crate) fn nobody_elses(site: &'static TaskSite, tracker: &str) {
    static REPORTED: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());
    if !lock(&REPORTED).insert(std::ptr::from_ref(site).addr()) {
        return;
    }
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message = "`track` has given a tracker that nobody else holds, so that it bounds this call alone, and no shutdown waits for \
                       it: make the tracker once, in a static, and name that";
        let subject = Subject { site, tracker, values: None, in_span: false };
        emit(Level::WARN, message, subject, Fields::default());
    });
    #[cfg(not(feature = "tracing"))]
    let _ = tracker;
}

/// A shielded section in a task without a grace has no effect. Reported once for each place.
pub(crate) fn shields_nothing(site: &'static TaskSite, tracker: &'static str, place: &'static Location<'static>) {
    static REPORTED: Mutex<BTreeSet<&'static Location<'static>>> = Mutex::new(BTreeSet::new());
    if !lock(&REPORTED).insert(place) {
        return;
    }
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message = "a `shield` keeps nothing off, as its function has no grace: write `grace = \"1s\"` in the attribute, or \
                       leave the `shield` out";
        let place = display(place);
        let subject = Subject { site, tracker, values: None, in_span: true };
        emit(Level::WARN, message, subject, Fields { called_from: Some(&place), ..Fields::default() });
    });
    #[cfg(not(feature = "tracing"))]
    let _ = (site, tracker);
}

/// The last owner of a service was dropped without a shutdown, while tasks were live.
pub(crate) fn dropped_with_tasks(tracker: &'static str, tasks: &[&'static TaskSite]) {
    let Some(site) = tasks.first() else { return };
    let tasks = tasks.iter().map(|site| format!("{} ({}:{})", site.name(), site.file(), site.line()));
    let tasks = tasks.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ");
    #[cfg(feature = "tracing")]
    quietly(|| {
        let message = "the last owner was dropped without a shutdown while tasks were live: await its `shutdown()` \
                       first, where they should end in order";
        let subject = Subject { site, tracker, values: None, in_span: false };
        emit(Level::WARN, message, subject, Fields { tasks: Some(&tasks), ..Fields::default() });
    });
    #[cfg(not(feature = "tracing"))]
    let _ = (site, tracker, tasks);
}

/// A server of a shutdown has dropped its `Stop`, and serves on.
pub(crate) fn cannot_be_stopped(server: &'static str, budget: Duration) {
    let message = "the server has dropped its `Stop`, so that it is cut short in a shutdown, and its open requests with it: \
                   write `|stop| axum::serve(listener, app).with_graceful_shutdown(stop)`, or end your own loop when `stop` \
                   resolves";
    if unheard::is_unheard() {
        unheard::write(&format_args!("of the server `{server}`: {message}"));
    }
    #[cfg(feature = "tracing")]
    quietly(|| tracing::warn!(target: "outlive", server = %Clean(server, NAME), ?budget, "{message}"));
    #[cfg(not(feature = "tracing"))]
    let _ = budget;
}
