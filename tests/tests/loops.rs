//! Loops and workers: each run is bounded and counted, a run that fails does not end its loop, a worker comes back, and
//! the tracker's bound holds for all of them.

use std::future::Future as _;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use outlive::{
    CancelCause, Context, OwnedTracker, Rejected, TaskError, TaskOwner, Tracker, detached, owned_tasks, periodic,
    worker,
};
use outlive_tests::Trace;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

type Times = Arc<Mutex<Vec<u64>>>;

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    times: Times,
    began: Instant,
}

impl Server {
    fn new() -> Self {
        Self { tasks: OwnedTracker::bounded("loops", 8), times: Times::default(), began: Instant::now() }
    }

    fn note(&self) {
        self.times.lock().unwrap().push(u64::try_from(self.began.elapsed().as_millis()).unwrap());
    }

    fn times(&self) -> Vec<u64> {
        self.times.lock().unwrap().clone()
    }
}

#[owned_tasks]
impl Server {
    #[periodic(every = "1s", timeout = "500ms")]
    async fn ticks(&self) {
        self.note();
    }

    #[periodic(every = "1s", timeout = "500ms", immediate)]
    async fn ticks_at_once(&self) {
        self.note();
    }

    #[periodic(every = "1s", timeout = "5s", missed = skip)]
    async fn skips(&self) {
        self.takes_long_once().await;
    }

    #[periodic(every = "1s", timeout = "5s", missed = delay)]
    async fn delays(&self) {
        self.takes_long_once().await;
    }

    #[periodic(every = "1s", timeout = "5s", missed = burst)]
    async fn bursts(&self) {
        self.takes_long_once().await;
    }

    async fn takes_long_once(&self) {
        self.note();
        if self.times().len() == 1 {
            sleep(Duration::from_millis(2_500)).await;
        }
    }

    #[periodic(every = "1s", timeout = "500ms")]
    async fn fails_in_turn(&self) -> Result<(), &'static str> {
        self.note();
        match self.times().len() {
            1 => panic!("the first run"),
            2 => std::future::pending().await,
            3 => Err("the third run"),
            _ => Ok(()),
        }
    }

    #[periodic(every = "1s", timeout = "5s")]
    async fn takes_its_time(&self) {
        sleep(Duration::from_secs(3)).await;
        self.note();
    }

    #[worker(grace = "1s", restart = "1s..8s")]
    async fn crashes(&self) -> Result<(), &'static str> {
        self.note();
        if self.times().len() % 2 == 0 { Err("again") } else { panic!("again") }
    }

    #[worker(grace = "1s")]
    async fn crashes_once(&self) {
        panic!("for good");
    }

    #[worker]
    async fn has_no_grace(&self) {
        std::future::pending::<()>().await;
        self.note();
    }
}

#[tokio::test(start_paused = true)]
async fn a_loop_runs_at_its_period_and_first_after_one_unless_told_otherwise() {
    let server = Server::new();
    server.ticks();
    sleep(Duration::from_millis(3_500)).await;
    assert_eq!(server.times(), [1_000, 2_000, 3_000]);

    let server = Server::new();
    server.ticks_at_once();
    sleep(Duration::from_millis(2_500)).await;
    assert_eq!(server.times(), [0, 1_000, 2_000]);
}

