//! A loop that is asked to run now: many who ask share one run, each is told how it ended, and the schedule stays.

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::Poll;
use std::time::Duration;

use outlive::{
    CancelCause, OwnedTracker, Reason, Rejected, RunNow, TaskHandle, TaskOwner, Tracker, detached, owned_tasks,
    periodic, worker,
};
use outlive_tests::Trace;
use tokio::time::{Instant, sleep};

/// What the runs of a loop do, and when they began, in milliseconds.
#[derive(Clone)]
struct Desk {
    start: Instant,
    begun: Arc<Mutex<Vec<u64>>>,
    takes: Duration,
}

impl Desk {
    fn new(takes: Duration) -> Self {
        Self { start: Instant::now(), begun: Arc::default(), takes }
    }

    fn begun(&self) -> Vec<u64> {
        self.begun.lock().unwrap().clone()
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap()
    }

    async fn work(&self) {
        self.begun.lock().unwrap().push(self.elapsed());
        sleep(self.takes).await;
    }
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn shared() -> Arc<Tracker> {
    Arc::new(Tracker::bounded("shared", 8))
}

#[periodic(every = "1s", timeout = "5s", track = tracker)]
async fn works(tracker: Arc<Tracker>, desk: Desk) {
    desk.work().await;
}

#[periodic(every = "1s", timeout = "5s", missed = burst, track = tracker)]
async fn works_in_bursts(tracker: Arc<Tracker>, desk: Desk) {
    desk.work().await;
}

/// As the task is asked to poll it once.
async fn is_pending(run: &mut RunNow) -> bool {
    poll_fn(|cx| Poll::Ready(std::pin::Pin::new(&mut *run).poll(cx).is_pending())).await
}

#[test]
fn a_run_that_is_asked_for_is_a_future_to_keep_and_to_send() {
    fn keeps<T: Future<Output = Result<(), Reason>> + Send + Sync + Unpin + 'static>() {}
    keeps::<RunNow>();
}

#[tokio::test(start_paused = true)]
async fn a_loop_runs_when_it_is_asked_and_its_schedule_stays() {
    let (tracker, desk) = (shared(), Desk::new(millis(100)));
    let working = works(tracker, desk.clone());
    assert!(matches!(working.now().await, Ok(())));
    assert_eq!((desk.elapsed(), desk.begun()), (100, vec![0]), "it has not waited for its first period");
    sleep(millis(1_300)).await;
    assert!(working.now().await.is_ok());
    sleep(millis(1_000)).await;
    assert_eq!(desk.begun(), [0, 1_000, 1_400, 2_000]);
}

#[tokio::test(start_paused = true)]
async fn many_who_ask_at_once_share_one_run() {
    let (tracker, desk) = (shared(), Desk::new(millis(100)));
    let working = works(tracker, desk.clone());
    let asked: Vec<RunNow> = (0..100).map(|_| working.now()).collect();
    for run in asked {
        assert!(run.await.is_ok());
        assert_eq!(desk.elapsed(), 100);
    }
    assert_eq!(desk.begun(), [0]);
}

#[tokio::test(start_paused = true)]
async fn who_asks_while_a_run_is_under_way_shares_that_one() {
    let (tracker, desk) = (shared(), Desk::new(millis(500)));
    let working = works(tracker, desk.clone());
    sleep(millis(1_200)).await;
    assert!(working.now().await.is_ok());
    assert_eq!((desk.elapsed(), desk.begun()), (1_500, vec![1_000]));
    assert!(working.now().await.is_ok());
    assert_eq!((desk.elapsed(), desk.begun()), (2_000, vec![1_000, 1_500]), "and whoever asks later, another one");
}

#[tokio::test(start_paused = true)]
async fn what_is_due_while_such_a_run_is_under_way_is_missed() {
    let (tracker, desk) = (shared(), Desk::new(millis(700)));
    let working = works(tracker.clone(), desk.clone());
    sleep(millis(500)).await;
    working.now();
    sleep(millis(1_000)).await;
    assert_eq!(desk.begun(), [500], "it is left out");
    sleep(millis(1_000)).await;
    assert_eq!(desk.begun(), [500, 2_000]);
    drop(working);

    let desk = Desk::new(millis(700));
    let working = works_in_bursts(tracker, desk.clone());
    sleep(millis(500)).await;
    working.now();
    sleep(millis(2_000)).await;
    assert_eq!(desk.begun(), [500, 1_200, 2_000], "it is made up for");
}

#[tokio::test(start_paused = true)]
async fn who_no_longer_waits_changes_nothing() {
    let (tracker, desk) = (shared(), Desk::new(millis(100)));
    let working = works(tracker, desk.clone());
    let (mut first, mut second) = (working.now(), working.now());
    assert!(is_pending(&mut first).await && is_pending(&mut second).await);
    drop(first);
    assert!(second.await.is_ok(), "others are told");
    working.now();
    sleep(millis(50)).await;
    assert_eq!(desk.begun(), [0, 100], "and a run that nobody waits for takes place");
}

#[derive(Clone, Copy)]
enum Ends {
    Failed,
    Panicked,
    TimedOut,
    Cancelled,
}

#[periodic(every = "1h", timeout = "2s", grace = "1s", track = tracker)]
async fn ends(tracker: Arc<Tracker>, how: Ends) -> Result<(), String> {
    match how {
        Ends::Failed => Err("disk full".to_owned()),
        Ends::Panicked => panic!("a bug"),
        Ends::TimedOut | Ends::Cancelled => std::future::pending().await,
    }
}

#[tokio::test(start_paused = true)]
async fn each_who_waits_is_told_how_the_run_ended() {
    async fn passes_it_on(run: RunNow) -> Result<(), Box<dyn std::error::Error>> {
        Ok(run.await?)
    }

    let tracker = shared();
    let asked = |how| {
        let handle = ends(tracker.clone(), how);
        let runs = [handle.now(), handle.now()];
        (handle, runs)
    };
    for run in asked(Ends::Failed).1 {
        assert!(matches!(run.await, Err(Reason::Failed(error)) if error == "disk full"));
    }
    let [run, _] = asked(Ends::Failed).1;
    assert_eq!(passes_it_on(run).await.unwrap_err().to_string(), "failed: disk full");
    for run in asked(Ends::Panicked).1 {
        assert!(matches!(run.await, Err(Reason::Panicked(message)) if message == "a bug"));
    }
    for run in asked(Ends::TimedOut).1 {
        let end = run.await;
        let Err(Reason::TimedOut { timeout, grace, .. }) = end else { panic!("{end:?}") };
        assert_eq!((timeout, grace), (Duration::from_secs(2), Duration::from_secs(1)));
    }
    let (handle, runs) = asked(Ends::Cancelled);
    sleep(millis(10)).await;
    handle.abort(CancelCause::Requested);
    for run in runs {
        assert!(matches!(run.await, Err(Reason::Cancelled(CancelCause::Disconnected))), "its loop has gone");
    }
}

#[periodic(every = "1h", timeout = "2s", track = tracker)]
async fn fails(tracker: Arc<Tracker>) -> Result<(), &'static str> {
    Err("disk full")
}

