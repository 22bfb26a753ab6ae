//! A drain budget, or a sum of them, that no number of seconds holds is still a budget, and what is said of it is true.

use std::panic::catch_unwind;
use std::sync::Arc;
use std::time::Duration;

use outlive::{DrainReport, OwnedTracker, Shutdown, TaskOwner, Tracker, detached, owned_tasks};
use tokio::time::{Instant, sleep};

const MOST: u64 = u64::MAX;
const HALF: u64 = u64::MAX / 2 + 1;

static ENDLESS: Tracker<MOST> = Tracker::bounded("endless", 8).drain_budget::<MOST>();

fn half(name: &'static str) -> Arc<Tracker<HALF>> {
    Arc::new(Tracker::bounded(name, 8).drain_budget::<HALF>())
}

#[derive(Clone, TaskOwner)]
struct Endless {
    tasks: OwnedTracker<MOST>,
}

#[owned_tasks]
impl Endless {
    #[detached(timeout = "1m")]
    async fn waits(&self, time: Duration) {
        sleep(time).await;
    }
}

impl Endless {
    fn new() -> Self {
        Self { tasks: OwnedTracker::bounded("owned", 8).drain_budget::<MOST>() }
    }
}

/// Its shutdown is written by hand.
struct ByHand<const SECS: u64, const NANOS: u32>;

impl<const SECS: u64, const NANOS: u32> TaskOwner for ByHand<SECS, NANOS> {
    const DRAIN_BUDGET: Duration = Duration::new(SECS, NANOS);

    async fn shutdown(&self) -> DrainReport {
        ENDLESS.drain().await
    }
}

/// The shutdowns whose phases may take longer than any number of seconds says.
fn endless() -> [(&'static str, Shutdown); 6] {
    let phase = |name| Shutdown::new().phase(name);
    [
        ("a static", phase("one").tracker(&ENDLESS)),
        ("a service", phase("one").owner(Endless::new())),
        ("two phases", phase("one").shared(half("one")).phase("two").shared(half("two"))),
        ("one after another", phase("one").tracker(&ENDLESS).phase("two").owner(Endless::new())),
        ("the longest time there is", phase("one").owner(ByHand::<MOST, 999_999_999>)),
        ("a nanosecond more than a number of seconds", phase("one").owner(ByHand::<{ MOST - 1 }, 1>)),
    ]
}

const NO_GRACE: &str = "no `terminationGracePeriodSeconds` is long enough: shorten the drain budgets";

#[test]
fn no_grace_period_is_offered_where_none_is_long_enough() {
    for (what, shutdown) in endless() {
        let budget = shutdown.budget();
        let error = shutdown.within(Duration::from_secs(30)).unwrap_err();
        let expected =
            format!("the phases of the shutdown may take {budget:?}, and the deployment gives 30s: {NO_GRACE}");
        assert_eq!(error.to_string(), expected, "{what}");
    }
}

#[test]
fn the_longest_that_a_number_of_seconds_says_is_offered() {
    let shutdown = Shutdown::new().owner(ByHand::<{ MOST - 1 }, 0>);
    let error = shutdown.within(Duration::from_secs(30)).unwrap_err().to_string();
    assert!(
        error.ends_with("set `terminationGracePeriodSeconds: 18446744073709551615`, or shorten the drain budgets"),
        "{error}"
    );
    let shutdown = Shutdown::new().owner(ByHand::<{ MOST - 2 }, 1>);
    let error = shutdown.within(Duration::from_secs(30)).unwrap_err().to_string();
    assert!(
        error.ends_with("set `terminationGracePeriodSeconds: 18446744073709551615`, or shorten the drain budgets"),
        "{error}"
    );
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const PHASES: [&[&[Duration]]; 4] = [
    &[&[seconds(MOST)]],
    &[&[seconds(HALF)], &[seconds(HALF)]],
    &[&[seconds(MOST), seconds(HALF)], &[seconds(MOST)]],
    &[&[Duration::MAX]],
];

#[test]
fn a_budget_that_is_too_long_for_a_duration_is_the_longest_there_is() {
    for (what, shutdown) in endless() {
        assert!(shutdown.budget() >= Duration::new(MOST, 1), "{what}: {:?}", shutdown.budget());
        assert!(shutdown.within(Duration::MAX).is_ok(), "{what}");
    }
    for phases in PHASES {
        assert_eq!(Shutdown::sum(phases), Duration::MAX);
        Shutdown::fits(phases, Duration::MAX);
    }
}

#[test]
fn the_proof_at_compile_time_says_the_same() {
    for phases in PHASES {
        let refused = catch_unwind(|| Shutdown::fits(phases, Duration::from_secs(30))).unwrap_err();
        let message = refused.downcast_ref::<String>().unwrap();
        assert!(
            message.starts_with("the phases of the shutdown may take ") && message.ends_with(NO_GRACE),
            "{message}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_without_end_ends_with_its_tasks() {
    let service = Endless::new();
    service.waits(Duration::from_secs(7));
    let start = Instant::now();
    let shutdown = Shutdown::new().phase("one").owner(service).phase("two").shared(half("half"));
    let report = shutdown.within(Duration::MAX).unwrap().run().await;
    assert_eq!((report.code(), start.elapsed()), (0, Duration::from_secs(7)), "{report}");
    assert!(report.to_string().contains("[one] owned: drained in 7s of 18446744073709551615s: 1 ended"), "{report}");
}
