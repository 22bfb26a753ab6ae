//! `Duration::MAX` is no timeout: where one is given at run time, it is refused, or clamped to the maximum that is
//! proved. What is less is a timeout, however long.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use outlive::{OwnedTracker, Singleflight, TaskError, Tracker, detach, detached};
use tokio::time::{Instant, sleep};

const MOST: u64 = u64::MAX;
const FOREVER: Duration = Duration::MAX;

static ENDLESS: Tracker<MOST> = Tracker::unbounded("endless").drain_budget::<MOST>();
static TWENTY: Tracker = Tracker::unbounded("twenty");

type Flights = Singleflight<u8, u8>;

/// What the constructor says as it panics.
fn refused(new: impl FnOnce() -> Flights) -> String {
    let panic = catch_unwind(AssertUnwindSafe(new)).expect_err("it is refused");
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[test]
fn a_single_flight_refuses_it_whatever_the_budget_of_its_tracker_is() {
    let (twenty, endless) = (Arc::new(Tracker::unbounded("twenty")), Arc::new(Tracker::unbounded("endless")));
    let endless = Arc::new(Arc::into_inner(endless).unwrap().drain_budget::<MOST>());
    let (owned, owned_endless) =
        (OwnedTracker::unbounded("owned"), OwnedTracker::unbounded("owned").drain_budget::<MOST>());
    let refusals = [
        refused(|| Flights::new("users", &TWENTY, FOREVER)),
        refused(|| Flights::new("users", &ENDLESS, FOREVER)),
        refused(|| Flights::tracked_by("users", &twenty, FOREVER)),
        refused(|| Flights::tracked_by("users", &endless, FOREVER)),
        refused(|| Flights::owned_by("users", &owned, FOREVER)),
        refused(|| Flights::owned_by("users", &owned_endless, FOREVER)),
    ];
    for message in refusals {
        let begins = "`users`: a timeout of `Duration::MAX` is none: write a shorter one";
        assert!(message.starts_with(begins), "{message:?}");
        // It is no function that could be made one.
        assert!(!message.contains("#[worker]"), "{message:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_single_flight_takes_the_longest_that_is_less() {
    let flights = Flights::new("patient", &ENDLESS, Duration::from_secs(MOST));
    let work = async {
        sleep(Duration::from_secs(24 * 60 * 60)).await;
        7
    };
    assert_eq!(flights.run(1, work).await.unwrap().value, 7);
}

#[tokio::test(start_paused = true)]
async fn at_run_time_a_call_clamps_it_to_its_maximum() {
    #[detached(timeout = wanted, max_timeout = "10s", track = TWENTY)]
    async fn hangs(wanted: Duration) {
        assert_eq!(wanted, FOREVER);
        std::future::pending::<()>().await;
    }

    #[detached(timeout = wanted, max_timeout = "10s", grace = "1s", track = TWENTY)]
    async fn hangs_in_its_grace(wanted: Duration) {
        assert_eq!(wanted, FOREVER);
        std::future::pending::<()>().await;
    }

    let wanted = FOREVER;
    let calls = [
        (10, hangs(wanted)),
        (10, detach!(timeout = wanted, max_timeout = "10s", track = TWENTY, std::future::pending::<()>())),
        (11, hangs_in_its_grace(wanted)),
    ];
    let start = Instant::now();
    for (ends, call) in calls {
        let site = call.site();
        assert!(matches!(call.await, Err(TaskError::TimedOut { .. })));
        assert_eq!(start.elapsed(), Duration::from_secs(ends));
        assert_eq!(site.timeout(), Duration::from_secs(10));
    }
}
