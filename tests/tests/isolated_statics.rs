//! What an isolated test sees of the statics is what the process has, but for what has happened to them.

use std::sync::{Arc, Weak};
use std::time::Duration;

use outlive::{Context, OwnedTracker, Rejected, Singleflight, TaskError, TaskOwner, Tracker, detached, sites, testing};
use tokio::time::sleep;

const fn flight(timeout: Duration) -> Singleflight<u8, u8> {
    Singleflight::new("of two timeouts", &TRACKER, timeout)
}

static TRACKER: Tracker = Tracker::bounded("isolated", 4);

/// What is outside of a test's world is one for all of them: they take turns.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
static SHORT: Singleflight<u8, u8> = flight(Duration::from_secs(2));
static LONG: Singleflight<u8, u8> = flight(Duration::from_secs(9));

fn timeouts() -> Vec<Duration> {
    sites().filter(|site| site.name() == "of two timeouts").map(outlive::TaskSite::timeout).collect()
}

#[tokio::test]
async fn a_function_has_its_longest_timeout_there_as_well() {
    let _alone = ALONE.lock().await;
    SHORT.run(1, async { 1 }).await.unwrap();
    testing::isolated(async {
        SHORT.run(1, async { 1 }).await.unwrap();
        LONG.run(1, async { 1 }).await.unwrap();
        assert_eq!(timeouts(), [Duration::from_secs(9)]);
    })
    .await;
    assert_eq!(timeouts(), [Duration::from_secs(9)]);
    testing::isolated(async { assert_eq!(timeouts(), [Duration::from_secs(9)]) }).await;
}

#[detached(timeout = "5s", grace = "1s", track = TRACKER)]
async fn waits(until: Duration) -> usize {
    sleep(until).await;
    TRACKER.live()
}

#[tokio::test(start_paused = true)]
async fn a_world_inside_another_is_one_of_its_own_and_leaves_the_outer_as_it_was() {
    let _alone = ALONE.lock().await;
    testing::isolated(async {
        let outer_guard = testing::no_tasks_left();
        let outer = waits(Duration::from_secs(1));
        let site = outer.site();
        testing::isolated(async {
            let _guard = testing::no_tasks_left();
            assert_eq!((TRACKER.live(), TRACKER.is_draining(), site.counts().live), (0, false, 1));
            let inner = waits(Duration::from_millis(10));
            assert_ne!(std::ptr::from_ref(inner.site()), std::ptr::from_ref(site));
            assert!(TRACKER.drain().await.is_clean());
            assert_eq!(inner.await.unwrap(), 1);
            assert!(matches!(waits(Duration::ZERO).await, Err(TaskError::Rejected(Rejected::Draining))));
            // The outer task's handle speaks of the outer task.
            outer.abort(outlive::CancelCause::Requested);
            assert!(matches!(outer.await, Err(TaskError::Cancelled(_))));
        })
        .await;
        assert!(!TRACKER.is_draining());
        assert_eq!(waits(Duration::ZERO).await.unwrap(), 1);
        assert_eq!((site.counts().cancelled, site.counts().completed), (1, 1));
        drop(outer_guard);
    })
    .await;
}

#[detached(timeout = "5s", track = tracker)]
async fn shared(tracker: Arc<Tracker>) {
    sleep(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn a_shared_tracker_goes_with_its_last_task_and_its_world_holds_it_not() {
    let _alone = ALONE.lock().await;
    testing::isolated(async {
        let _guard = testing::no_tasks_left();
        let tracker = Arc::new(Tracker::bounded("shared", 2));
        let known: Weak<_> = Arc::downgrade(&tracker);
        let handle = shared(Arc::clone(&tracker));
        drop(tracker);
        handle.await.unwrap();
        assert!(known.upgrade().is_none());
    })
    .await;
}

#[derive(Clone, TaskOwner)]
struct Service {
    tasks: OwnedTracker,
}

#[outlive::owned_tasks]
impl Service {
    #[detached(timeout = "5s")]
    async fn work(&self) -> usize {
        TRACKER.live()
    }

    #[outlive::worker(grace = "1s")]
    async fn works(&self) {
        Context::current().cancelled().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_of_one_world_runs_in_the_world_of_each_call() {
    let _alone = ALONE.lock().await;
    let service = Service { tasks: OwnedTracker::bounded("service", 4) };
    let outside = waits(Duration::from_secs(1));
    testing::isolated(async {
        let _guard = testing::no_tasks_left();
        assert_eq!(service.work().await.unwrap(), 0);
    })
    .await;
    assert_eq!(service.work().await.unwrap(), 1);
    drop(service.works());
    assert!(testing::isolated(async { service.shutdown().await }).await.is_clean());
    outside.await.unwrap();
}
