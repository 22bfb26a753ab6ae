//! A worker with `when_full = wait`: its start waits for a place, so that an accept loop needs no semaphore.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use outlive::{CancelCause, OwnedTracker, Rejected, TaskError, TaskOwner, Tracker, owned_tasks, worker};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

type Shared = Arc<Tracker>;

fn shared(running: usize, waiting: usize) -> Shared {
    Arc::new(Tracker::bounded("sessions", running).queue(waiting))
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// One connection.
#[worker(track = tracker, when_full = wait)]
async fn session(tracker: Shared, time: Duration) -> u64 {
    let _keep = tracker;
    sleep(time).await;
    time.as_secs()
}

/// Makes a call as far as its first wait.
async fn begun<F: Future>(call: F) -> std::pin::Pin<Box<F>> {
    let mut call = Box::pin(call);
    std::future::poll_fn(|cx| {
        assert!(call.as_mut().poll(cx).is_pending(), "there was a place");
        Poll::Ready(())
    })
    .await;
    call
}

#[tokio::test(start_paused = true)]
async fn an_accept_loop_is_held_to_the_pace_of_its_sessions() {
    let tracker = shared(4, 0);
    let start = Instant::now();
    for _ in 0..40 {
        session(tracker.clone(), seconds(1)).await;
        assert!(tracker.live() <= 4);
    }
    assert_eq!(start.elapsed(), seconds(9));
}

#[tokio::test(start_paused = true)]
async fn the_handle_is_given_with_the_place_and_gives_the_workers_value() {
    let tracker = shared(1, 0);
    let start = Instant::now();
    session(tracker.clone(), seconds(2)).await;
    let second = session(tracker.clone(), seconds(3)).await;
    assert_eq!(start.elapsed(), seconds(2));
    assert!(!second.is_finished());
    assert_eq!(second.await.unwrap(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_gives_up_its_place_before_its_turn_and_after() {
    let tracker = shared(1, 0);
    let first = session(tracker.clone(), seconds(3)).await;
    let impatient = begun(session(tracker.clone(), seconds(5))).await;
    let patient = begun(session(tracker.clone(), seconds(1))).await;
    assert!(timeout(seconds(1), impatient).await.is_err());
    first.await.unwrap();
    assert_eq!(tracker.live(), 1, "the place is kept for the one that waits");
    drop(patient);
    assert_eq!(tracker.live(), 0);
    let start = Instant::now();
    assert_eq!(session(tracker.clone(), seconds(1)).await.await.unwrap(), 1);
    assert_eq!(start.elapsed(), seconds(1));
    assert!(tracker.drain().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_place_in_the_queue_is_a_place_and_the_wait_is_for_that() {
    let tracker = shared(1, 1);
    let start = Instant::now();
    session(tracker.clone(), seconds(2)).await;
    session(tracker.clone(), seconds(2)).await;
    assert_eq!((start.elapsed(), tracker.live()), (Duration::ZERO, 2));
    let third = session(tracker.clone(), seconds(2)).await;
    assert_eq!(start.elapsed(), seconds(2));
    third.await.unwrap();
    assert_eq!(start.elapsed(), seconds(6));
}

#[worker(track = tracker, grace = "2s", when_full = wait)]
async fn says_goodbye(tracker: Shared) -> CancelCause {
    let _keep = tracker;
    let cause = outlive::Context::current().cancelled().await;
    sleep(seconds(1)).await;
    cause
}

#[tokio::test(start_paused = true)]
async fn a_drain_tells_the_workers_and_turns_away_who_waits() {
    let tracker = shared(1, 0);
    let running = says_goodbye(tracker.clone()).await;
    let waiting = begun(says_goodbye(tracker.clone())).await;
    sleep(seconds(1)).await; // it listens by now
    let start = Instant::now();
    let (report, turned_away) = tokio::join!(tracker.drain(), async {
        let call = waiting.await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        call.await
    });
    assert!(matches!(turned_away, Err(TaskError::Rejected(Rejected::Draining))));
    assert!(matches!(running.await, Ok(CancelCause::Shutdown)));
    assert_eq!((report.finished(), report.refused(), report.took()), (1, 1, seconds(1)), "{report}");
    let late = says_goodbye(tracker.clone()).await;
    assert_eq!(late.admitted().unwrap_err(), Rejected::Draining);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_has_its_place_as_a_drain_begins_is_not_lost() {
    let tracker = shared(1, 0);
    let first = session(tracker.clone(), seconds(1)).await;
    let waiting = begun(session(tracker.clone(), seconds(1))).await;
    first.await.unwrap();
    // The place is its own, and it has not looked yet.
    let start = Instant::now();
    let (report, handle) = tokio::join!(tracker.drain(), waiting);
    assert!(report.is_clean() && start.elapsed().is_zero(), "{report}");
    assert!(matches!(handle.await, Err(TaskError::Rejected(Rejected::Draining))));
    assert_eq!(tracker.live(), 0);
}

#[worker(track = tracker, when_full = wait, restart = "1s..1s")]
async fn comes_back(tracker: Shared, runs: Arc<AtomicUsize>) -> Result<(), &'static str> {
    let _keep = tracker;
    if runs.fetch_add(1, Relaxed) < 2 { Err("again") } else { Ok(()) }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_restarted_waits_once_and_keeps_its_place() {
    let tracker = shared(1, 0);
    session(tracker.clone(), seconds(1)).await;
    let (start, runs) = (Instant::now(), Arc::<AtomicUsize>::default());
    let worker = comes_back(tracker.clone(), Arc::clone(&runs)).await;
    assert_eq!(start.elapsed(), seconds(1));
    let next = begun(session(tracker.clone(), seconds(1))).await;
    assert_eq!(worker.await.unwrap(), Ok(()));
    assert_eq!(runs.load(Relaxed), 3);
    assert_eq!(next.await.await.unwrap(), 1);
}

#[test]
fn outside_a_runtime_a_worker_is_refused_and_leaves_no_place_taken() {
    let tracker = shared(1, 0);
    let mut call = std::pin::pin!(session(tracker.clone(), seconds(1)));
    let Poll::Ready(call) = call.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("there is a place, and no runtime");
    };
    assert_eq!(call.admitted().unwrap_err(), Rejected::NoRuntime);
    assert_eq!(tracker.live(), 0);
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    read: Arc<AtomicUsize>,
}

impl Server {
    fn new(running: usize) -> Self {
        Self { tasks: OwnedTracker::bounded("server", running), read: Arc::default() }
    }
}

#[owned_tasks]
impl Server {
    #[worker(when_full = wait)]
    async fn reads(&self, mut connection: mpsc::Receiver<usize>) {
        while let Some(bytes) = connection.recv().await {
            self.read.fetch_add(bytes, Relaxed);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_workers_of_a_service_wait_for_a_place_of_its_own_and_end_with_it() {
    let server = Server::new(1);
    let (first, connection) = mpsc::channel(1);
    server.reads(connection).await;
    let (second, connection) = mpsc::channel(1);
    let waiting = begun(server.reads(connection)).await;
    first.send(3).await.unwrap();
    drop(first);
    let reading = waiting.await;
    second.send(4).await.unwrap();
    sleep(seconds(1)).await;
    assert_eq!(server.read.load(Relaxed), 7);
    let (_third, connection) = mpsc::channel(1);
    let server = Arc::new(server);
    let waiting = tokio::spawn({
        let server = Arc::clone(&server);
        async move { server.reads(connection).await.admitted().map(drop) }
    });
    tokio::task::yield_now().await;
    assert!(server.shutdown().await.is_clean());
    assert_eq!(waiting.await.unwrap(), Err(Rejected::Draining));
    assert!(matches!(reading.await, Err(TaskError::Cancelled(CancelCause::Shutdown))));
}
