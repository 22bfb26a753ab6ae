//! A task that blocks its thread in its very first poll has never been seen to wait. It is live all the same, and a
//! drain names it as stuck, beside others of its function that did come to an await.
//!
//! The drains are held in paused time; who blocks does so on another runtime's worker, until it is released.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use outlive::{
    CancelCause, DrainReport, Fate, OwnedTracker, Straggler, TaskError, TaskHandle, TaskOwner, Tracker, detached,
    owned_tasks,
};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

/// One worker for each task that blocks.
fn workers(number: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(number).enable_all().build().unwrap()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What a body does.
enum Body {
    /// Says that it is in its first poll, and blocks its thread.
    Blocks(mpsc::Sender<()>, mpsc::Receiver<()>),
    Hangs,
    Ends(Duration),
}

impl Body {
    async fn run(self) {
        match self {
            Self::Blocks(inside, release) => {
                inside.send(()).unwrap();
                let _ = release.recv();
            }
            Self::Hangs => std::future::pending().await,
            Self::Ends(after) => sleep(after).await,
        }
    }
}

/// Those that block. They are released when this is dropped, also where the test fails: `release` goes first.
struct Blocked {
    release: Vec<mpsc::Sender<()>>,
    runtime: Runtime,
}

impl Blocked {
    fn new(workers: usize) -> Self {
        Self { runtime: self::workers(workers), release: Vec::new() }
    }

    /// Makes a call on a thread of its own, and waits until it blocks it.
    fn call<R>(&mut self, call: impl FnOnce(Handle, Body) -> R) -> R {
        let ((inside, is_inside), (release, released)) = (mpsc::channel(), mpsc::channel());
        let handle = call(self.runtime.handle().clone(), Body::Blocks(inside, released));
        is_inside.recv().unwrap();
        self.release.push(release);
        handle
    }

    /// What they give once they are let go.
    async fn let_go(self, handles: impl IntoIterator<Item = TaskHandle<()>>) -> Vec<Result<(), TaskError>> {
        let Self { release, runtime } = self;
        drop(release);
        let mut ended = Vec::new();
        for handle in handles {
            ended.push(handle.await);
        }
        runtime.shutdown_background();
        ended
    }
}

/// Who did not end by itself: the function's name, what became of the task, its age in seconds.
fn stragglers(report: &DrainReport) -> Vec<(&'static str, Fate, u64)> {
    let one = |straggler: &Straggler| (straggler.site().name(), straggler.fate(), straggler.age().as_secs());
    let mut all: Vec<_> = report.stragglers().iter().map(one).collect();
    all.sort_unstable();
    all
}

/// Two that block their threads, in a tracker of four places and a queue of two, beside two that end in time and two
/// that get their turn then, wait, and are dropped.
async fn two_block_and_two_are_dropped(
    name: &'static str,
    call: impl Fn(Handle, Body) -> TaskHandle<()>,
    live: impl Fn() -> usize,
    drain: impl Future<Output = DrainReport>,
) {
    let (here, mut blocked) = (Handle::current(), Blocked::new(2));
    let stuck = [blocked.call(&call), blocked.call(&call)];
    let site = stuck[0].site();
    assert_eq!((live(), site.counts().live), (2, 2), "nobody has seen them wait");
    let ends = [5, 5].map(|after| call(here.clone(), Body::Ends(seconds(after))));
    let hangs = [(); 2].map(|()| call(here.clone(), Body::Hangs));
    yield_now().await;
    assert_eq!((live(), site.counts().live, site.counts().queued), (6, 4, 2));

    let start = Instant::now();
    let report = drain.await;
    assert_eq!(start.elapsed(), seconds(21), "its budget, and a second for those that are stuck");
    let expected = [Fate::Aborted, Fate::Aborted, Fate::Stuck, Fate::Stuck];
    // Those that waited have waited since their turn came; who never did was first seen when the drain began.
    let expected: Vec<_> =
        expected.iter().map(|fate| (name, *fate, if *fate == Fate::Stuck { 21 } else { 15 })).collect();
    assert_eq!(stragglers(&report), expected, "{report}");
    assert_eq!((report.finished(), report.aborted(), report.stuck()), (2, 2, 2), "{report}");
    assert!(report.to_string().contains(&format!("stuck          2 × {name} (tests/tests/stuck.rs:")), "{report}");
    for ended in ends {
        ended.await.unwrap();
    }
    for dropped in hangs {
        assert!(matches!(dropped.await, Err(TaskError::Cancelled(CancelCause::Shutdown))));
    }
    let counts = site.counts();
    assert_eq!((live(), counts.started, counts.completed, counts.cancelled, counts.live), (2, 6, 2, 2, 2));

    // They return in the poll in which they are: that is their end.
    for ended in blocked.let_go(stuck).await {
        ended.unwrap();
    }
    let counts = site.counts();
    assert_eq!((live(), counts.completed, counts.cancelled, counts.live), (0, 4, 2, 0));
}

#[tokio::test(start_paused = true)]
async fn of_a_static_tracker() {
    static OWN: Tracker = Tracker::bounded("own", 4).queue(2);

    #[detached(timeout = "19s", track = OWN, on = runtime)]
    async fn works(runtime: Handle, body: Body) {
        drop(runtime);
        body.run().await;
    }

    two_block_and_two_are_dropped("works", works, || OWN.live(), OWN.drain()).await;
    assert_eq!(OWN.drain().await.stuck(), 2, "the report stands");
}

#[detached(timeout = "19s", track = tracker, on = runtime)]
async fn shares(tracker: Arc<Tracker>, runtime: Handle, body: Body) {
    drop((tracker, runtime));
    body.run().await;
}

#[tokio::test(start_paused = true)]
async fn of_a_shared_tracker() {
    #[detached(timeout = "19s", track = tracker, on = runtime)]
    async fn works(tracker: Arc<Tracker>, runtime: Handle, body: Body) {
        drop((tracker, runtime));
        body.run().await;
    }

    let own = Arc::new(Tracker::bounded("shared", 4).queue(2));
    let call = |runtime, body| works(own.clone(), runtime, body);
    two_block_and_two_are_dropped("works", call, || own.live(), own.drain()).await;
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[detached(timeout = "19s", on = runtime)]
    async fn serves(&self, runtime: Handle, body: Body) {
        drop(runtime);
        body.run().await;
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_service_s_own_tracker() {
    let server = Server { tasks: OwnedTracker::bounded("server", 4).queue(2) };
    let call = |runtime, body| server.serves(runtime, body);
    two_block_and_two_are_dropped("serves", call, || server.tasks.live(), server.shutdown()).await;
}

#[tokio::test(start_paused = true)]
async fn each_function_is_named_and_each_tracker_names_its_own() {
    #[detached(timeout = "19s", track = tracker, on = runtime)]
    async fn others(tracker: Arc<Tracker>, runtime: Handle, body: Body) {
        drop((tracker, runtime));
        body.run().await;
    }

    let [one, other] = [(); 2].map(|()| Arc::new(Tracker::unbounded("one of two")));
    let mut blocked = Blocked::new(5);
    let mut stuck = vec![blocked.call(|runtime, body| shares(other.clone(), runtime, body))];
    for _ in 0..2 {
        stuck.push(blocked.call(|runtime, body| shares(one.clone(), runtime, body)));
        stuck.push(blocked.call(|runtime, body| others(one.clone(), runtime, body)));
    }
    // They are not those who have been here before.
    for _ in 0..100 {
        shares(one.clone(), Handle::current(), Body::Ends(Duration::ZERO)).await.unwrap();
        shares(one.clone(), Handle::current(), Body::Ends(Duration::from_millis(1))).await.unwrap();
    }
    assert_eq!((one.live(), other.live()), (4, 1));
    let report = one.drain().await;
    let (shares, others) = (("shares", Fate::Stuck, 21), ("others", Fate::Stuck, 21));
    assert_eq!(stragglers(&report), [others, others, shares, shares], "{report}");
    assert_eq!((one.live(), other.live()), (4, 1));
    let mut drain = Box::pin(other.drain());
    assert!(tokio::time::timeout(seconds(15), drain.as_mut()).await.is_err());
    blocked.let_go(stuck).await;
    let report = drain.await;
    assert!(report.is_clean() && report.finished() == 1, "released in time: {report}");
    assert_eq!((one.live(), other.live()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn one_that_was_queued_and_one_that_no_runtime_polls_are_named_too() {
    let own = Arc::new(Tracker::bounded("own", 2).queue(1));
    let (here, mut blocked) = (Handle::current(), Blocked::new(1));
    // A runtime that nobody drives.
    let idle = Builder::new_current_thread().enable_all().build().unwrap();
    let never_polled = shares(own.clone(), idle.handle().clone(), Body::Ends(Duration::ZERO));
    let first = shares(own.clone(), here, Body::Ends(seconds(5)));
    let ((inside, is_inside), (release, released)) = (mpsc::channel(), mpsc::channel());
    let queued = shares(own.clone(), blocked.runtime.handle().clone(), Body::Blocks(inside, released));
    blocked.release.push(release);
    assert_eq!(own.live(), 3);
    let turn = tokio::spawn(async move {
        first.await.unwrap();
        // Time stands still until it is in its first poll.
        is_inside.recv().unwrap();
    });
    let report = own.drain().await;
    turn.await.unwrap();
    let fates: Vec<_> = stragglers(&report).into_iter().map(|(name, fate, _)| (name, fate)).collect();
    assert_eq!(fates, [("shares", Fate::Stuck); 2], "{report}");
    assert_eq!((report.finished(), own.live()), (1, 2));
    blocked.let_go([queued]).await[0].as_ref().unwrap();
    idle.shutdown_background();
    assert!(matches!(never_polled.await, Err(TaskError::Lost)));
    assert_eq!(own.live(), 0);
}

#[tokio::test(start_paused = true)]
async fn one_that_blocks_in_a_later_poll_is_named_too() {
    #[detached(timeout = "19s", track = tracker, on = runtime)]
    async fn blocks_later(tracker: Arc<Tracker>, runtime: Handle, body: Body) {
        drop((tracker, runtime));
        yield_now().await;
        body.run().await;
    }

    let (own, mut blocked) = (Arc::new(Tracker::bounded("own", 2)), Blocked::new(1));
    let stuck = blocked.call(|runtime, body| blocks_later(own.clone(), runtime, body));
    assert_eq!(own.live(), 1);
    let report = own.drain().await;
    let [straggler] = report.stragglers() else { panic!("{report}") };
    assert_eq!((straggler.site().name(), straggler.fate()), ("blocks_later", Fate::Stuck));
    blocked.let_go([stuck]).await[0].as_ref().unwrap();
    assert_eq!(own.live(), 0);
}
