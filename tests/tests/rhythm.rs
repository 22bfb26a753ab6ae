//! When the runs of a loop come: at a period that the start reads, put off by a jitter, and never without a pause because one
//! has outlasted the next.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use outlive::{OwnedTracker, Rejected, TaskError, TaskOwner, Tracker, owned_tasks, periodic};
use outlive_tests::Trace;
use tokio::time::{Instant, sleep};

/// When something happened, in milliseconds.
#[derive(Clone)]
struct Times {
    start: Instant,
    noted: Arc<Mutex<Vec<u64>>>,
}

impl Times {
    fn new() -> Self {
        Self { start: Instant::now(), noted: Arc::default() }
    }

    fn note(&self) {
        self.noted.lock().unwrap().push(u64::try_from(self.start.elapsed().as_millis()).unwrap());
    }

    fn get(&self) -> Vec<u64> {
        self.noted.lock().unwrap().clone()
    }
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[derive(Clone)]
struct Config {
    period: Duration,
}

#[periodic(every = config.period, timeout = "1s", track = tracker)]
async fn configured(tracker: Arc<Tracker>, config: Config, times: Times) {
    times.note();
}

#[tokio::test(start_paused = true)]
async fn a_period_may_be_an_argument_s() {
    let (tracker, times) = (Arc::new(Tracker::bounded("configured", 8)), Times::new());
    configured(tracker.clone(), Config { period: millis(700) }, times.clone());
    sleep(millis(2_200)).await;
    assert_eq!(times.get(), [700, 1_400, 2_100]);
    let every =
        outlive::status().loops.into_iter().find(|found| found.name == "configured").and_then(|found| found.every);
    assert_eq!(every, Some(millis(700)));
}

#[derive(Clone, TaskOwner)]
struct Service {
    tasks: OwnedTracker,
    period: Arc<Mutex<Duration>>,
    times: Times,
}

impl Service {
    fn new(period: Duration) -> Self {
        let tasks = OwnedTracker::bounded("service", 8);
        Self { tasks, period: Arc::new(Mutex::new(period)), times: Times::new() }
    }

    fn period(&self) -> Duration {
        *self.period.lock().unwrap()
    }
}

#[owned_tasks]
impl Service {
    const RHYTHM: Duration = Duration::from_millis(250);

    #[periodic(every = self.period(), timeout = "1s")]
    async fn refreshes(&self) {
        self.times.note();
    }

    #[periodic(every = self.period(), timeout = "1s")]
    async fn refreshes_shared(self: &Arc<Self>) {
        self.times.note();
    }

    #[periodic(every = self.period(), timeout = "1s")]
    async fn never_starts(&self) {}

    #[periodic(every = Self::RHYTHM, timeout = "1s")]
    async fn refreshes_often(&self) {
        self.times.note();
    }
}

#[tokio::test(start_paused = true)]
async fn a_period_of_the_service_is_read_once_at_the_start() {
    let service = Service::new(millis(300));
    service.refreshes();
    *service.period.lock().unwrap() = millis(1);
    sleep(millis(1_000)).await;
    assert_eq!(service.times.get(), [300, 600, 900]);

    let service = Arc::new(Service::new(millis(400)));
    service.refreshes_shared();
    sleep(millis(1_000)).await;
    assert_eq!(service.times.get(), [400, 800]);

    let service = Service::new(Duration::ZERO);
    service.refreshes_often();
    sleep(millis(600)).await;
    assert_eq!(service.times.get(), [250, 500]);
}

#[tokio::test(start_paused = true)]
async fn a_period_of_zero_is_refused_and_counted_and_may_be_started_again() {
    let trace = Trace::record();
    let service = Service::new(Duration::ZERO);
    let mut refused = service.never_starts();
    let site = refused.site();
    let said = refused.refused().expect("it never started").to_string();
    assert!(said.starts_with("refused: the period of the loop is zero: `never_starts` ("), "{said}");
    assert!(matches!(refused.await, Err(TaskError::Rejected(Rejected::ZeroPeriod))));
    assert_eq!((site.counts().rejected, site.counts().started, site.counts().loops), (1, 0, 0));
    let function = outlive::status().functions.into_iter().find(|function| function.name == "never_starts").unwrap();
    assert_eq!(function.refused.zero_period, 1);

    drop(service.never_starts());
    let events = trace.events();
    assert!(events.iter().any(|event| event.field("cause").contains("the period of the loop is zero")), "{events:?}");

    *service.period.lock().unwrap() = millis(300);
    assert!(service.never_starts().admitted().is_ok(), "nothing was kept of the refused one");
    assert!(service.shutdown().await.is_clean());
}

const SPREAD: Duration = Duration::from_secs(4);

#[periodic(every = "10s", jitter = SPREAD, timeout = "1s", immediate, track = tracker)]
async fn is_spread(tracker: Arc<Tracker>, times: Times) {
    times.note();
}

#[tokio::test(start_paused = true)]
async fn jitter_puts_each_run_off_by_a_random_time_and_the_schedule_does_not_drift() {
    let (tracker, times) = (Arc::new(Tracker::bounded("spread", 8)), Times::new());
    is_spread(tracker.clone(), times.clone());
    sleep(Duration::from_secs(1_000)).await;
    let times = times.get();
    assert!(times.len() >= 100, "no run is left out: {times:?}");
    let offsets: Vec<u64> = (0..).zip(&times).map(|(number, time)| time - number * 10_000).collect();
    // A timer is to the millisecond.
    assert!(offsets.iter().all(|offset| *offset <= 4_001), "{offsets:?}");
    assert!(
        offsets.iter().any(|offset| *offset < 2_000) && offsets.iter().any(|offset| *offset > 2_000),
        "{offsets:?}"
    );
    assert!(tracker.drain().await.is_clean());
}

#[periodic(every = period, jitter = "1h", timeout = "1s", track = tracker)]
async fn is_spread_too_far(tracker: Arc<Tracker>, period: Duration, times: Times) {
    times.note();
}

#[tokio::test(start_paused = true)]
async fn a_jitter_that_turns_out_to_be_longer_than_the_period_is_cut_to_it() {
    let (tracker, times) = (Arc::new(Tracker::bounded("too far", 8)), Times::new());
    is_spread_too_far(tracker.clone(), Duration::from_secs(1), times.clone());
    sleep(Duration::from_secs(101)).await;
    let times = times.get();
    assert!((99..=101).contains(&times.len()), "a run in each period: {times:?}");
}

/// Its runs take this long.
#[periodic(every = "1s", timeout = "10s", track = tracker)]
async fn takes(tracker: Arc<Tracker>, time: Duration, times: Times) {
    times.note();
    sleep(time).await;
}

#[tokio::test(start_paused = true)]
async fn runs_that_outlast_their_period_leave_a_pause_and_stay_on_its_multiples() {
    for (time, begins) in [
        (millis(999), vec![1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000]),
        (millis(1_000), vec![1_000, 3_000, 5_000, 7_000]),
        (millis(1_100), vec![1_000, 3_000, 5_000, 7_000]),
        (millis(2_000), vec![1_000, 4_000, 7_000]),
        (millis(3_900), vec![1_000, 5_000]),
    ] {
        let (tracker, times) = (Arc::new(Tracker::bounded("takes", 8)), Times::new());
        takes(tracker.clone(), time, times.clone());
        sleep(millis(8_500)).await;
        assert_eq!(times.get(), begins, "runs of {time:?}");
    }
}
