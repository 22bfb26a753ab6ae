//! A job that is to run here and now is in the queue once where it cannot, and not at all where it ends well.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use outlive::{Context, Tracker};
use outlive_durable::{Attempt, JobId, Jobs, Spill, SpillCounts, SpillError, durable};
use support::{Database, until};
use tokio::sync::Semaphore;

#[derive(Clone)]
struct Gate(Arc<Semaphore>);

impl Gate {
    fn closed() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    fn open(&self) {
        self.0.add_permits(1000);
    }

    async fn pass(&self) {
        self.0.acquire().await.unwrap().forget();
    }
}

#[derive(Clone, Default)]
struct Seen(Arc<std::sync::Mutex<Vec<(u32, JobId, Attempt)>>>);

impl Seen {
    fn note(&self, number: u32) {
        let context = Context::current();
        let (id, attempt) = (*context.get::<JobId>().unwrap(), *context.get::<Attempt>().unwrap());
        self.0.lock().unwrap().push((number, id, attempt));
    }

    fn all(&self) -> Vec<(u32, JobId, Attempt)> {
        self.0.lock().unwrap().clone()
    }
}

static ROOMY: Tracker = Tracker::bounded("roomy", 64);

#[durable(timeout = "5s", track = ROOMY)]
async fn ends_well(#[state] seen: Seen, number: u32) {
    seen.note(number);
}

/// Until nothing runs here, and nothing waits for the queue.
async fn settled(spill: &Spill) -> SpillCounts {
    until("nothing runs, and nothing waits", || async {
        let counts = spill.counts();
        counts.running + counts.waiting == 0
    })
    .await;
    let counts = spill.counts();
    assert_eq!(counts.accepted(), counts.ran + counts.handed_over + counts.lost);
    counts
}

#[tokio::test]
async fn what_ends_well_never_comes_to_the_queue() {
    let database = Database::new("ends_well");
    let queue = database.queue().await;
    let seen = Seen::default();
    let spill = Spill::to(&queue).state(seen.clone()).start();
    let request = Context::root().with_label("request", "r7");
    let id = request.scope(async { ends_well(1).spawn_or_enqueue(&spill).unwrap() }).await.unwrap();
    let counts = settled(&spill).await;
    assert_eq!((counts.ran, counts.handed_over), (1, 0));
    let all = seen.all();
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].0, all[0].1, all[0].2.number), (1, id, 1), "the body sees its job");
    assert!(database.look().await.number("SELECT count(*) FROM Jobs").await == 0);
}

static ONE: Tracker = Tracker::bounded("one", 1);

#[durable(timeout = "5s", track = ONE)]
async fn passes(#[state] gate: Gate, #[state] seen: Seen, number: u32) {
    seen.note(number);
    gate.pass().await;
}

#[tokio::test]
async fn what_a_full_tracker_refuses_is_in_the_queue_once_and_its_first_attempt_is_to_come() {
    let database = Database::new("full");
    let queue = database.queue().await;
    let (gate, seen) = (Gate::closed(), Seen::default());
    let spill = Spill::to(&queue).state(gate.clone()).state(seen.clone()).start();
    passes(1).spawn_or_enqueue(&spill).unwrap();
    let id = passes(2).spawn_or_enqueue(&spill).unwrap();
    until("it is in the queue", || async { spill.counts().handed_over == 1 }).await;
    assert_eq!(database.look().await.texts("SELECT id FROM Jobs").await, [id.to_string()]);
    gate.open();
    let counts = settled(&spill).await;
    assert_eq!(
        (counts.ran, counts.handed_over, database.look().await.number("SELECT count(*) FROM Jobs").await),
        (1, 1, 1)
    );
    let _worker = Jobs::on(&queue).state(gate).state(seen.clone()).start();
    database.until_all("Done").await;
    let all = seen.all();
    assert_eq!(all.iter().map(|seen| (seen.0, seen.2.number)).collect::<Vec<_>>(), [(1, 1), (2, 1)]);
    assert_eq!(all[1].1, id, "in every process it is the same job");
}

static CLOSED: Tracker = Tracker::bounded("closed", 4);

#[durable(timeout = "5s", track = CLOSED)]
async fn is_refused() {}

#[tokio::test]
async fn what_a_drained_tracker_refuses_is_in_the_queue() {
    let database = Database::new("drained");
    let queue = database.queue().await;
    let spill = Spill::to(&queue).start();
    let _ = CLOSED.drain().await;
    is_refused().spawn_or_enqueue(&spill).unwrap();
    assert_eq!(settled(&spill).await.handed_over, 1);
    assert_eq!(database.count("Pending").await, 1);
}

static DRAINS: Tracker<1> = Tracker::bounded("drains", 1).queue(8).drain_budget::<1>();

