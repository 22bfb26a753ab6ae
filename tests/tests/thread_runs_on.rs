//! The report of a `blocking` call that has timed out says whether its thread runs on.

use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use outlive::{TaskError, Tracker, detached};
use outlive_tests::{Event, Trace};
use tokio::runtime::{Builder, Runtime};
use tokio::time::advance;
use tracing::Level;

static HASHES: Tracker = Tracker::bounded("hashes", 64);

const RUNS_ON: &str = ": its thread runs on, and holds its place until it returns: nothing stops a thread, unless its code checks \
                       `Context::current().is_cancelled()`";

/// Holds its thread until the sender of `release` is gone.
#[detached(timeout = "5s", track = HASHES, blocking)]
fn hash(begun: Sender<()>, release: Receiver<()>) {
    begun.send(()).unwrap();
    let _ = release.recv();
}

#[detached(timeout = "5s", track = HASHES, blocking)]
fn hash_at_once(begun: Sender<()>) {
    begun.send(()).unwrap();
}

/// Time stands still while a thread is at work, except where a test moves it.
fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).max_blocking_threads(1).build().unwrap()
}

fn reports_of<'a>(reports: &'a [Event], task: &str) -> Vec<&'a Event> {
    reports.iter().filter(|report| report.field("task") == task).collect()
}

#[test]
fn a_thread_behind_its_timeout_is_named_once_and_one_that_never_began_is_not_said_to_run() {
    let trace = Trace::record();
    let (begun, begins) = mpsc::channel();
    let (release, released) = mpsc::channel();
    one_thread().block_on(async {
        let (held, queued) = (hash(begun.clone(), released), hash_at_once(begun));
        tokio::task::yield_now().await;
        begins.recv().unwrap();
        advance(Duration::from_millis(4_500)).await;
        tokio::task::yield_now().await;
        assert!(reports_of(&trace.reports(), "hash").is_empty(), "it has its time");
        advance(Duration::from_secs(1)).await;
        assert!(matches!(held.await, Err(TaskError::TimedOut { .. })));
        assert!(matches!(queued.await, Err(TaskError::TimedOut { .. })));

        let reports = trace.reports();
        let [held] = *reports_of(&reports, "hash") else { panic!("one: {reports:?}") };
        assert_eq!((held.level, held.field("message")), (Level::WARN, "detached task timed out"));
        assert_eq!(held.field("cause"), format!("timed out after 5s{RUNS_ON}"));
        let [queued] = *reports_of(&reports, "hash_at_once") else { panic!("one: {reports:?}") };
        assert_eq!(queued.field("cause"), "timed out after 5s", "the only thread is held, and so it has not begun");
        assert_eq!(HASHES.live(), 1);
        drop(release);
        assert_eq!(HASHES.drain().await.stuck(), 0);
        assert!(begins.try_recv().is_err(), "nor does it begin later");
    });
    assert!(trace.reports().is_empty(), "it was said once");
}
