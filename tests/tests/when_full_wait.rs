//! With `when_full = wait` the call itself waits for a place: back-pressure for those who produce work.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use outlive::{Rejected, TaskError, Tracker, detached};
use tokio::time::{Instant, sleep, timeout};

type Shared = Arc<Tracker>;

fn shared(running: usize, waiting: usize) -> Shared {
    Arc::new(Tracker::bounded("shared", running).queue(waiting))
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[detached(timeout = "10s", track = tracker, when_full = wait)]
async fn works(tracker: Shared, time: Duration) {
    let _keep = tracker;
    sleep(time).await;
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
async fn a_call_waits_until_a_task_has_ended() {
    let tracker = shared(1, 0);
    let start = Instant::now();
    works(tracker.clone(), seconds(2)).await;
    assert_eq!(start.elapsed(), Duration::ZERO, "a place was free");
    let second = works(tracker.clone(), seconds(3)).await;
    assert_eq!(start.elapsed(), seconds(2));
    assert!(!second.is_finished());
    second.await.unwrap();
    assert_eq!(start.elapsed(), seconds(5));
}

#[tokio::test(start_paused = true)]
async fn a_place_in_the_queue_is_a_place() {
    let tracker = shared(1, 1);
    let start = Instant::now();
    works(tracker.clone(), seconds(2)).await;
    works(tracker.clone(), seconds(2)).await;
    assert_eq!((start.elapsed(), tracker.live()), (Duration::ZERO, 2));
    let third = works(tracker.clone(), seconds(2)).await;
    assert_eq!(start.elapsed(), seconds(2), "admitted, as the second one has left the queue");
    third.await.unwrap();
    assert_eq!(start.elapsed(), seconds(6));
}

#[tokio::test(start_paused = true)]
async fn a_producer_is_held_to_the_pace_of_its_tasks() {
    let tracker = shared(4, 0);
    let start = Instant::now();
    for _ in 0..40 {
        works(tracker.clone(), seconds(1)).await;
        assert!(tracker.live() <= 4);
    }
    assert_eq!(start.elapsed(), seconds(9));
}

#[tokio::test(start_paused = true)]
async fn callers_get_their_places_in_the_order_in_which_they_came() {
    #[detached(timeout = "10s", track = tracker, when_full = wait)]
    async fn notes(tracker: Shared, starts: Arc<Mutex<Vec<u64>>>, number: u64) {
        let _keep = tracker;
        starts.lock().unwrap().push(number);
        sleep(Duration::from_millis(1 + number * 7 % 10)).await;
    }

    let (tracker, starts) = (shared(2, 3), Arc::default());
    let callers: Vec<_> = (0..50)
        .map(|number| {
            let (tracker, starts) = (tracker.clone(), Arc::clone(&starts));
            tokio::spawn(async move { notes(tracker, starts, number).await.await })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(*starts.lock().unwrap(), (0..50).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn the_wait_is_not_in_the_timeout() {
    let tracker = shared(1, 0);
    works(tracker.clone(), seconds(8)).await;
    works(tracker.clone(), seconds(9)).await.await.expect("8 s of waiting and 9 of running are not a timeout of 10");
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_gives_up_its_place_in_the_line() {
    #[detached(timeout = "10s", track = tracker, when_full = wait)]
    async fn works(tracker: Shared, probe: Arc<()>, time: Duration) {
        let _keep = tracker;
        sleep(time).await;
        drop(probe);
    }

    let (tracker, probe) = (shared(1, 0), Arc::new(()));
    let start = Instant::now();
    let first = works(tracker.clone(), probe.clone(), seconds(3)).await;
    let impatient = begun(works(tracker.clone(), probe.clone(), seconds(5))).await;
    let patient = begun(works(tracker.clone(), probe.clone(), seconds(1))).await;
    assert_eq!(Arc::strong_count(&probe), 4);
    assert!(timeout(seconds(1), impatient).await.is_err());
    assert_eq!(Arc::strong_count(&probe), 3, "it takes its arguments along");
    patient.await.await.unwrap();
    assert_eq!(start.elapsed(), seconds(4));
    let counts = first.site().counts();
    assert_eq!((counts.started, counts.completed, counts.rejected, counts.queued), (2, 2, 0, 0));
    assert_eq!((tracker.live(), Arc::strong_count(&probe)), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_after_its_turn_has_come_gives_the_place_back() {
    let tracker = shared(1, 0);
    let first = works(tracker.clone(), seconds(1)).await;
    let unlucky = begun(works(tracker.clone(), seconds(1))).await;
    let next = begun(works(tracker.clone(), seconds(1))).await;
    first.await.unwrap();
    assert_eq!(tracker.live(), 1, "the place is kept for it");
    drop(unlucky);
    let start = Instant::now();
    next.await.await.unwrap();
    assert_eq!((start.elapsed(), tracker.live()), (seconds(1), 0));

    let last = works(tracker.clone(), seconds(1)).await;
    let unlucky = begun(works(tracker.clone(), seconds(1))).await;
    last.await.unwrap();
    drop(unlucky);
    assert_eq!(tracker.live(), 0);
    assert!(tracker.drain().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_waiting_caller_is_neither_live_nor_queued_nor_refused() {
    #[detached(timeout = "10s", track = tracker, when_full = wait)]
    async fn works(tracker: Shared) {
        let _keep = tracker;
        sleep(seconds(1)).await;
    }

    let tracker = shared(1, 1);
    let calls = [works(tracker.clone()).await, works(tracker.clone()).await];
    let site = calls[0].site();
    let waiting = begun(works(tracker.clone())).await;
    let counts = site.counts();
    assert_eq!((counts.live, counts.queued, counts.rejected, tracker.live()), (1, 1, 0, 2));
    drop(waiting);
    assert_eq!(site.counts(), counts);
}

#[tokio::test(start_paused = true)]
async fn a_drain_turns_waiting_callers_away_at_once() {
    #[detached(timeout = "10s", track = tracker, when_full = wait)]
    async fn works(tracker: Shared, time: Duration) {
        let _keep = tracker;
        sleep(time).await;
    }

    let tracker = shared(1, 0);
    let start = Instant::now();
    let running = works(tracker.clone(), seconds(3)).await;
    let waiting = begun(works(tracker.clone(), seconds(1))).await;
    let (report, turned_away) = tokio::join!(tracker.drain(), async {
        let call = waiting.await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert!(call.is_finished());
        call.await
    });
    assert!(matches!(turned_away, Err(TaskError::Rejected(Rejected::Draining))));
    assert_eq!((report.finished(), report.refused()), (1, 1), "{report}");
    assert!(report.is_clean());
    let late = works(tracker.clone(), seconds(1)).await;
    assert_eq!(late.admitted().unwrap_err(), Rejected::Draining);
    let counts = running.site().counts();
    assert_eq!((counts.started, counts.completed, counts.rejected), (1, 1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_drain_keeps_the_waiting_call_of_a_live_task() {
    #[detached(timeout = "10s", track = tracker)]
    async fn delegates(tracker: Shared) -> Result<(), TaskError> {
        let next = Shared::clone(&tracker);
        works(next, seconds(1)).await.await
    }

    let tracker = shared(2, 0);
    let start = Instant::now();
    works(tracker.clone(), seconds(3)).await;
    let delegating = delegates(tracker.clone());
    let outside = begun(works(tracker.clone(), seconds(1))).await;
    tokio::task::yield_now().await;
    let (report, outside) = tokio::join!(tracker.drain(), outside);
    assert_eq!(outside.admitted().unwrap_err(), Rejected::Draining);
    delegating.await.unwrap().expect("what a live task asks for is accepted work");
    assert_eq!(start.elapsed(), seconds(4));
    assert_eq!((report.finished(), report.refused(), report.took()), (3, 1, seconds(4)), "{report}");
}

#[tokio::test(start_paused = true)]
async fn when_a_drain_tells_its_tasks_to_stop_nobody_waits_any_more() {
    #[detached(timeout = "15s", grace = "5s", track = tracker)]
    async fn waits_for_its_own_place(tracker: Shared) -> (Rejected, Duration) {
        let start = Instant::now();
        let queued = works(Shared::clone(&tracker), seconds(1)).await.admitted();
        assert!(queued.is_ok(), "there is a place in the queue");
        let waited = works(Shared::clone(&tracker), seconds(1)).await.admitted();
        (waited.unwrap_err(), start.elapsed())
    }

    let tracker = shared(1, 1);
    works(tracker.clone(), seconds(3)).await;
    let stubborn = waits_for_its_own_place(tracker.clone());
    let report = tracker.drain().await;
    assert_eq!(stubborn.await.unwrap(), (Rejected::Draining, seconds(12)));
    assert_eq!((report.finished(), report.cancelled(), report.never_started()), (2, 0, 1), "{report}");
    assert_eq!(report.took(), seconds(15));
}

#[test]
fn outside_a_runtime_a_call_is_refused_and_leaves_no_place_taken() {
    let tracker = shared(1, 0);
    let mut call = pin!(works(tracker.clone(), seconds(1)));
    let Poll::Ready(call) = call.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("there is a place, and no runtime");
    };
    assert_eq!(call.admitted().unwrap_err(), Rejected::NoRuntime);
    assert_eq!(tracker.live(), 0);
}

#[detached(timeout = "1s", grace = "3s", track = tracker, when_full = wait)]
async fn graceful(tracker: Arc<Tracker<4>>) {}

#[detached(timeout = "3s", track = tracker)]
async fn takes(tracker: Arc<Tracker<4>>, time: Duration) {
    sleep(time).await;
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_only_knocked_does_not_have_the_others_told_early() {
    let tracker: Arc<Tracker<4>> = Arc::new(Tracker::bounded("early", 1).queue(1).drain_budget());
    let calls = [takes(tracker.clone(), seconds(1)), takes(tracker.clone(), seconds(1))];
    let knocking = begun(graceful(tracker.clone())).await;
    let report = tracker.drain().await;
    assert!(report.is_clean() && report.finished() == 2, "{report}");
    drop((calls, knocking));
}

#[tokio::test(start_paused = true)]
async fn a_place_that_a_caller_was_given_and_has_not_looked_at_does_not_keep_a_drain() {
    let tracker: Arc<Tracker<4>> = Arc::new(Tracker::bounded("given", 1).drain_budget());
    let first = takes(tracker.clone(), seconds(1));
    let mut knocking = begun(graceful(tracker.clone())).await;
    assert!(first.await.is_ok());
    assert_eq!(tracker.live(), 1, "the place is the caller's now");
    let start = Instant::now();
    let report = tracker.drain().await;
    assert!(report.is_clean() && start.elapsed().is_zero(), "{report}");
    assert!(matches!((&mut knocking).await.await, Err(TaskError::Rejected(Rejected::Draining))));
}

#[tokio::test(start_paused = true)]
async fn a_place_that_a_drain_takes_back_is_the_next_one_s_in_the_queue() {
    let tracker: Arc<Tracker<4>> = Arc::new(Tracker::bounded("next", 1).queue(1).drain_budget());
    let (first, second) = (takes(tracker.clone(), seconds(1)), takes(tracker.clone(), seconds(1)));
    let knocking = begun(graceful(tracker.clone())).await;
    assert!(first.await.is_ok() && second.await.is_ok());
    assert_eq!(tracker.live(), 1, "the place is the caller's now");
    let queued = takes(tracker.clone(), seconds(1));
    let start = Instant::now();
    let report = tracker.drain().await;
    assert!(report.is_clean() && start.elapsed() == seconds(1), "{report}");
    assert!(queued.await.is_ok());
    drop(knocking);
}

struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        panic!("cannot be woken");
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_whose_waker_panics_harms_neither_tasks_nor_callers_nor_a_drain() {
    let knocks = |tracker: &Shared| {
        let mut knocking = Box::pin(works(tracker.clone(), seconds(1)));
        let waker = Waker::from(Arc::new(Panics));
        assert!(knocking.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        knocking
    };
    let tracker = shared(1, 0);
    let first = works(tracker.clone(), seconds(1)).await;
    let given = knocks(&tracker);
    assert!(first.await.is_ok(), "the place went to one that cannot be told");
    drop(given);

    let second = works(tracker.clone(), seconds(2)).await;
    let turned_away = knocks(&tracker);
    let other = tokio::spawn(works(tracker.clone(), seconds(1)));
    tokio::task::yield_now().await;
    let start = Instant::now();
    let drain = tokio::spawn({
        let tracker = tracker.clone();
        async move { tracker.drain().await }
    });
    assert_eq!(other.await.unwrap().admitted().unwrap_err(), Rejected::Draining);
    assert!(start.elapsed().is_zero(), "told at once");
    assert!(drain.await.unwrap().is_clean() && second.await.is_ok());
    drop(turned_away);
}