#[tokio::test(start_paused = true)]
async fn runs_that_were_missed_are_skipped_delayed_or_made_up_for() {
    let server = Server::new();
    server.skips();
    sleep(Duration::from_millis(5_200)).await;
    assert_eq!(server.times(), [1_000, 4_000, 5_000]);

    let server = Server::new();
    server.delays();
    sleep(Duration::from_millis(5_200)).await;
    assert_eq!(server.times(), [1_000, 3_500, 4_500]);

    let server = Server::new();
    server.bursts();
    sleep(Duration::from_millis(5_200)).await;
    assert_eq!(server.times(), [1_000, 3_500, 3_500, 4_000, 5_000]);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_panics_times_out_or_fails_is_counted_and_the_loop_goes_on() {
    let server = Server::new();
    let site = server.fails_in_turn().site();
    sleep(Duration::from_millis(5_500)).await;
    assert_eq!(server.times().len(), 5);
    let counts = site.counts();
    assert_eq!((counts.panicked, counts.timed_out, counts.failed, counts.completed), (1, 1, 1, 2), "{counts:?}");
    assert_eq!((counts.started, counts.live), (5, 0), "the loop itself is no run");
    assert_eq!(counts.loops, 1, "but it is there to be seen");
    assert!(server.shutdown().await.is_clean());
    assert_eq!(site.counts().loops, 0);
}

#[tokio::test(start_paused = true)]
async fn a_second_start_of_a_loop_on_one_owner_is_refused_until_the_first_has_ended() {
    let server = Server::new();
    let first = server.ticks();
    assert_eq!(server.ticks().admitted().map(drop), Err(Rejected::AlreadyStarted));
    assert_eq!(server.clone().ticks().admitted().map(drop), Err(Rejected::AlreadyStarted));
    assert!(Server::new().ticks().admitted().is_ok(), "another owner has one of its own");
    first.abort(CancelCause::Requested);
    assert!(first.await.is_err());
    assert!(server.ticks().admitted().is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_run_in_progress_finishes_within_its_timeout_when_its_loop_ends() {
    let server = Server::new();
    let looping = server.takes_its_time();
    sleep(Duration::from_millis(1_500)).await;
    let report = server.shutdown().await;
    assert!(looping.await.is_ok());
    assert_eq!(server.times(), [4_000]);
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.took(), Duration::from_millis(2_500));
}

#[tokio::test(start_paused = true)]
async fn a_worker_comes_back_after_a_panic_and_an_err_with_growing_delays() {
    let trace = Trace::record();
    let server = Server::new();
    let handle = server.crashes();
    sleep(Duration::from_secs(60)).await;
    let times = server.times();
    let gaps: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // It doubles, and the jitter is in between.
    for (gap, least) in gaps.iter().zip([1_000, 2_000, 4_000, 4_000, 4_000, 4_000]) {
        assert!((least..=2 * least + 1).contains(gap), "{gaps:?}");
    }
    let counts = handle.site().counts();
    assert_eq!(counts.panicked + counts.failed, times.len() as u64, "{counts:?}");
    assert!(counts.panicked > 1 && counts.failed > 1);
    let events = trace.events();
    for message in ["worker panicked", "worker failed"] {
        let mut of_it = events.iter().filter(|event| event.field("message") == message);
        assert!(of_it.next().is_some_and(|event| event.field("cause") == "again"), "the same each time: {events:?}");
    }
    for event in &events {
        let seconds = event.field("restart_in").strip_suffix('s').and_then(|seconds| seconds.parse::<f64>().ok());
        assert!(seconds.is_some_and(|seconds| (1.0..=8.0).contains(&seconds)), "{event:?}");
    }
    let start = Instant::now();
    let report = server.shutdown().await;
    assert!(start.elapsed() <= Duration::from_secs(1), "a worker in back-off does not keep a shutdown waiting");
    assert!(report.aborted() == 0, "{report}");
    assert!(matches!(handle.await, Err(TaskError::Cancelled(CancelCause::Shutdown))));
}

#[tokio::test(start_paused = true)]
async fn a_worker_without_restart_ends_with_its_panic() {
    let server = Server::new();
    match server.crashes_once().await {
        Err(TaskError::Panicked(panic)) => assert_eq!(panic.message(), "for good"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_without_grace_is_dropped_as_soon_as_it_is_told_and_has_ended_as_it_asked() {
    let trace = Trace::record();
    let server = Server::new();
    let handle = server.has_no_grace();
    tokio::task::yield_now().await;
    let start = Instant::now();
    let report = server.shutdown().await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert!(matches!(handle.await, Err(TaskError::Cancelled(CancelCause::Shutdown))));
    assert_eq!((report.finished(), report.is_clean()), (1, true));
    assert!(trace.events().iter().all(|event| !event.is_report()), "nothing has gone wrong");
}

/// A service whose clones panic, once it is said.
#[derive(TaskOwner)]
struct Fragile {
    tasks: OwnedTracker,
    breaks: Arc<AtomicUsize>,
    runs: Arc<AtomicUsize>,
}

impl Clone for Fragile {
    fn clone(&self) -> Self {
        assert!(self.breaks.fetch_sub(1, Relaxed) != 1, "cannot be cloned now");
        Self { tasks: self.tasks.clone(), breaks: Arc::clone(&self.breaks), runs: Arc::clone(&self.runs) }
    }
}

#[owned_tasks]
impl Fragile {
    #[periodic(every = "1s", timeout = "500ms")]
    async fn ticks(&self) {
        self.runs.fetch_add(1, Relaxed);
    }

    #[worker(grace = "1s", restart = "1s..2s")]
    async fn comes_back(&self) {
        self.runs.fetch_add(1, Relaxed);
        Context::current().cancelled().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_clone_that_panics_is_a_run_that_panicked_and_the_loop_goes_on() {
    let fragile = || Fragile {
        tasks: OwnedTracker::bounded("fragile", 4),
        // The call's own clone is the first; the second is the first run's.
        breaks: Arc::new(AtomicUsize::new(2)),
        runs: Arc::default(),
    };
    let service = fragile();
    let ticking = service.ticks();
    sleep(Duration::from_millis(3_500)).await;
    assert_eq!((service.runs.load(Relaxed), ticking.site().counts().panicked), (2, 1));
    assert!(!ticking.is_finished());

    let service = fragile();
    let working = service.comes_back();
    sleep(Duration::from_secs(5)).await;
    assert_eq!((service.runs.load(Relaxed), working.site().counts().panicked), (1, 1));
    assert!(service.shutdown().await.is_clean());
    assert!(working.await.is_ok());
}

static SESSIONS: Tracker = Tracker::bounded("sessions", 2);

/// An actor: it owns its state, and lives as long as somebody may write to it.
struct Actor {
    inbox: mpsc::Receiver<u64>,
    sum: u64,
}

impl Actor {
    #[worker(track = SESSIONS, grace = "1s")]
    async fn run(mut self) -> u64 {
        while let Some(number) = self.inbox.recv().await {
            self.sum += number;
        }
        self.sum
    }
}

#[worker(track = SESSIONS)]
async fn session<T: Clone + Send + 'static>(value: T, mut closed: mpsc::Receiver<()>) -> T {
    closed.recv().await;
    value.clone()
}

#[tokio::test(start_paused = true)]
async fn workers_stand_alone_with_arguments_and_generics_within_the_bound() {
    let (to, inbox) = mpsc::channel(8);
    let actor = Actor { inbox, sum: 0 }.run();
    let (close, closed) = mpsc::channel(1);
    let second = session("text", closed);
    let (_keep, full) = mpsc::channel(1);
    assert_eq!(session(7, full).admitted().map(drop), Err(Rejected::Full), "a worker takes a place");
    sleep(Duration::from_secs(3_600)).await;
    to.send(3).await.unwrap();
    to.send(4).await.unwrap();
    drop((to, close));
    assert_eq!((actor.await.unwrap(), second.await.unwrap()), (7, "text"));
}

static LEASES: Tracker = Tracker::bounded("leases", 8);

#[periodic(every = "10s", timeout = "1s", track = LEASES)]
async fn renews(lease: String, renewals: Arc<AtomicUsize>) {
    assert_eq!(lease, "a");
    renewals.fetch_add(1, Relaxed);
}

#[tokio::test(start_paused = true)]
async fn loops_stand_alone_any_number_of_times_and_end_with_their_trackers_drain() {
    let renewals = Arc::new(AtomicUsize::new(0));
    let loops = [renews("a".to_owned(), renewals.clone()), renews("a".to_owned(), renewals.clone())];
    sleep(Duration::from_secs(35)).await;
    assert_eq!(renewals.load(Relaxed), 6);
    let report = LEASES.drain().await;
    assert!(report.is_clean() && report.took().is_zero(), "{report}");
    for handle in loops {
        assert!(handle.await.is_ok());
    }
}

/// How many bodies of these functions run.
#[derive(Clone, Default)]
struct Inside(Arc<AtomicUsize>);

impl Inside {
    fn enter(&self) -> impl Drop + use<> {
        struct Leave(Arc<AtomicUsize>);
        impl Drop for Leave {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Relaxed);
            }
        }
        self.0.fetch_add(1, Relaxed);
        Leave(Arc::clone(&self.0))
    }

    fn now(&self) -> usize {
        self.0.load(Relaxed)
    }
}

#[worker(track = tracker, grace = "1s", restart = "1h..1h")]
async fn follows(tracker: Arc<Tracker>, inside: Inside) -> Result<(), &'static str> {
    let _inside = inside.enter();
    sleep(Duration::from_secs(1)).await;
    Err("the feed has ended")
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_restarted_keeps_its_place_also_between_its_runs() {
    let tracker = Arc::new(Tracker::bounded("feeds", 2));
    let inside = Inside::default();
    let following = [follows(tracker.clone(), inside.clone()), follows(tracker.clone(), inside.clone())];
    assert_eq!(follows(tracker.clone(), inside.clone()).admitted().map(drop), Err(Rejected::Full));
    sleep(Duration::from_millis(500)).await;
    assert_eq!((inside.now(), tracker.live()), (2, 2), "one task each");
    sleep(Duration::from_secs(60)).await;
    assert_eq!((inside.now(), tracker.live()), (0, 2), "both wait to run again");
    assert_eq!(follows(tracker.clone(), inside.clone()).admitted().map(drop), Err(Rejected::Full));
    following[0].abort(CancelCause::Requested);
    tokio::task::yield_now().await;
    let third = follows(tracker.clone(), inside).admitted().unwrap();
    let counts = third.site().counts();
    assert_eq!((counts.failed, counts.cancelled), (2, 0), "what ends between two runs is no end of a run");
    assert_eq!((counts.live, counts.loops), (1, 2), "one runs, and two are there");
    sleep(Duration::from_millis(500)).await;
    let report = tracker.drain().await;
    assert_eq!(
        (report.finished(), report.is_clean()),
        (1, true),
        "the one that ran, and neither was cut short: {report}"
    );
    assert!(third.await.unwrap().is_err(), "its own end");
}

#[periodic(every = "10s", timeout = "15s", track = tracker)]
async fn polls(tracker: Arc<Tracker>, inside: Inside) {
    let _inside = inside.enter();
    sleep(Duration::from_secs(5)).await;
}

#[tokio::test(start_paused = true)]
async fn a_loop_takes_one_place_and_its_runs_take_none() {
    let tracker = Arc::new(Tracker::bounded("polls", 2));
    let inside = Inside::default();
    let _loops = [polls(tracker.clone(), inside.clone()), polls(tracker.clone(), inside.clone())];
    assert_eq!(polls(tracker.clone(), inside.clone()).admitted().map(drop), Err(Rejected::Full));
    sleep(Duration::from_secs(12)).await;
    assert_eq!(inside.now(), 2, "a full tracker does not keep a loop from running");
    let report = tracker.drain().await;
    assert_eq!((report.finished(), report.took()), (2, Duration::from_secs(3)), "the runs; a loop is no work");
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_is_aborted_takes_its_run_along() {
    let tracker = Arc::new(Tracker::bounded("polls", 2));
    let inside = Inside::default();
    let polling = polls(tracker.clone(), inside.clone());
    sleep(Duration::from_secs(12)).await;
    assert_eq!(inside.now(), 1);
    polling.abort(CancelCause::Requested);
    assert!(matches!(polling.await, Err(TaskError::Cancelled(CancelCause::Requested))));
    tokio::task::yield_now().await;
    assert_eq!((inside.now(), tracker.live()), (0, 0));
}

impl Server {
    fn heard(&self) -> Vec<u64> {
        std::mem::take(&mut self.times.lock().unwrap())
    }
}

#[owned_tasks]
impl Server {
    #[periodic(every = "1s", timeout = "500ms")]
    async fn watches<T: Default + Into<u64> + Send + 'static>(&self) {
        self.times.lock().unwrap().push(T::default().into());
    }

    /// Leaves something behind that waits for its context.
    #[worker(grace = "1s", restart = "1s..2s")]
    async fn leaves_a_listener(&self) -> Result<(), &'static str> {
        let context = Context::current();
        let times = self.times.clone();
        tokio::spawn(async move {
            let cause = context.cancelled().await;
            times.lock().unwrap().push(u64::from(matches!(cause, CancelCause::Disconnected)));
        });
        sleep(Duration::from_millis(100)).await;
        Err("again")
    }

    #[worker(grace = "2s", restart = "1s..2s")]
    async fn says_goodbye(&self) -> Result<u64, &'static str> {
        Context::current().cancelled().await;
        sleep(Duration::from_secs(1)).await;
        Ok(7)
    }
}

#[tokio::test(start_paused = true)]
async fn a_generic_loop_may_be_started_once_for_each_of_its_instances() {
    let server = Server::new();
    assert!(server.watches::<u8>().admitted().is_ok());
    assert!(server.watches::<u16>().admitted().is_ok());
    assert_eq!(server.watches::<u8>().admitted().map(drop), Err(Rejected::AlreadyStarted));
    sleep(Duration::from_millis(1_500)).await;
    assert_eq!(server.heard(), [0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_run_of_a_worker_has_a_context_that_ends_with_it() {
    let server = Server::new();
    server.leaves_a_listener();
    sleep(Duration::from_millis(200)).await;
    assert_eq!(server.heard(), [1]);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_restarted_has_its_grace_and_its_last_value_counts() {
    let server = Server::new();
    let worker = server.says_goodbye();
    sleep(Duration::from_millis(200)).await;
    let report = server.shutdown().await;
    assert_eq!((report.finished(), report.took()), (1, Duration::from_secs(1)), "{report}");
    assert_eq!(worker.await.unwrap(), Ok(7));
}

/// A destructor that panics.
#[derive(Clone)]
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("cannot let go");
    }
}

#[worker(track = tracker, restart = "1s..2s")]
async fn holds(tracker: Arc<Tracker>, bomb: Bomb) -> Result<(), &'static str> {
    let _bomb = bomb;
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn destructors_that_panic_in_a_worker_that_is_restarted_do_not_end_the_process() {
    let tracker = Arc::new(Tracker::bounded("bombs", 1));
    let holding = holds(tracker.clone(), Bomb);
    sleep(Duration::from_millis(10)).await;
    holding.abort(CancelCause::Requested);
    assert!(matches!(holding.await, Err(TaskError::Cancelled(CancelCause::Requested))));
    assert_eq!(tracker.live(), 0);
}

#[owned_tasks]
impl Server {
    #[detached(timeout = "9s")]
    async fn takes_nine_seconds(&self) {
        sleep(Duration::from_secs(9)).await;
    }

    #[worker(grace = "1s")]
    async fn is_polled(&self) {
        self.note();
    }

    #[worker]
    async fn is_polled_without_a_grace(&self) {
        self.note();
    }

    #[worker(grace = "1s", restart = "1s..2s")]
    async fn panics_when_told(&self) {
        Context::current().cancelled().await;
        panic!("when told");
    }

    #[worker(grace = "1s", restart = "1s..1s")]
    async fn fails_each_second(&self) -> Result<(), &'static str> {
        self.note();
        Err("again")
    }
}

fn with_a_queue() -> Server {
    Server { tasks: OwnedTracker::bounded("queue", 1).queue(8), ..Server::new() }
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_its_turn_ends_at_once_when_it_is_told() {
    let server = with_a_queue();
    let times = Arc::clone(&server.times);
    let (takes, ticks, works) = (server.takes_nine_seconds(), server.ticks(), server.is_polled());
    sleep(Duration::from_millis(10)).await;
    drop(server);
    for ended in [ticks.await, works.await] {
        assert!(matches!(ended, Err(TaskError::Rejected(Rejected::OwnerGone))), "{ended:?}");
    }
    assert!(!takes.is_finished() && times.lock().unwrap().is_empty());

    let server = with_a_queue();
    let (takes, ticks, works) = (server.takes_nine_seconds(), server.ticks(), server.is_polled());
    sleep(Duration::from_millis(10)).await;
    let shutdown = tokio::spawn(async move { server.shutdown().await });
    for ended in [ticks.await, works.await] {
        assert!(matches!(ended, Err(TaskError::Rejected(Rejected::Draining))), "{ended:?}");
    }
    assert!(!takes.is_finished(), "they have not waited for it");
    let report = shutdown.await.unwrap();
    assert_eq!((report.finished(), report.never_started()), (1, 1), "a loop that never started is no work: {report}");
    assert_eq!(times.lock().unwrap().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_worker_without_grace_that_is_told_before_it_began_does_not_begin() {
    let server = Server::new();
    let times = Arc::clone(&server.times);
    let worker = server.is_polled_without_a_grace();
    drop(server);
    assert!(matches!(worker.await, Err(TaskError::Cancelled(CancelCause::OwnerDropped))));
    assert!(times.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_last_panic_of_a_worker_that_is_restarted_is_its_end() {
    let server = Server::new();
    let worker = server.panics_when_told();
    sleep(Duration::from_millis(10)).await;
    assert!(server.shutdown().await.is_clean(), "it ended by itself");
    match worker.await {
        Err(TaskError::Panicked(panic)) => assert_eq!(panic.message(), "when told"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn no_run_of_a_worker_begins_in_the_instant_of_its_end() {
    // Whichever of the two is polled first, at the second at which the worker would begin anew.
    for starts_first in [true, false] {
        let server = Server::new();
        let times = Arc::clone(&server.times);
        let owner = server.clone();
        let goes = async move {
            sleep(Duration::from_secs(1)).await;
            let before = owner.times().len();
            drop(owner);
            before
        };
        let (worker, before) = if starts_first {
            let worker = server.fails_each_second();
            tokio::task::yield_now().await;
            (worker, tokio::spawn(goes))
        } else {
            let goes = tokio::spawn(goes);
            tokio::task::yield_now().await;
            (server.fails_each_second(), goes)
        };
        drop(server);
        let before = before.await.unwrap();
        assert!(matches!(worker.await, Err(TaskError::Cancelled(CancelCause::OwnerDropped))));
        assert_eq!(times.lock().unwrap().len(), before, "starts first: {starts_first}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_shield_that_a_run_has_forgotten_does_not_protect_the_next_one() {
    #[worker(track = tracker, grace = "10s", restart = "1s..1s")]
    async fn forgets(tracker: Arc<Tracker>, runs: Arc<AtomicUsize>) -> Result<(), &'static str> {
        if runs.fetch_add(1, Relaxed) == 0 {
            let mut section = Box::pin(outlive::shield(std::future::pending::<()>()));
            assert!(std::future::poll_fn(|cx| std::task::Poll::Ready(section.as_mut().poll(cx).is_pending())).await);
            std::mem::forget(section);
            return Err("again");
        }
        std::future::pending().await
    }

    let (tracker, runs) = (Arc::new(Tracker::bounded("forgets", 1)), Arc::<AtomicUsize>::default());
    let worker = forgets(tracker, runs.clone());
    sleep(Duration::from_millis(1_500)).await;
    assert_eq!(runs.load(Relaxed), 2);
    let start = Instant::now();
    worker.abort(CancelCause::Requested);
    assert!(worker.await.is_err());
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[test]
fn a_worker_with_a_grace_says_at_once_that_its_runtime_has_no_clock() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let server =
            Server { tasks: OwnedTracker::bounded("timeless", 8), times: Times::default(), began: Instant::now() };
        match server.says_goodbye().await {
            Err(TaskError::Panicked(panic)) => assert!(panic.message().contains("enable_time"), "{panic:?}"),
            other => panic!("{other:?}"),
        }
        let worker = server.has_no_grace();
        tokio::task::yield_now().await;
        drop(server);
        assert!(matches!(worker.await, Err(TaskError::Cancelled(CancelCause::OwnerDropped))), "it needs none");
    });
}

#[tokio::test(start_paused = true)]
async fn a_loop_does_not_carry_the_request_that_started_it() {
    #[derive(Debug)]
    struct User;
    static HERE: Tracker = Tracker::bounded("here", 8);

    #[worker(track = HERE, grace = "1s")]
    async fn looks() -> (bool, bool) {
        (Context::current().get::<User>().is_none(), Context::current().deadline().is_none())
    }

    let request = Context::root().with(User).with_timeout(Duration::from_secs(1));
    let handle = request.scope(async { looks().admitted() }).await.unwrap().unwrap();
    assert_eq!(handle.await.unwrap(), (true, true));
}
