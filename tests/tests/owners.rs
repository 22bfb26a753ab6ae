//! One owner per cancel, one place to wait: who owns a service's tasks, and what ends with the last owner.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use outlive::{
    CancelCause, Context, OwnedTracker, Rejected, TaskError, TaskOwner, detached, owned_tasks, periodic, worker,
};
use outlive_tests::Trace;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{Instant, sleep};

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    runs: Arc<AtomicUsize>,
    gate: Arc<Notify>,
}

impl Server {
    fn new(bound: usize) -> Self {
        Self { tasks: OwnedTracker::bounded("server", bound), runs: Arc::default(), gate: Arc::default() }
    }
}

#[owned_tasks]
impl Server {
    #[detached(timeout = "5s")]
    async fn waits(&self) -> usize {
        self.gate.notified().await;
        self.tasks.live()
    }

    #[detached(timeout = "5s")]
    async fn hangs(&self) {
        std::future::pending::<()>().await;
        drop(self.clone());
    }

    #[detached(timeout = "5s")]
    async fn lends(&self, to: oneshot::Sender<Self>) {
        to.send(self.clone()).ok();
    }

    #[detached(timeout = "5s")]
    async fn by_arc(self: Arc<Self>) -> usize {
        self.runs.load(Relaxed)
    }

    #[detached(timeout = "5s")]
    async fn by_arc_reference(self: &Arc<Self>) -> usize {
        self.runs.load(Relaxed)
    }

    #[worker(grace = "2s")]
    async fn works(&self, causes: mpsc::UnboundedSender<CancelCause>) {
        let cause = Context::current().cancelled().await;
        causes.send(cause).ok();
        self.runs.fetch_add(1, Relaxed);
    }

    #[worker(grace = "2s")]
    async fn is_stubborn(&self) {
        std::future::pending::<()>().await;
        drop(self.clone());
    }

    #[periodic(every = "1s", timeout = "500ms")]
    async fn ticks(&self) {
        self.runs.fetch_add(1, Relaxed);
    }

    fn plain(&self) -> usize {
        self.tasks.live()
    }
}

