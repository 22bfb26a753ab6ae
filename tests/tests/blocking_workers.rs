//! A `blocking` worker is a thread that nobody can stop: it is told when its tracker drains or its last owner goes, and waited for.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use outlive::{CancelCause, Context, Fate, OwnedTracker, TaskError, TaskOwner, Tracker, owned_tasks, worker};
use outlive_tests::Trace;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{Instant, advance};

type Shared = Arc<Tracker>;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Time stands still while a thread is at work, except where a test moves it.
fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

/// Says that it has begun, waits until it is told, and gives what it was told.
fn listens(begun: &Sender<()>) -> String {
    begun.send(()).unwrap();
    Handle::current().block_on(Context::current().cancelled()).to_string()
}

#[worker(track = tracker, blocking)]
fn reads(tracker: Shared, begun: Sender<()>) -> String {
    let _keep = tracker;
    assert!(Context::current().deadline().is_none(), "it runs until it is told");
    listens(&begun)
}

#[test]
fn a_drain_tells_it_as_it_begins_and_waits_for_it() {
    let (begun, begins) = mpsc::channel();
    one_thread().block_on(async {
        let tracker = Arc::new(Tracker::bounded("readers", 1));
        let handle = reads(tracker.clone(), begun);
        tokio::task::yield_now().await;
        begins.recv().unwrap();
        advance(seconds(86_400)).await;
        let start = Instant::now();
        let (report, told) = tokio::join!(tracker.drain(), handle);
        assert_eq!(told.unwrap(), "the tracker is shutting down");
        assert_eq!((report.finished(), report.is_clean(), start.elapsed()), (1, true, seconds(0)), "{report}");
    });
}

#[worker(track = tracker, blocking)]
fn does_not_look(tracker: Shared, begun: Sender<()>, release: Receiver<()>) -> &'static str {
    let _keep = tracker;
    begun.send(()).unwrap();
    let _ = release.recv();
    "released"
}

#[test]
fn one_that_does_not_look_is_waited_for_as_long_as_the_budget_lasts_and_then_reported_as_stuck() {
    let (begun, begins) = mpsc::channel();
    let (release, released) = mpsc::channel();
    one_thread().block_on(async {
        let tracker = Arc::new(Tracker::bounded("readers", 1));
        let handle = does_not_look(tracker.clone(), begun, released);
        tokio::task::yield_now().await;
        begins.recv().unwrap();
        let (report, ()) = tokio::join!(tracker.drain(), async {
            advance(seconds(19)).await;
            assert!(!handle.is_finished(), "a thread is not dropped when it is told");
            advance(seconds(1)).await;
            tokio::task::yield_now().await;
            advance(seconds(1)).await;
        });
        assert!(matches!(handle.await, Err(TaskError::Cancelled(CancelCause::Shutdown))));
        let [stuck] = report.stragglers() else { panic!("{report}") };
        assert_eq!((stuck.site().name(), stuck.fate()), ("does_not_look", Fate::Stuck));
        drop(release);
    });
}

#[test]
fn one_that_ends_late_within_the_budget_has_ended_by_itself() {
    let (begun, begins) = mpsc::channel();
    let (release, released) = mpsc::channel();
    one_thread().block_on(async {
        let tracker = Arc::new(Tracker::bounded("readers", 1));
        let handle = does_not_look(tracker.clone(), begun, released);
        tokio::task::yield_now().await;
        begins.recv().unwrap();
        let (report, value) = tokio::join!(tracker.drain(), async {
            advance(seconds(19)).await;
            drop(release);
            handle.await
        });
        assert_eq!((value.unwrap(), report.finished(), report.is_clean()), ("released", 1, true), "{report}");
    });
}

#[test]
fn one_that_ends_when_the_budget_is_over_has_not_ended_by_itself() {
    let (begun, begins) = mpsc::channel();
    let (release, released) = mpsc::channel();
    one_thread().block_on(async {
        let tracker = Arc::new(Tracker::bounded("readers", 1));
        let handle = does_not_look(tracker.clone(), begun, released);
        tokio::task::yield_now().await;
        begins.recv().unwrap();
        let (report, ended) = tokio::join!(tracker.drain(), async {
            advance(seconds(20)).await;
            let ended = handle.await;
            drop(release);
            ended
        });
        assert!(matches!(ended, Err(TaskError::Cancelled(CancelCause::Shutdown))));
        assert_eq!((report.aborted(), report.stuck()), (1, 0), "{report}");
    });
}

#[derive(Clone, TaskOwner)]
struct Feed {
    tasks: OwnedTracker,
    begun: Sender<()>,
    told: Sender<String>,
}

#[owned_tasks]
impl Feed {
    #[worker(blocking)]
    fn follow(&self) {
        let cause = listens(&self.begun);
        self.told.send(cause).unwrap();
    }
}

#[test]
fn it_is_told_when_the_last_owner_of_its_service_goes() {
    let (begun, begins) = mpsc::channel();
    let (told, hears) = mpsc::channel();
    one_thread().block_on(async {
        let feed = Feed { tasks: OwnedTracker::bounded("feed", 2), begun, told };
        let handle = feed.follow();
        tokio::task::yield_now().await;
        begins.recv().unwrap();
        assert!(feed.follow().admitted().is_err(), "once for each owner");
        drop(feed);
        handle.await.unwrap();
        assert_eq!(hears.recv().unwrap(), "the last owner was dropped");
    });
}

#[test]
fn its_panic_and_its_err_are_a_workers() {
    static PUMPS: Tracker = Tracker::bounded("pumps", 2);

    #[worker(track = PUMPS, blocking)]
    fn pump(panics: bool) -> Result<(), &'static str> {
        assert!(!panics, "no water");
        Err("no pipe")
    }

    let trace = Trace::record();
    one_thread().block_on(async {
        pump(true).await.unwrap_err();
        drop(pump(false).await);
        drop(pump(false));
        PUMPS.idle().await;
    });
    let mut said: Vec<_> = trace.events().iter().map(|event| event.field("message").to_owned()).collect();
    said.sort();
    assert_eq!(said, ["worker failed", "worker panicked"]);
}
