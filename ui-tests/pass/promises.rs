//! The promises in a crate of its own, beside other features than those of `tests/`, and never with `testing`, whose calls
//! go another way, with a test world's twins in the place of the statics.

#![deny(warnings)]

use std::convert::Infallible;
use std::future::{Future, pending};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use outlive::{CancelCause, Context, Rejected, TaskError, Tracker, detached, shield};
use tokio::runtime::Builder;
use tokio::time::{Instant, sleep, timeout};

/// Does not compile beside the feature: `testing` would be ambiguous then.
mod without {
    mod fallback {
        pub mod testing {
            pub const IS_OFF: bool = true;
        }
    }

    #[allow(unused_imports)]
    use outlive::*;

    use fallback::*;

    pub const TESTING_IS_OFF: bool = testing::IS_OFF;
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

async fn a_task_ends_at_exactly_its_timeout() {
    static TASKS: Tracker = Tracker::bounded("timeout", 8);

    #[detached(timeout = "5s", track = TASKS)]
    async fn hangs() {
        pending().await
    }

    #[detached(timeout = "5s", grace = "500ms", track = TASKS)]
    async fn is_told() -> Duration {
        let start = Instant::now();
        assert!(matches!(Context::current().cancelled().await, CancelCause::Timeout));
        start.elapsed()
    }

    let start = Instant::now();
    let (handle, told) = (hangs(), is_told());
    let site = handle.site();
    assert!(matches!(handle.await, Err(TaskError::TimedOut { timeout, .. }) if timeout == seconds(5)));
    assert_eq!(start.elapsed(), seconds(5));
    assert_eq!(told.await.unwrap(), seconds(5));
    let counts = site.counts();
    assert_eq!((counts.started, counts.timed_out, counts.live), (1, 1, 0));
}

async fn an_abort_has_its_cause() {
    static TASKS: Tracker = Tracker::bounded("abort", 8);

    #[detached(timeout = "5s", track = TASKS)]
    async fn hangs() {
        pending().await
    }

    let start = Instant::now();
    let handle = hangs();
    sleep(seconds(1)).await;
    handle.abort(CancelCause::Disconnected);
    let site = handle.site();
    assert!(matches!(handle.await, Err(TaskError::Cancelled(CancelCause::Disconnected))));
    assert_eq!(start.elapsed(), seconds(1));
    assert_eq!((site.counts().cancelled, TASKS.live()), (1, 0));
}

async fn an_abort_waits_for_a_shielded_section() {
    static TASKS: Tracker = Tracker::bounded("shield", 8);

    #[detached(timeout = "10s", grace = "2s", track = TASKS)]
    async fn books(steps: Arc<AtomicU32>, section: Duration) {
        shield(async {
            sleep(section).await;
            steps.store(1, SeqCst);
        })
        .await;
        sleep(seconds(1)).await;
        steps.store(2, SeqCst);
    }

    for (section, ends, reached) in [(4, 4, 1), (9, 5, 0)] {
        let (start, steps) = (Instant::now(), Arc::new(AtomicU32::new(0)));
        let handle = books(steps.clone(), seconds(section));
        sleep(seconds(3)).await;
        handle.abort(CancelCause::Requested);
        assert!(matches!(handle.await, Err(TaskError::Cancelled(CancelCause::Requested))));
        assert_eq!((start.elapsed(), steps.load(SeqCst)), (seconds(ends), reached));
    }
}

async fn a_panic_is_caught_and_its_place_is_free_again() {
    static TASKS: Tracker = Tracker::bounded("panics", 1);

    #[detached(timeout = "5s", track = TASKS)]
    async fn panics(now: bool) {
        if !now {
            sleep(seconds(1)).await;
        }
        panic!("on purpose");
    }

    for now in [true, false] {
        let handle = panics(now);
        let site = handle.site();
        let Err(TaskError::Panicked(panic)) = handle.await else { unreachable!("it panics") };
        assert_eq!(panic.message(), "on purpose");
        let counts = site.counts();
        assert_eq!((counts.started, counts.panicked, counts.live), if now { (1, 1, 0) } else { (2, 2, 0) });
    }
    assert!(TASKS.drain().await.is_clean());
}

async fn what_is_beyond_the_bound_and_the_queue_is_refused() {
    static TASKS: Tracker = Tracker::bounded("full", 1).queue(1);

    #[detached(timeout = "5s", track = TASKS)]
    async fn takes(time: Duration) -> Instant {
        sleep(time).await;
        Instant::now()
    }

    let start = Instant::now();
    let (first, second, third) = (takes(seconds(4)), takes(seconds(4)), takes(seconds(4)));
    let site = first.site();
    assert!(matches!(third.admitted(), Err(Rejected::Full { .. })));
    assert_eq!((site.counts().rejected, site.counts().queued, TASKS.live()), (1, 1, 2));
    // The time of the second begins with its turn.
    assert_eq!((first.await.unwrap(), second.await.unwrap()), (start + seconds(4), start + seconds(8)));
    takes(Duration::ZERO).admitted().expect("there is a place again").await.unwrap();
    let counts = site.counts();
    assert_eq!((counts.started, counts.completed, counts.queued, counts.live), (3, 3, 0, 0));
}

async fn every_end_is_counted_as_what_it_was() {
    static TASKS: Tracker = Tracker::unbounded("counts");

    #[detached(timeout = "5s", track = TASKS)]
    async fn ends(how: u32) -> Result<u32, &'static str> {
        match how {
            0 => Ok(how),
            1 => Err("failed"),
            2 => panic!("on purpose"),
            _ => pending().await,
        }
    }