async fn settle() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_owner_takes_workers_and_loops_along_and_they_are_told_why() {
    let server = Server::new(8);
    let (causes, mut told) = mpsc::unbounded_channel();
    let worker = server.works(causes);
    let ticking = server.ticks();
    let runs = Arc::clone(&server.runs);
    let second = server.clone();
    settle().await;
    drop(server);
    settle().await;
    assert!(!worker.is_finished() && !ticking.is_finished(), "a clone is an owner, too");
    drop(second);
    assert!(matches!(told.recv().await, Some(CancelCause::OwnerDropped)));
    assert!(worker.await.is_ok());
    assert!(ticking.await.is_ok());
    assert_eq!(runs.load(Relaxed), 1, "the worker's one");
    sleep(Duration::from_secs(10)).await;
    assert_eq!(runs.load(Relaxed), 1, "no run after the end");
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_does_not_listen_is_dropped_after_its_grace() {
    let server = Server::new(8);
    let worker = server.is_stubborn();
    settle().await;
    let start = Instant::now();
    drop(server);
    assert!(matches!(worker.await, Err(TaskError::Cancelled(CancelCause::OwnerDropped))));
    assert_eq!(start.elapsed(), Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn bounded_work_finishes_or_times_out_when_the_last_owner_is_gone() {
    let server = Server::new(8);
    let gate = Arc::clone(&server.gate);
    let (finishes, hangs) = (server.waits(), server.hangs());
    settle().await;
    drop(server);
    settle().await;
    gate.notify_one();
    assert_eq!(finishes.await.unwrap(), 2);
    assert!(matches!(hangs.await, Err(TaskError::TimedOut { .. })));
    assert_eq!(Arc::strong_count(&gate), 1, "what the service held is dropped");
}

#[tokio::test(start_paused = true)]
async fn a_clone_that_does_not_own_starts_nothing_once_its_owners_are_gone() {
    let server = Server::new(8);
    let (to, lent) = oneshot::channel();
    server.lends(to);
    let lent = lent.await.unwrap();
    assert_eq!(lent.waits().admitted().map(drop), Ok(()), "while an owner is there, it may");
    drop(server);
    for refused in [lent.hangs().admitted().map(drop), lent.ticks().admitted().map(drop)] {
        assert_eq!(refused, Err(Rejected::OwnerGone));
    }
    assert_eq!(lent.clone().hangs().admitted().map(drop), Err(Rejected::OwnerGone), "nor does its clone own");
}

#[tokio::test(start_paused = true)]
async fn shutdown_tells_workers_at_its_start_and_gives_all_owners_the_same_report() {
    let server = Server::new(8);
    let (causes, mut told) = mpsc::unbounded_channel();
    server.works(causes);
    server.ticks();
    let stubborn = server.is_stubborn();
    settle().await;
    let start = Instant::now();
    let (one, two) = (server.clone(), server.clone());
    let (one, two) = tokio::join!(one.shutdown(), two.shutdown());
    assert!(matches!(told.recv().await, Some(CancelCause::Shutdown)));
    assert!(matches!(stubborn.await, Err(TaskError::Cancelled(CancelCause::Shutdown))));
    assert_eq!(start.elapsed(), Duration::from_secs(2));
    assert_eq!((one.finished(), one.aborted()), (1, 1), "the loop is no work: {one}");
    assert_eq!(one.to_string(), two.to_string());
    assert_eq!(server.hangs().admitted().map(drop), Err(Rejected::Draining));
}

#[tokio::test(start_paused = true)]
async fn an_owner_dropped_during_its_own_shutdown_changes_nothing() {
    let server = Server::new(8);
    server.waits();
    let gate = Arc::clone(&server.gate);
    settle().await;
    let shutdown = tokio::spawn(async move { server.shutdown().await });
    settle().await;
    gate.notify_one();
    let report = shutdown.await.unwrap();
    assert!(report.is_clean() && report.finished() == 1, "{report}");
}

#[tokio::test(start_paused = true)]
async fn arcs_of_a_service_work_too() {
    let server = Arc::new(Server::new(8));
    assert_eq!(server.by_arc_reference().await.unwrap(), 0);
    assert_eq!(Arc::clone(&server).by_arc().await.unwrap(), 0);
    assert_eq!(server.plain(), 0);
    assert_eq!(Server::DRAIN_BUDGET, Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_last_owner_dropped_with_live_tasks_and_no_shutdown_is_reported_in_debug_builds() {
    let trace = Trace::record();
    let server = Server::new(8);
    let hangs = server.hangs();
    settle().await;
    drop(server);
    let events = trace.events();
    let named = events.iter().any(|event| format!("{event:?}").contains("without a shutdown"));
    assert_eq!(named, cfg!(debug_assertions), "{events:?}");
    assert!(hangs.await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_last_owner_dropped_while_unwinding_or_without_a_runtime_is_survived() {
    let server = Server::new(8);
    let runs = Arc::clone(&server.runs);
    server.ticks();
    let panicked = tokio::spawn(async move {
        let _server = server;
        panic!("unwinds with an owner in hand");
    });
    assert!(panicked.await.unwrap_err().is_panic());
    settle().await;
    assert_eq!(Arc::strong_count(&runs), 1);
    let server = Server::new(8);
    std::thread::spawn(move || drop(server)).join().unwrap();
}

/// A `Clone` written by hand that makes a new tracker, as it should not.
#[derive(TaskOwner)]
struct Odd {
    tasks: OwnedTracker,
}

impl Clone for Odd {
    fn clone(&self) -> Self {
        Self { tasks: OwnedTracker::bounded("another", 1) }
    }
}

#[owned_tasks]
impl Odd {
    #[detached(timeout = "1s")]
    async fn name(&self) -> &'static str {
        self.tasks.name()
    }
}

#[tokio::test]
async fn a_task_works_on_its_owners_tracker_whatever_clone_does() {
    let odd = Odd { tasks: OwnedTracker::bounded("the owner's", 1) };
    assert_eq!(odd.name().await.unwrap(), "the owner's");
}
