//! `DetachedWork` waits for the detached tasks of one request, wherever they are, and for nobody else's.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use outlive::{CancelCause, Context, DetachedWork, Group, Rejected, TaskHandle, Tracker, detached, worker};
use outlive_tests::Trace;
use tokio::runtime::{Builder, Handle};
use tokio::time::{Instant, sleep, timeout};

type Shared = Arc<Tracker>;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

static OTHERS: Tracker = Tracker::bounded("others", 64);

#[detached(timeout = "20s", track = tracker)]
async fn takes(tracker: Shared, time: u64) {
    sleep(seconds(time)).await;
}

/// Calls another, and ends before it.
#[detached(timeout = "20s", track = OTHERS)]
async fn hands_on(tracker: Shared, time: u64) {
    takes(tracker, time);
}

/// What `calls` detaches, and who waits for that.
async fn request<T>(calls: impl AsyncFnOnce() -> T) -> (T, DetachedWork) {
    let work = DetachedWork::new();
    let gave = Context::root().with_detached_work(&work).scope(calls()).await.unwrap();
    (gave, work)
}

#[tokio::test(start_paused = true)]
async fn it_waits_for_what_the_request_has_detached_queued_or_not_and_for_what_that_has() {
    let (tracker, start) = (Arc::new(Tracker::bounded("tasks", 1).queue(9)), Instant::now());
    let ((), work) = request(async || {
        drop((takes(tracker.clone(), 2), takes(tracker.clone(), 3), hands_on(tracker.clone(), 4)));
    })
    .await;
    // Nobody's, and another one's.
    drop(takes(tracker.clone(), 5));
    let ((), other) = request(async || drop(takes(tracker.clone(), 6))).await;
    assert_eq!((work.live(), other.live()), (3, 1));
    work.ended().await;
    assert_eq!((start.elapsed(), work.live()), (seconds(2 + 3 + 5 + 6 + 4), 0), "the call of a task comes last");
    other.ended().await;
    assert_eq!(start.elapsed(), seconds(20), "it had ended");
    takes(tracker.clone(), 1).await.expect("nothing was closed");
}

#[tokio::test(start_paused = true)]
async fn without_any_work_it_does_not_wait() {
    let start = Instant::now();
    DetachedWork::new().ended().await;
    let full = Arc::new(Tracker::bounded("full", 1));
    let (refused, work) = request(async || (takes(full.clone(), 1), takes(full.clone(), 1)).1).await;
    work.ended().await;
    assert_eq!(start.elapsed(), seconds(1), "a call that was refused is no work, though its handle is there");
    assert_eq!(refused.admitted().map(drop), Err(Rejected::Full));
}

#[tokio::test(start_paused = true)]
async fn a_value_that_nobody_has_taken_is_no_work() {
    #[detached(timeout = "20s", track = OTHERS)]
    async fn fails() -> Result<(), String> {
        Err("no disk".to_owned())
    }

    let (handle, work) = request(async || fails()).await;
    timeout(seconds(1), work.ended()).await.unwrap();
    assert!(handle.await.unwrap().is_err());
}

#[tokio::test(start_paused = true)]
async fn what_ends_early_has_ended() {
    let tracker = Arc::new(Tracker::bounded("tasks", 1).queue(9));
    let (tasks, work) =
        request(async || [takes(tracker.clone(), 9), takes(tracker.clone(), 9), takes(tracker.clone(), 9)]).await;
    tokio::task::yield_now().await;
    for task in tasks {
        task.abort(CancelCause::Requested);
    }
    timeout(seconds(1), work.ended()).await.unwrap();
    assert_eq!(tracker.live(), 0);
}