#[tokio::test(start_paused = true)]
async fn who_has_been_told_finds_the_run_counted_and_its_place_free() {
    let tracker = shared();
    let handle = fails(tracker.clone());
    assert!(handle.now().await.is_err());
    let counts = handle.site().counts();
    assert_eq!((counts.failed, counts.live, counts.loops), (1, 0, 1), "the loop is there: {counts:?}");
    assert_eq!(tracker.live(), 1);
}

#[worker(track = tracker)]
async fn consumes(tracker: Arc<Tracker>) {
    std::future::pending::<()>().await;
}

#[detached(timeout = "1s", track = tracker)]
async fn writes(tracker: Arc<Tracker>) {}

#[tokio::test(start_paused = true)]
async fn what_is_no_loop_of_runs_says_so_and_is_not_counted_as_refused() {
    let tracker = shared();
    for handle in [consumes(tracker.clone()), writes(tracker.clone())] {
        assert!(matches!(handle.now().await, Err(Reason::Rejected(Rejected::NotPeriodic))));
        assert_eq!(handle.site().counts().rejected, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_has_ended_says_so_and_one_that_never_began_says_why() {
    let tracker = Arc::new(Tracker::bounded("one", 1));
    let mut working = works(tracker.clone(), Desk::new(millis(1)));
    let full = works(tracker.clone(), Desk::new(millis(1)));
    assert!(matches!(full.now().await, Err(Reason::Rejected(Rejected::Full))));
    assert_eq!(full.admitted().map(drop), Err(Rejected::Full), "that it was refused is still to be seen");

    let asked_before = working.now();
    working.abort(CancelCause::Requested);
    assert!(matches!(asked_before.await, Err(Reason::Rejected(Rejected::Ended))), "no run has begun");
    assert!(matches!(working.now().await, Err(Reason::Rejected(Rejected::Ended))));
    assert!((&mut working).await.is_err());
    assert!(matches!(working.now().await, Err(Reason::Rejected(Rejected::Ended))));

    let other = works(tracker.clone(), Desk::new(millis(1)));
    assert!(other.now().await.is_ok());
    assert!(matches!(working.now().await, Err(Reason::Rejected(Rejected::Ended))), "that is another loop");

    assert!(tracker.drain().await.is_clean());
    assert!(matches!(other.now().await, Err(Reason::Rejected(Rejected::Ended))));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_goes_on_when_its_loop_has_been_cancelled_still_tells_its_end() {
    let (tracker, desk) = (shared(), Desk::new(Duration::from_secs(3)));
    let working = works(tracker.clone(), desk.clone());
    let mut run = working.now();
    assert!(is_pending(&mut run).await);
    sleep(millis(500)).await;
    let (report, end) = tokio::join!(tracker.drain(), run);
    assert!(report.is_clean() && end.is_ok(), "{report}");
    assert_eq!(desk.elapsed(), 3_000);
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_waits_for_its_place_runs_when_it_has_it() {
    let tracker = Arc::new(Tracker::bounded("queued", 1).queue(2));
    let first = consumes(tracker.clone());
    let desk = Desk::new(millis(100));
    let (working, never) = (works(tracker.clone(), desk.clone()), works(tracker.clone(), desk.clone()));
    let (mut run, in_vain) = (working.now(), never.now());
    sleep(millis(300)).await;
    assert!(is_pending(&mut run).await && desk.begun().is_empty());
    first.abort(CancelCause::Requested);
    assert!(run.await.is_ok());
    assert_eq!(desk.begun(), [300]);
    assert!(tracker.drain().await.is_clean());
    assert!(matches!(in_vain.await, Err(Reason::Rejected(Rejected::Ended))));
}

/// A service whose clones panic, once it is said.
#[derive(TaskOwner)]
struct Fragile {
    tasks: OwnedTracker,
    breaks: Arc<AtomicUsize>,
}

impl Clone for Fragile {
    fn clone(&self) -> Self {
        assert!(self.breaks.fetch_sub(1, Relaxed) != 1, "cannot be cloned now");
        Self { tasks: self.tasks.clone(), breaks: Arc::clone(&self.breaks) }
    }
}

#[owned_tasks]
impl Fragile {
    #[periodic(every = "1h", timeout = "1s")]
    async fn refreshes(&self) {}
}

#[tokio::test(start_paused = true)]
async fn a_run_that_panics_before_its_body_begins_has_panicked() {
    let service = Fragile { tasks: OwnedTracker::bounded("fragile", 4), breaks: Arc::new(AtomicUsize::new(2)) };
    let refreshing = service.refreshes();
    assert!(
        matches!(refreshing.now().await, Err(Reason::Panicked(message)) if message.contains("cannot be cloned now"))
    );
    assert!(refreshing.now().await.is_ok(), "the loop goes on");
    let second = service.refreshes();
    assert!(matches!(second.now().await, Err(Reason::Rejected(Rejected::AlreadyStarted))));
    let asked = refreshing.now();
    drop(service);
    assert!(matches!(asked.await, Err(Reason::Rejected(Rejected::Ended)) | Ok(())));
    assert!(matches!(refreshing.now().await, Err(Reason::Rejected(Rejected::Ended))));
}

#[periodic(every = "1h", timeout = "5s", immediate, track = tracker)]
async fn asks_itself(tracker: Arc<Tracker>, own: Arc<Mutex<Option<outlive::TaskHandle<()>>>>, runs: Arc<AtomicUsize>) {
    runs.fetch_add(1, Relaxed);
    if let Some(own) = &*own.lock().unwrap() {
        own.now();
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_asks_for_itself_is_the_one_under_way() {
    let (own, runs) = (Arc::new(Mutex::new(None)), Arc::<AtomicUsize>::default());
    let handle = asks_itself(shared(), Arc::clone(&own), Arc::clone(&runs));
    *own.lock().unwrap() = Some(handle);
    sleep(Duration::from_secs(60)).await;
    assert_eq!(runs.load(Relaxed), 1);
}

#[test]
fn who_waits_for_a_run_that_is_lost_with_its_runtime_is_told() {
    let tracker = shared();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (handle, under_way) = runtime.block_on(async {
        let handle = ends(tracker.clone(), Ends::TimedOut);
        let run = handle.now();
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        (handle, run)
    });
    drop(runtime);
    let elsewhere = tokio::runtime::Builder::new_current_thread().build().unwrap();
    elsewhere.block_on(async {
        let end = under_way.await;
        assert!(matches!(end, Err(Reason::Lost | Reason::Cancelled(_))), "{end:?}");
        assert!(matches!(handle.now().await, Err(Reason::Rejected(Rejected::Ended))));
    });
}

#[periodic(every = "1h", timeout = "5s", track = tracker)]
async fn counts(tracker: Arc<Tracker>, runs: Arc<AtomicUsize>) {
    runs.fetch_add(1, Relaxed);
    tokio::task::yield_now().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_asks_from_any_thread_is_told() {
    const EACH: usize = 500;
    let (tracker, runs) = (shared(), Arc::<AtomicUsize>::default());
    let handle = Arc::new(counts(tracker.clone(), Arc::clone(&runs)));
    let asking: Vec<_> = (0..8)
        .map(|_| {
            let (handle, runs) = (Arc::clone(&handle), Arc::clone(&runs));
            tokio::spawn(async move {
                for _ in 0..EACH {
                    let before = handle.site().counts().completed;
                    handle.now().await.expect("each run ends well");
                    assert!(handle.site().counts().completed > before, "one that had not ended before");
                }
                runs.load(Relaxed)
            })
        })
        .collect();
    for asking in asking {
        assert!(asking.await.unwrap() >= EACH);
    }
    assert!(runs.load(Relaxed) <= 8 * EACH);
    assert!(tracker.drain().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_run_that_awaits_a_run_of_its_own_loop_is_reported_once() {
    #[periodic(every = "1h", timeout = "5s", track = tracker)]
    async fn asks_itself(tracker: Arc<Tracker>, own: Arc<OnceLock<TaskHandle<()>>>) {
        let _keep = tracker;
        drop(own.get().unwrap().now().await);
    }

    let trace = Trace::record();
    let own = Arc::new(OnceLock::new());
    let tracker = shared();
    own.set(asks_itself(tracker.clone(), own.clone())).unwrap();
    assert!(matches!(own.get().unwrap().now().await, Err(Reason::TimedOut { .. })));
    let said = trace.events().into_iter().filter(|event| event.field("message").contains("a run of its own loop"));
    assert_eq!(said.map(|event| event.field("task").to_owned()).collect::<Vec<_>>(), ["asks_itself"]);
    drop(tracker.drain().await);
}