    let handles: Vec<_> = [0, 0, 0, 1, 1, 2, 3, 4].map(ends).into();
    let site = handles[0].site();
    handles[7].abort(CancelCause::Requested);
    for handle in handles {
        drop(handle.await);
    }
    let counts = site.counts();
    assert_eq!((counts.started, counts.live), (8, 0));
    assert_eq!((counts.completed, counts.failed, counts.panicked), (3, 2, 1));
    assert_eq!((counts.timed_out, counts.cancelled, counts.rejected), (1, 1, 0));
}

async fn a_drain_waits_and_is_clean_and_refuses_what_comes_later() {
    static TASKS: Tracker = Tracker::bounded("clean", 8);

    #[detached(timeout = "5s", track = TASKS)]
    async fn takes(time: Duration) -> Result<(), Infallible> {
        sleep(time).await;
        Ok(())
    }

    let start = Instant::now();
    takes(seconds(3));
    takes(seconds(2));
    let report = TASKS.drain().await;
    assert!(report.is_clean(), "{report}");
    assert_eq!((report.finished(), start.elapsed(), TASKS.live()), (2, seconds(3), 0));
    assert!(matches!(takes(seconds(1)).admitted(), Err(Rejected::Draining)));
}

async fn a_drain_ends_a_queue_that_does_not_move() {
    static TASKS: Tracker<5> = Tracker::bounded("queued", 1).queue(10).drain_budget::<5>();

    #[detached(timeout = "4s", grace = "1s", track = TASKS)]
    async fn hangs() {
        pending().await
    }

    let running = hangs();
    let queued: Vec<_> = (0..3).map(|_| hangs()).collect();
    sleep(seconds(3)).await;
    let start = Instant::now();
    let report = TASKS.drain().await;
    // The first ran into its timeout, the second had its turn, and was told; the others never had one.
    assert_eq!(start.elapsed(), seconds(5));
    assert_eq!((report.aborted(), report.never_started(), report.stuck()), (1, 2, 0), "{report}");
    let site = running.site();
    assert!(matches!(running.await, Err(TaskError::TimedOut { .. })));
    let mut ends = Vec::new();
    for handle in queued {
        ends.push(match handle.await {
            Err(TaskError::Cancelled(CancelCause::Shutdown)) => "cut short",
            Err(TaskError::Rejected(Rejected::Draining)) => "never started",
            end => unreachable!("{end:?}"),
        });
    }
    assert_eq!(ends, ["cut short", "never started", "never started"]);
    let counts = site.counts();
    assert_eq!((counts.timed_out, counts.cancelled, counts.rejected, counts.live, counts.queued), (1, 1, 2, 0, 0));
}

/// Time is paused in it: an hour, for what would never end, passes at once.
fn on_a_runtime_of_its_own(promise: impl Future<Output = ()>) {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async { timeout(seconds(3_600), promise).await.expect("it ends") });
}

fn main() {
    assert!(without::TESTING_IS_OFF);
    on_a_runtime_of_its_own(a_task_ends_at_exactly_its_timeout());
    on_a_runtime_of_its_own(an_abort_has_its_cause());
    on_a_runtime_of_its_own(an_abort_waits_for_a_shielded_section());
    on_a_runtime_of_its_own(a_panic_is_caught_and_its_place_is_free_again());
    on_a_runtime_of_its_own(what_is_beyond_the_bound_and_the_queue_is_refused());
    on_a_runtime_of_its_own(every_end_is_counted_as_what_it_was());
    on_a_runtime_of_its_own(a_drain_waits_and_is_clean_and_refuses_what_comes_later());
    on_a_runtime_of_its_own(a_drain_ends_a_queue_that_does_not_move());
}
