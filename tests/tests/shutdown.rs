//! The end of a whole process: phase by phase, never longer than its budget, with one report that is true.

use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use outlive::{
    CancelCause, Context, DrainReport, Fate, OwnedTracker, Rejected, Shutdown, ShutdownReport, TaskError, TaskOwner,
    Tracker, detached, owned_tasks, periodic, worker,
};
use outlive_tests::Trace;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

type Shared<const SECS: u64 = 20> = Arc<Tracker<SECS>>;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn shared(name: &'static str) -> Shared {
    Arc::new(Tracker::bounded(name, 8))
}

#[detached(timeout = "19s", track = tracker)]
async fn waits(tracker: Shared, time: Duration) {
    sleep(time).await;
}

#[worker(grace = "20s", track = tracker)]
async fn hangs(tracker: Shared) {
    std::future::pending::<()>().await;
}

#[worker(grace = "20s", track = tracker)]
async fn listens(tracker: Shared) -> CancelCause {
    Context::current().cancelled().await
}

/// Runs it, and holds it to its promise.
async fn run(shutdown: Shutdown) -> ShutdownReport {
    let (start, budget) = (Instant::now(), shutdown.budget());
    let report = shutdown.run().await;
    let took = start.elapsed();
    assert!(took <= budget, "it took {took:?} of {budget:?}\n{report}");
    report
}

async fn settle() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

/// The drains of a report, as (phase, tracker, seconds, finished, not finished).
fn drains(report: &ShutdownReport) -> Vec<(&str, &str, u64, usize, usize)> {
    let each = report.phases().flat_map(|(phase, drains)| drains.iter().map(move |drain| (phase, drain)));
    let each = each.map(|(phase, drain)| {
        (phase, drain.tracker(), drain.took().as_secs(), drain.finished(), drain.stragglers().len())
    });
    let mut each: Vec<_> = each.collect();
    each.sort_unstable_by_key(|(_, tracker, ..)| *tracker);
    each
}

#[tokio::test(start_paused = true)]
async fn a_phase_begins_when_the_one_before_has_ended_and_is_open_until_then() {
    #[detached(timeout = "10s", track = from)]
    async fn hands_over(from: Shared, to: Shared) -> Result<(), Rejected> {
        sleep(seconds(3)).await;
        waits(to, seconds(2)).admitted().map(drop)
    }

    let (a, b) = (shared("a"), shared("b"));
    let handed_over = hands_over(a.clone(), b.clone());
    let shutdown = Shutdown::new().phase("first").shared(a.clone()).phase("second").shared(b.clone());
    let shutdown = tokio::spawn(run(shutdown));
    sleep(seconds(1)).await;
    assert_eq!((a.is_draining(), b.is_draining()), (true, false));
    assert!(waits(b.clone(), seconds(1)).admitted().is_ok(), "its phase has not begun");
    let report = shutdown.await.unwrap();
    assert_eq!(handed_over.await.unwrap(), Ok(()), "the first phase feeds the second");
    assert_eq!(drains(&report), [("first", "a", 3, 1, 0), ("second", "b", 2, 1, 0)]);
    assert_eq!(report.phases().map(|(name, _)| name).collect::<Vec<_>>(), ["first", "second"]);
    assert!(waits(b, Duration::ZERO).admitted().is_err());
}

#[tokio::test(start_paused = true)]
async fn the_members_of_a_phase_drain_side_by_side() {
    let trackers = [("a", 5), ("b", 2), ("c", 4)].map(|(name, time)| {
        let tracker = shared(name);
        waits(tracker.clone(), seconds(time));
        tracker
    });
    let shutdown = trackers.iter().fold(Shutdown::new().phase("all"), |all, one| all.shared(one.clone()));
    let start = Instant::now();
    let shutdown = tokio::spawn(run(shutdown));
    settle().await;
    assert!(trackers.iter().all(|tracker| tracker.is_draining()));
    let report = shutdown.await.unwrap();
    assert_eq!(start.elapsed(), seconds(5));
    assert_eq!(drains(&report), [("all", "a", 5, 1, 0), ("all", "b", 2, 1, 0), ("all", "c", 4, 1, 0)]);
}