#[tokio::test(start_paused = true)]
async fn several_may_count_the_same() {
    let (outer, inner) = (DetachedWork::new(), DetachedWork::new());
    let context = Context::root().with_detached_work(&outer);
    let tracker = Arc::new(Tracker::unbounded("tasks"));
    context.scope(async { drop(takes(tracker.clone(), 5)) }).await.unwrap();
    let both =
        context.with(7_u8).with_detached_work(&inner).with_label("name", "both").detach().with_timeout(seconds(60));
    both.scope(async { drop(takes(tracker.clone(), 2)) }).await.unwrap();
    assert_eq!((outer.live(), inner.live()), (2, 1));
    let start = Instant::now();
    inner.ended().await;
    assert_eq!((start.elapsed(), outer.live()), (seconds(2), 1));
    outer.ended().await;
    assert_eq!(start.elapsed(), seconds(5));
}

#[tokio::test(start_paused = true)]
async fn a_worker_is_no_requests() {
    #[worker(track = OTHERS)]
    async fn follows() {
        std::future::pending::<()>().await;
    }

    let (_following, work): (TaskHandle<()>, _) = request(async || follows()).await;
    assert_eq!(work.live(), 0);
}

#[test]
fn a_thread_counts_until_it_has_ended() {
    #[detached(timeout = "1s", track = tracker, blocking)]
    fn reads(tracker: Shared, begun: mpsc::Sender<()>, released: mpsc::Receiver<()>) {
        let _keep = tracker;
        begun.send(()).unwrap();
        let _ = released.recv();
    }

    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(async {
        let ((begun, begins), (release, released)) = (mpsc::channel(), mpsc::channel());
        let tracker = Arc::new(Tracker::bounded("readers", 1));
        let (handle, work) = request(async || reads(tracker.clone(), begun, released)).await;
        tokio::task::yield_now().await;
        begins.recv().unwrap();
        let (ended, ()) = tokio::join!(handle, tokio::time::advance(seconds(1)));
        assert!(ended.is_err(), "its time is over");
        assert!(work.live() > 0, "and it goes on");
        drop(release);
        work.ended().await;
        assert_eq!(tracker.live(), 0);
    });
}

/// A thread, and a child of a group, are part of their task.
#[test]
fn what_is_part_of_a_task_and_waits_for_itself_is_reported() {
    #[detached(timeout = "1s", track = OTHERS, blocking)]
    fn blocks(work: DetachedWork, dispatch: tracing::Dispatch) {
        let _guard = tracing::dispatcher::set_default(&dispatch);
        // Nobody could end it.
        drop(Handle::current().block_on(async { timeout(Duration::from_millis(100), work.ended()).await }));
    }

    #[detached(timeout = "1s", track = OTHERS)]
    async fn groups(work: DetachedWork) {
        let mut group = Group::<&'static str>::new();
        let child = async move {
            work.ended().await;
            Ok(())
        };
        group.spawn(child).await;
        drop(group.wait().await);
    }

    let trace = Trace::record();
    Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let dispatch = tracing::dispatcher::get_default(Clone::clone);
        let work = DetachedWork::new();
        let inside = Context::root().with_detached_work(&work);
        inside.scope(async { blocks(work.clone(), dispatch).await.unwrap() }).await.unwrap();
        inside.scope(async { groups(work.clone()).await.unwrap_err() }).await.unwrap();
    });
    let said = trace.events().into_iter().filter(|event| event.field("message").contains("that it is part of"));
    let said: Vec<_> = said.map(|event| event.field("task").to_owned()).collect();
    assert_eq!(said, ["blocks", "groups"]);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_waits_for_itself_is_reported() {
    #[detached(timeout = "1s", track = OTHERS)]
    async fn waits(work: DetachedWork) {
        work.ended().await;
    }

    let trace = Trace::record();
    let work = DetachedWork::new();
    let inside = Context::root().with_detached_work(&work);
    inside.scope(async { waits(work.clone()).await.unwrap_err() }).await.unwrap();
    waits(work.clone()).await.expect("it is not part of it, and nothing is left");
    let said = trace.events().iter().filter(|event| event.field("message").contains("that it is part of")).count();
    assert_eq!(said, 1);
}
