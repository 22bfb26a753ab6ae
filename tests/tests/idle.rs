//! `idle` waits until a tracker has no tasks, and closes nothing.

use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::Poll;
use std::time::Duration;

use outlive::{CancelCause, OwnedTracker, Rejected, TaskOwner, Tracker, detached, owned_tasks, worker};
use outlive_tests::Trace;
use tokio::time::{Instant, sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);

type Shared = Arc<Tracker>;

/// One runs, two may wait.
fn tracker() -> Shared {
    Arc::new(Tracker::bounded("tasks", 1).queue(2))
}

#[detached(timeout = "5s", track = tracker)]
async fn takes(tracker: Shared, time: Duration) {
    sleep(time).await;
}

#[tokio::test(start_paused = true)]
async fn it_waits_for_what_runs_and_what_is_queued_and_closes_nothing() {
    let (tracker, began) = (tracker(), Instant::now());
    tracker.idle().await;
    assert_eq!(began.elapsed(), Duration::ZERO, "there was nobody");
    for _ in 0..3 {
        takes(tracker.clone(), SECOND);
    }
    tracker.idle().await;
    assert_eq!((began.elapsed(), tracker.live()), (3 * SECOND, 0));
    takes(tracker.clone(), SECOND).await.unwrap();
    assert!(tracker.drain().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn it_is_ready_when_there_was_such_a_moment_though_the_next_call_has_come() {
    let tracker = tracker();
    takes(tracker.clone(), SECOND);
    let mut idle = Box::pin(tracker.idle());
    assert!(poll_fn(|cx| Poll::Ready(idle.as_mut().poll(cx).is_pending())).await);
    tracker.idle().await;
    takes(tracker.clone(), 4 * SECOND);
    timeout(Duration::ZERO, idle).await.expect("it was idle");
    assert_eq!(tracker.live(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_of_many_who_wait_is_woken_and_one_that_goes_takes_no_wake_along() {
    let tracker = tracker();
    takes(tracker.clone(), SECOND);
    let woken = Arc::new(AtomicUsize::new(0));
    let waiting: Vec<_> = (0..10)
        .map(|_| {
            let (tracker, woken) = (tracker.clone(), Arc::clone(&woken));
            tokio::spawn(async move {
                // In one task, with one waker.
                timeout(SECOND / 2, tracker.idle()).await.unwrap_err();
                tokio::join!(tracker.idle(), tracker.idle());
                woken.fetch_add(1, SeqCst);
            })
        })
        .collect();
    for task in waiting {
        task.await.unwrap();
    }
    assert_eq!(woken.load(SeqCst), 10);
}

#[tokio::test(start_paused = true)]
async fn a_worker_is_a_live_task_until_it_ends() {
    #[worker(track = tracker)]
    async fn stays(tracker: Shared) {
        pending::<()>().await;
    }

    let tracker = tracker();
    let worker = stays(tracker.clone());
    timeout(100 * SECOND, tracker.idle()).await.unwrap_err();
    worker.abort(CancelCause::Requested);
    tracker.idle().await;
}

#[tokio::test(start_paused = true)]
async fn a_service_and_a_drained_tracker_become_idle_as_well() {
    #[derive(Clone, TaskOwner)]
    struct Service {
        tasks: OwnedTracker,
    }

    #[owned_tasks]
    impl Service {
        #[detached(timeout = "5s")]
        async fn works(&self) {
            sleep(SECOND).await;
        }
    }

    let (service, began) = (Service { tasks: OwnedTracker::bounded("service", 8) }, Instant::now());
    service.works();
    service.tasks.idle().await;
    assert_eq!(began.elapsed(), SECOND);

    let tracker = tracker();
    takes(tracker.clone(), SECOND);
    let (report, ()) = tokio::join!(tracker.drain(), tracker.idle());
    assert!(report.is_clean());
    tracker.idle().await;
    assert_eq!(takes(tracker, SECOND).admitted().err(), Some(Rejected::Draining));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_waits_for_its_own_tracker_is_reported() {
    #[detached(timeout = "5s", track = tracker)]
    async fn waits(tracker: Shared) {
        tracker.idle().await;
    }

    let trace = Trace::record();
    waits(tracker()).await.unwrap_err();
    let said = trace.events().iter().map(|event| event.field("message").to_owned()).collect::<Vec<_>>();
    let hint = "a task awaits that its own tracker is idle, which waits for that task: await it outside";
    assert_eq!(said[0], hint);
}