#[tokio::test(start_paused = true)]
async fn members_without_a_phase_make_one() {
    let report = run(Shutdown::new().shared(shared("a"))).await;
    assert_eq!(drains(&report), [("shutdown", "a", 0, 0, 0)]);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_of_nothing_is_clean_and_takes_no_time() {
    let shutdown = Shutdown::default();
    assert_eq!(shutdown.budget(), Duration::ZERO);
    let report = run(shutdown).await;
    assert_eq!((report.is_clean(), report.code(), report.to_string().as_str()), (true, 0, "shutdown: clean"));
}

#[derive(Clone, TaskOwner)]
struct Quick {
    tasks: OwnedTracker<3>,
}

impl Quick {
    fn new() -> Self {
        Self { tasks: OwnedTracker::bounded("quick", 8).drain_budget::<3>() }
    }
}

/// Several in one.
struct Composed(Quick, Duration);

impl TaskOwner for Composed {
    const DRAIN_BUDGET: Duration = Duration::from_millis(4_500);

    async fn shutdown(&self) -> DrainReport {
        sleep(self.1).await;
        self.0.shutdown().await
    }
}

#[test]
fn the_budget_is_the_longest_of_each_phase_and_a_second_for_what_does_not_yield() {
    let long = || Arc::new(Tracker::bounded("long", 1).drain_budget::<90>());
    let one = Shutdown::new().phase("one").shared(shared("a")).shared(long()).owner(Quick::new());
    assert_eq!(one.budget(), seconds(90 + 1));
    let two = one.phase("nobody").phase("two").owner(Quick::new());
    assert_eq!(two.budget(), seconds(90 + 1 + 3 + 1), "a phase without members takes no time");
    assert_eq!(Shutdown::new().owner(Composed(Quick::new(), Duration::ZERO)).budget(), Duration::from_millis(5_500));
    let shown = format!("{two:?}");
    assert!(
        ["(\"one\", 3)", "(\"nobody\", 0)", "(\"two\", 1)", "95s"].iter().all(|text| shown.contains(text)),
        "{shown}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_never_ends_takes_the_whole_budget_and_no_more() {
    let (a, b) = (shared("a"), shared("b"));
    let tasks = [hangs(a.clone()), hangs(b.clone())];
    let start = Instant::now();
    let report = run(Shutdown::new().phase("one").shared(a).phase("two").shared(b)).await;
    assert_eq!(start.elapsed(), seconds(40));
    assert_eq!(drains(&report), [("one", "a", 20, 0, 1), ("two", "b", 20, 0, 1)]);
    for task in tasks {
        assert!(matches!(task.await, Err(TaskError::Cancelled(CancelCause::Shutdown))));
    }
}

static ONLY_MEASURED: Tracker<10> = Tracker::bounded("only measured", 1).drain_budget::<10>();
static DEFAULT: Tracker = Tracker::bounded("default", 1);
const PHASES: &[&[Duration]] = &[&[ONLY_MEASURED.budget(), DEFAULT.budget(), Quick::DRAIN_BUDGET], &[], &[seconds(7)]];
const SUM: Duration = Shutdown::sum(PHASES);
const _: () = Shutdown::fits(PHASES, SUM);
const _: () = assert!(SUM.as_secs() == 20 + 1 + 7 + 1 && SUM.subsec_nanos() == 0);

#[test]
fn the_sum_of_constants_is_the_budget_of_the_same_phases() {
    let phases = Shutdown::new().phase("one").tracker(&ONLY_MEASURED).tracker(&DEFAULT).owner(Quick::new());
    assert_eq!(phases.budget(), Shutdown::sum(&PHASES[..1]));
    assert_eq!(SUM, seconds(20 + 1 + 7 + 1), "once constants are known, so is their sum");
    assert_eq!(Shutdown::sum(&[]), Duration::ZERO);
    assert_eq!(Shutdown::sum(&[&[Duration::MAX], &[Duration::MAX]]), Duration::MAX, "it does not wrap around");
}

#[test]
fn a_grace_period_that_is_too_short_is_refused_with_the_one_that_is_needed() {
    let phases = || Shutdown::new().phase("one").shared(shared("a")).phase("two").shared(shared("b"));
    assert!(phases().within(seconds(42)).is_ok());
    let refused = phases().within(Duration::from_millis(41_999)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the phases of the shutdown may take 42s, and the deployment gives 41.999s: set \
         `terminationGracePeriodSeconds: 42`, or shorten the drain budgets"
    );
    // A `main` that returns it shows its `Debug`.
    assert_eq!(format!("{refused:?}"), format!("DoesNotFit({refused})"));
    // The constant's error is the same.
    let twenty = seconds(20);
    let panic = std::panic::catch_unwind(|| Shutdown::fits(&[&[twenty], &[twenty]], Duration::from_millis(41_999)));
    assert_eq!(panic.unwrap_err().downcast_ref::<String>(), Some(&refused.to_string()));

    let composed = Shutdown::new().owner(Composed(Quick::new(), Duration::ZERO)).within(seconds(5)).unwrap_err();
    assert!(composed.to_string().contains("`terminationGracePeriodSeconds: 6`"), "rounded up: {composed}");
}

#[tokio::test(start_paused = true)]
async fn the_report_of_a_clean_end_says_so_and_has_code_0() {
    let (a, b) = (shared("a"), shared("b"));
    waits(a.clone(), seconds(2));
    let report = run(Shutdown::new().phase("one").shared(a).phase("two").shared(b)).await;
    assert_eq!(
        report.to_string(),
        "shutdown: clean\n\
         [one] a: drained in 2s of 20s: 1 ended\n\
         [two] b: drained in 0s of 20s: nothing was left to finish"
    );
    assert_eq!((report.is_clean(), report.is_interrupted(), report.code()), (true, false, 0));
    assert_eq!(ExitCode::from(report), ExitCode::SUCCESS);
}

#[tokio::test(start_paused = true)]
async fn the_report_of_what_was_cut_short_names_it_and_has_code_1() {
    let (a, b) = (shared("a"), shared("b"));
    let line = hangs(a.clone()).site().line();
    let report = run(Shutdown::new().phase("one").shared(a).phase("two").shared(b)).await;
    assert_eq!(
        report.to_string(),
        format!(
            "shutdown: not clean\n\
             [one] a: drained in 20s of 20s: 0 ended, 1 aborted\n  \
             aborted        1 × hangs (tests/tests/shutdown.rs:{line}), the oldest after 20s\n\
             [two] b: drained in 0s of 20s: nothing was left to finish"
        )
    );
    assert_eq!((report.is_clean(), report.is_interrupted(), report.code()), (false, false, 1));
    assert_eq!(ExitCode::from(report), ExitCode::from(1));
}

#[tokio::test(start_paused = true)]
async fn a_member_whose_shutdown_panics_is_named_is_not_clean_and_holds_nobody_up() {
    struct Breaks;

    impl TaskOwner for Breaks {
        const DRAIN_BUDGET: Duration = Duration::from_secs(1);

        async fn shutdown(&self) -> DrainReport {
            panic!("nothing to shut down")
        }
    }

    /// Its shutdown is fine, and its destructor is not.
    #[derive(TaskOwner)]
    struct BreaksLater(OwnedTracker);

    impl Drop for BreaksLater {
        fn drop(&mut self) {
            panic!("cannot let go")
        }
    }

    let (a, b) = (shared("a"), shared("b"));
    waits(a.clone(), seconds(2));
    let breaks_later = BreaksLater(OwnedTracker::bounded("later", 1));
    let shutdown = Shutdown::new().phase("one").owner(Breaks).shared(a).phase("two").owner(breaks_later).shared(b);
    let report = run(shutdown).await;
    assert_eq!(drains(&report), [("one", "a", 2, 1, 0), ("two", "b", 0, 0, 0)]);
    assert_eq!((report.is_clean(), report.code()), (false, 1));
    let text = report.to_string();
    assert!(text.contains("\n[one] a shutdown panicked: nothing to shut down"), "{text}");
    assert!(text.contains("\n[two] later: a shutdown panicked: cannot let go"), "{text}");
    let failures: Vec<_> = report.failures().collect();
    assert_eq!(
        failures,
        [("one", "a shutdown panicked: nothing to shut down"), ("two", "later: a shutdown panicked: cannot let go")]
    );
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_written_by_hand_that_does_not_keep_its_budget_is_given_up_and_named() {
    let after = shared("after");
    let late = Composed(Quick::new(), seconds(60));
    let start = Instant::now();
    let report = run(Shutdown::new().phase("late").owner(late).phase("after").shared(after)).await;
    assert_eq!(start.elapsed(), Duration::from_millis(5_500));
    assert_eq!(drains(&report), [("after", "after", 0, 0, 0)]);
    assert_eq!(report.failures().collect::<Vec<_>>(), [("late", "a shutdown did not end within its budget of 4.5s")]);
    assert_eq!(report.code(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_tracker_in_two_phases_is_drained_in_the_first_and_takes_no_time_in_the_second() {
    let a = shared("a");
    hangs(a.clone());
    let twice = Shutdown::new().phase("one").shared(a.clone()).phase("two").shared(a);
    assert_eq!(twice.budget(), seconds(20 + 1));
    let report = run(twice).await;
    assert_eq!(drains(&report), [("one", "a", 20, 0, 1), ("two", "a", 20, 0, 1)], "the same report");
    let service = Quick::new();
    assert_eq!(
        Shutdown::new().phase("one").owner(service.clone()).phase("two").owner(service).budget(),
        seconds(3 + 1)
    );
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    runs: Arc<AtomicUsize>,
    told: mpsc::UnboundedSender<CancelCause>,
}

impl Server {
    fn new() -> (Self, mpsc::UnboundedReceiver<CancelCause>) {
        let (told, causes) = mpsc::unbounded_channel();
        (Self { tasks: OwnedTracker::bounded("server", 8), runs: Arc::default(), told }, causes)
    }
}

#[owned_tasks]
impl Server {
    #[detached(timeout = "19s")]
    async fn takes(&self, time: Duration) -> usize {
        sleep(time).await;
        self.runs.fetch_add(1, Relaxed)
    }

    #[worker(grace = "2s")]
    async fn works(&self) {
        let cause = Context::current().cancelled().await;
        self.told.send(cause).ok();
        sleep(seconds(1)).await;
    }

    #[worker(grace = "2s", restart = "1h..1h")]
    async fn crashes(&self) -> Result<(), &'static str> {
        self.runs.fetch_add(1, Relaxed);
        Err("no connection")
    }

    #[periodic(every = "10s", timeout = "8s")]
    async fn flushes(&self) {
        sleep(seconds(4)).await;
        assert!(self.takes(seconds(1)).admitted().is_ok(), "accepted work is kept");
        self.runs.fetch_add(10, Relaxed);
    }

    #[detached(timeout = "5s")]
    async fn shuts_down(&self) -> DrainReport {
        self.shutdown().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_is_owned_until_its_phase_shut_down_in_it_and_dropped_after() {
    let (server, mut told) = Server::new();
    let runs = Arc::clone(&server.runs);
    let first = shared("first");
    waits(first.clone(), seconds(5));
    server.works();
    server.takes(seconds(7));
    let shutdown = Shutdown::new().phase("first").shared(first).phase("service").owner(server);
    let shutdown = tokio::spawn(run(shutdown));
    sleep(seconds(4)).await;
    assert!(told.try_recv().is_err(), "told before its phase");
    let report = shutdown.await.unwrap();
    assert!(matches!(told.try_recv(), Ok(CancelCause::Shutdown)), "it was owned until then");
    assert_eq!(drains(&report), [("first", "first", 5, 1, 0), ("service", "server", 2, 2, 0)]);
    assert_eq!((runs.load(Relaxed), Arc::strong_count(&runs)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn concurrent_callers_share_one_shutdown_and_its_report() {
    let (server, _told) = Server::new();
    server.works();
    server.takes(seconds(6));
    settle().await;
    let (one, two) = (server.clone(), server.clone());
    let start = Instant::now();
    let (phases, one, two) = tokio::join!(run(Shutdown::new().phase("only").owner(server)), one.shutdown(), async {
        sleep(seconds(3)).await;
        two.shutdown().await
    });
    assert_eq!(start.elapsed(), seconds(6));
    assert_eq!(phases.to_string(), format!("shutdown: clean\n[only] {one}"));
    assert_eq!(one.to_string(), two.to_string());
    assert_eq!((one.finished(), one.took()), (2, seconds(6)));
}

#[tokio::test(start_paused = true)]
async fn two_shutdowns_of_the_same_trackers_agree() {
    let (a, b) = (shared("a"), shared("b"));
    waits(a.clone(), seconds(3));
    hangs(b.clone());
    let phases = || Shutdown::new().phase("one").shared(a.clone()).phase("two").shared(b.clone());
    let start = Instant::now();
    let (one, two) = tokio::join!(run(phases()), run(phases()));
    assert_eq!(start.elapsed(), seconds(23));
    assert_eq!((one.to_string(), one.code()), (two.to_string(), 1));
}

#[tokio::test(start_paused = true)]
async fn a_run_in_progress_and_the_calls_it_makes_are_kept_and_others_refused() {
    let (server, _told) = Server::new();
    let looping = server.flushes();
    sleep(seconds(11)).await;
    let outside = server.clone();
    let runs = Arc::clone(&server.runs);
    let shutdown = tokio::spawn(run(Shutdown::new().phase("service").owner(server)));
    sleep(seconds(1)).await;
    assert_eq!(outside.takes(Duration::ZERO).admitted().map(drop), Err(Rejected::Draining));
    let report = shutdown.await.unwrap();
    assert_eq!(runs.load(Relaxed), 10 + 1);
    assert!(looping.await.is_ok());
    // The loop's run, and the call that the run made.
    assert_eq!(drains(&report), [("service", "server", 4, 2, 0)]);
    assert!(report.is_clean() && report.to_string().contains("; 1 call refused meanwhile"), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_task_that_shuts_its_own_service_down_waits_for_itself_no_longer_than_its_timeout() {
    let (server, _told) = Server::new();
    let trace = Trace::record();
    let waiting = server.shuts_down();
    settle().await;
    let told = trace.events().iter().any(|event| format!("{event:?}").contains("awaits the drain of its own tracker"));
    assert!(told, "{:?}", trace.events());
    assert!(matches!(server.takes(Duration::ZERO).admitted(), Err(Rejected::Draining)), "it has begun");
    let report = run(Shutdown::new().phase("service").owner(server)).await;
    assert!(matches!(waiting.await, Err(TaskError::TimedOut { .. })));
    assert_eq!(drains(&report), [("service", "server", 5, 1, 0)]);
}

#[tokio::test(start_paused = true)]
async fn a_worker_in_back_off_holds_nobody_up_and_is_not_cut_short() {
    let (server, _told) = Server::new();
    let runs = Arc::clone(&server.runs);
    let crashing = server.crashes();
    settle().await;
    assert_eq!(runs.load(Relaxed), 1, "it has failed, and waits for an hour");
    let report = run(Shutdown::new().phase("service").owner(server)).await;
    assert_eq!(drains(&report), [("service", "server", 0, 0, 0)]);
    assert!(matches!(crashing.await, Err(TaskError::Cancelled(CancelCause::Shutdown))));
    sleep(seconds(3 * 3_600)).await;
    assert_eq!((runs.load(Relaxed), Arc::strong_count(&runs)), (1, 1), "it does not come back");
}

/// A service that works with another.
#[derive(Clone, TaskOwner)]
struct Front {
    tasks: OwnedTracker,
    store: Server,
    #[tasks(allow = "lives for as long as anybody reads it; has a phase of its own")]
    cache: Arc<Quick>,
}

impl Front {
    fn new() -> (Self, mpsc::UnboundedReceiver<CancelCause>) {
        let (store, told) = Server::new();
        (Self { tasks: OwnedTracker::bounded("front", 8), store, cache: Arc::new(Quick::new()) }, told)
    }
}

#[owned_tasks]
impl Front {
    #[detached(timeout = "10s")]
    async fn handles(&self) -> [Result<(), Rejected>; 2] {
        sleep(seconds(3)).await;
        [self.store.takes(seconds(4)).admitted().map(drop), self.cache.fills().admitted().map(drop)]
    }
}

#[owned_tasks]
impl Quick {
    #[detached(timeout = "3s")]
    async fn fills(&self) {
        sleep(seconds(2)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn services_inside_a_service_have_phases_of_their_own_after_it() {
    let (front, mut told) = Front::new();
    let (store, cache) = (front.store.clone(), Quick::clone(&front.cache));
    front.store.works();
    let handled = front.handles();
    let shutdown = Shutdown::new().phase("front").owner(front).phase("stores").owner(store).owner(cache);
    assert_eq!(shutdown.budget(), seconds(20 + 1 + 20 + 1));
    let shutdown = tokio::spawn(run(shutdown));
    sleep(seconds(2)).await;
    assert!(told.try_recv().is_err(), "the outer one has gone first, and the inner one has another owner");
    let report = shutdown.await.unwrap();
    assert_eq!(handled.await.unwrap(), [Ok(()), Ok(())], "the inner ones are open while the outer one drains");
    assert_eq!(
        drains(&report),
        [("front", "front", 3, 1, 0), ("stores", "quick", 2, 1, 0), ("stores", "server", 4, 2, 0)]
    );
    assert!(matches!(told.try_recv(), Ok(CancelCause::Shutdown)));
}

#[tokio::test(start_paused = true)]
async fn a_service_inside_a_service_that_is_in_no_phase_ends_with_its_owner() {
    let (front, mut told) = Front::new();
    let runs = Arc::clone(&front.store.runs);
    front.store.works();
    front.handles();
    let report = run(Shutdown::new().phase("front").owner(front)).await;
    assert_eq!(drains(&report), [("front", "front", 3, 1, 0)], "the report speaks of what is in a phase");
    settle().await;
    assert!(matches!(told.try_recv(), Ok(CancelCause::OwnerDropped)), "its worker was told");
    sleep(seconds(5)).await;
    assert_eq!((runs.load(Relaxed), Arc::strong_count(&runs)), (1, 1), "its bounded work went on to its end");
}

#[tokio::test(start_paused = true)]
async fn a_service_inside_a_service_is_not_owned_by_the_tasks_of_the_outer_one() {
    let (front, mut told) = Front::new();
    front.store.works();
    let handled = front.handles();
    settle().await;
    drop(front);
    settle().await;
    assert!(matches!(told.try_recv(), Ok(CancelCause::OwnerDropped)), "told at once, while the task goes on");
    let [store, cache] = handled.await.unwrap();
    assert_eq!((store, cache), (Err(Rejected::OwnerGone), Ok(())), "the shared one is the task's as well");
}

#[tokio::test(start_paused = true)]
async fn a_tracker_that_drains_already_keeps_the_budget_it_began_with() {
    let a = shared("a");
    hangs(a.clone());
    let early = tokio::spawn({
        let a = a.clone();
        async move { a.drain().await }
    });
    sleep(seconds(15)).await;
    let start = Instant::now();
    let report = run(Shutdown::new().phase("one").shared(a)).await;
    assert_eq!(start.elapsed(), seconds(5));
    assert_eq!(report.to_string(), format!("shutdown: not clean\n[one] {}", early.await.unwrap()));
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_that_is_given_up_leaves_the_phases_that_have_not_begun_open() {
    let (a, b) = (shared("a"), shared("b"));
    waits(a.clone(), seconds(10));
    let shutdown = Shutdown::new().phase("one").shared(a.clone()).phase("two").shared(b.clone());
    assert!(tokio::time::timeout(seconds(1), shutdown.run()).await.is_err());
    sleep(seconds(30)).await;
    assert_eq!((a.is_draining(), b.is_draining()), (true, false));
    assert!(waits(b, Duration::ZERO).await.is_ok());
}

#[test]
fn a_run_that_never_yields_is_named_and_the_phases_after_it_drain_all_the_same() {
    #[derive(Clone, TaskOwner)]
    struct Blocks {
        tasks: OwnedTracker<1>,
        began: mpsc::UnboundedSender<()>,
        release: Arc<Mutex<std::sync::mpsc::Receiver<()>>>,
    }

    #[owned_tasks]
    impl Blocks {
        #[periodic(every = "1h", timeout = "1s", immediate)]
        async fn spins(&self) {
            self.began.send(()).unwrap();
            // Blocks its thread, as a bug in a service does. Released in the end, so that a broken shutdown fails this
            // test, and does not hang it.
            let _ = self.release.lock().unwrap().recv_timeout(seconds(60));
        }
    }

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (release, released) = std::sync::mpsc::channel();
    runtime.block_on(async {
        let (began, mut has_begun) = mpsc::unbounded_channel();
        let tasks = OwnedTracker::bounded("blocks", 8).drain_budget::<1>();
        let blocks = Blocks { tasks, began, release: Arc::new(Mutex::new(released)) };
        let after = shared("after");
        let ends = listens(after.clone());
        blocks.spins();
        has_begun.recv().await.unwrap();
        let shutdown = tokio::spawn(Shutdown::new().phase("blocks").owner(blocks).phase("after").shared(after).run());
        let report = shutdown.await.unwrap();
        assert!(matches!(ends.await, Ok(CancelCause::Shutdown)));
        let phases: Vec<_> = report.phases().collect();
        let [("blocks", [blocks]), ("after", [after])] = &*phases else { panic!("{report}") };
        let [stuck] = blocks.stragglers() else { panic!("{report}") };
        assert_eq!((stuck.site().name(), stuck.fate()), ("spins", Fate::Stuck), "{report}");
        assert_eq!((after.finished(), after.is_clean()), (1, true), "{report}");
        assert_eq!(report.code(), 1);
        release.send(()).unwrap();
    });
}