#[durable(timeout = "900ms", track = DRAINS)]
async fn waits(#[state] gate: Gate, #[state] seen: Seen, number: u32) {
    seen.note(number);
    gate.pass().await;
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn what_a_drain_cuts_and_what_it_lets_not_begin_is_in_the_queue_as_it_was() {
    let database = Database::new("cut");
    let queue = database.queue().await;
    let (gate, seen) = (Gate::closed(), Seen::default());
    let spill = Spill::to(&queue).state(gate.clone()).state(seen.clone()).start();
    for number in 1..=3 {
        waits(number).spawn_or_enqueue(&spill).unwrap();
    }
    until("the first runs", || async { seen.all().len() == 1 }).await;
    // Its timeout makes place for the second, which the end of the drain cuts. The third never starts.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let report = DRAINS.drain().await;
    assert_eq!((report.aborted(), report.never_started()), (1, 1), "{report}");
    assert_eq!(spill.counts().running, 0, "a drain that has returned has left nothing: {:?}", spill.counts());
    let counts = settled(&spill).await;
    assert_eq!((counts.ran, counts.handed_over), (0, 3));
    assert_eq!(seen.all().iter().map(|seen| seen.0).collect::<Vec<_>>(), [1, 2]);
    let jobs = database.look().await.texts(Database::jobs_as_text()).await;
    let tried: Vec<&String> = jobs.iter().filter(|job| job.contains("\"ran\"")).collect();
    assert_eq!(tried.len(), 1, "only a timeout is an attempt: {tried:?}");
    assert!(tried[0].contains("\"number\":1") && tried[0].contains("timed out after 900ms"), "{tried:?}");
}

#[durable(timeout = "50ms", attempts = 2, backoff = "1ms..2ms", track = ROOMY)]
async fn hangs(#[state] seen: Seen, number: u32) {
    seen.note(number);
    std::future::pending::<()>().await;
}

#[durable(timeout = "5s", attempts = 2, backoff = "1ms..2ms", track = ROOMY)]
async fn panics(#[state] seen: Seen, number: u32) {
    seen.note(number);
    panic!("no paper");
}

#[durable(timeout = "5s", attempts = 2, backoff = "1ms..2ms", track = ROOMY)]
async fn fails(#[state] seen: Seen, number: u32) -> Result<(), std::io::Error> {
    seen.note(number);
    Err(std::io::Error::other("no ink"))
}

// Its time counts from the call, and a panic takes a while to be printed.
#[durable(timeout = "800ms", attempts = 2, backoff = "1ms..2ms", track = ROOMY, blocking)]
fn blocks(#[state] seen: Seen, number: u32) {
    seen.note(number);
    std::thread::sleep(Duration::from_millis(1200));
}

#[tokio::test]
async fn a_timeout_a_panic_and_an_err_are_its_first_attempt() {
    let database = Database::new("failed");
    let queue = database.queue().await;
    let seen = Seen::default();
    let spill = Spill::to(&queue).state(seen.clone()).start();
    hangs(1).spawn_or_enqueue(&spill).unwrap();
    panics(2).spawn_or_enqueue(&spill).unwrap();
    fails(3).spawn_or_enqueue(&spill).unwrap();
    blocks(4).spawn_or_enqueue(&spill).unwrap();
    let counts = settled(&spill).await;
    assert_eq!(
        (counts.ran, counts.handed_over, database.look().await.number("SELECT count(*) FROM Jobs").await),
        (0, 4, 4)
    );
    let _worker = Jobs::on(&queue).state(seen.clone()).start();
    database.until_all("Killed").await;
    let mut all: Vec<_> = seen.all().iter().map(|seen| (seen.0, seen.2.number, seen.2.of)).collect();
    all.sort_unstable();
    assert_eq!(all, [1, 2, 3, 4].map(|number| [(number, 1, 2), (number, 2, 2)]).concat());
    let results = database.look().await.texts("SELECT CAST(last_result AS TEXT) FROM Jobs").await;
    for error in ["timed out after 50ms", "no paper", "no ink"] {
        assert!(results.iter().any(|result| result.contains(error)), "{error}: {results:?}");
    }
}

#[durable(timeout = "5s", backoff = "1h..2h", track = ROOMY)]
async fn fails_patiently() -> Result<(), std::io::Error> {
    Err(std::io::Error::other("no stamps"))
}

#[durable(timeout = "5s", attempts = 1, track = ROOMY)]
async fn fails_for_good() -> Result<(), std::io::Error> {
    Err(std::io::Error::other("no glue"))
}

#[tokio::test]
async fn what_has_failed_waits_for_its_pause_and_what_has_no_attempt_left_is_killed() {
    let database = Database::new("pause");
    let queue = database.queue().await;
    let spill = Spill::to(&queue).start();
    let first = fails_patiently().spawn_or_enqueue(&spill).unwrap();
    settled(&spill).await;
    let first = database.row(first).await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let now = i64::try_from(now).unwrap();
    assert!((3500..=7201).contains(&(first.run_at - now)), "{first:?}");
    let last = fails_for_good().spawn_or_enqueue(&spill).unwrap();
    settled(&spill).await;
    let worker = Jobs::on(&queue).start();
    until("it is killed", || async { worker.counts().killed == 1 && database.count("Killed").await == 1 }).await;
    let row = database.row(last).await;
    assert!(row.last_result.as_ref().unwrap().contains("no glue"), "{row:?}");
    assert_eq!(worker.counts().failed, 0);
}

#[derive(Clone)]
struct Missing;

static RUNS: AtomicU32 = AtomicU32::new(0);

#[durable(timeout = "5s", track = ROOMY)]
async fn needs(#[state] missing: Missing) {
    let Missing = missing;
    RUNS.fetch_add(1, Ordering::Relaxed);
}

#[tokio::test]
async fn a_job_whose_state_is_not_here_goes_to_a_worker_that_has_it() {
    let database = Database::new("state");
    let queue = database.queue().await;
    let spill = Spill::to(&queue).start();
    needs().spawn_or_enqueue(&spill).unwrap();
    settled(&spill).await;
    assert_eq!(RUNS.load(Ordering::Relaxed), 0);
    let _worker = Jobs::on(&queue).state(Missing).start();
    database.until_all("Done").await;
    assert_eq!(RUNS.load(Ordering::Relaxed), 1);
}

#[durable(timeout = "5s", attempts = 2, backoff = "1ms..2ms", track = ROOMY)]
async fn needs_and_fails(#[state] missing: Missing, #[state] seen: Seen) -> Result<(), std::io::Error> {
    let Missing = missing;
    seen.note(0);
    Err(std::io::Error::other("no string"))
}

#[tokio::test]
async fn what_has_failed_here_and_is_set_aside_there_has_its_other_attempts_when_it_is_taken_up() {
    let database = Database::new("set_aside");
    let queue = database.queue().await;
    let seen = Seen::default();
    let spill = Spill::to(&queue).state(Missing).state(seen.clone()).start();
    needs_and_fails().spawn_or_enqueue(&spill).unwrap();
    settled(&spill).await;
    let without = Jobs::on(&queue).start();
    until("it is set aside", || async { without.counts().set_aside == 1 && database.count("Failed").await == 1 }).await;
    drop(without);
    assert_eq!(queue.take_up_set_aside().await.unwrap(), 1);
    let _worker = Jobs::on(&queue).state(Missing).state(seen.clone()).start();
    database.until_all("Killed").await;
    assert_eq!(seen.all().iter().map(|seen| (seen.2.number, seen.2.of)).collect::<Vec<_>>(), [(1, 2), (2, 2)]);
}

#[tokio::test]
async fn a_spill_is_bounded_by_what_runs_and_what_waits() {
    let database = Database::new("bounded");
    let queue = database.queue().await;
    let gate = Gate::closed();
    let spill = Spill::to(&queue).state(gate.clone()).state(Seen::default()).capacity(2).start();
    runs_on(1).spawn_or_enqueue(&spill).unwrap();
    runs_on(2).spawn_or_enqueue(&spill).unwrap();
    let refused = runs_on(3).spawn_or_enqueue(&spill);
    assert!(matches!(refused, Err(SpillError::Full { capacity: 2, .. })), "{refused:?}");
    assert_eq!((spill.counts().accepted(), spill.counts().refused), (2, 1));
    gate.open();
    assert_eq!(settled(&spill).await.ran, 2);
    runs_on(4).spawn_or_enqueue(&spill).unwrap();
    settled(&spill).await;
    let report = spill.hand_over().await;
    assert!(report.is_clean() && report.handed_over() == 0, "{report}");
    let refused = runs_on(5).spawn_or_enqueue(&spill);
    assert!(matches!(refused, Err(SpillError::Closed)), "{refused:?}");
    assert!(database.look().await.number("SELECT count(*) FROM Jobs").await == 0);
}

#[durable(timeout = "5s", track = ROOMY)]
async fn runs_on(#[state] gate: Gate, #[state] seen: Seen, number: u32) {
    seen.note(number);
    gate.pass().await;
}

#[tokio::test]
async fn what_is_held_when_the_last_handle_goes_is_handed_over() {
    let database = Database::new("handle");
    let queue = database.queue().await;
    let spill = Spill::to(&queue).start();
    fails_patiently().spawn_or_enqueue(&spill).unwrap();
    drop(spill);
    until("it is in the queue", || async { database.look().await.number("SELECT count(*) FROM Jobs").await == 1 })
        .await;
}
