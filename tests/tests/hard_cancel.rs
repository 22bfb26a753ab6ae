//! An abort ends its task at whatever point it is, with the first cause that was given, and is counted once. Beside
//! `handle.rs` and `shield.rs`, which say what an abort does: here it comes at every moment, and from everywhere.

#![allow(clippy::async_yields_async, reason = "a handle comes back from where it was aborted")]

use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use outlive::{
    CancelCause, Context, Counts, Reason, Rejected, TaskError, TaskHandle, TaskSite, Tracker, Unfinished, detached,
    shield,
};
use outlive_tests::Trace;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Notify, oneshot};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

type Shared = Arc<Tracker>;

fn two_workers() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// A cause that can be told from every other one.
#[derive(Debug)]
struct Numbered(usize);

impl fmt::Display for Numbered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cause {}", self.0)
    }
}

impl Error for Numbered {}

fn cause(number: usize) -> CancelCause {
    CancelCause::Other(Arc::new(Numbered(number)))
}

/// Zero for one that is none of ours.
fn number(cause: &CancelCause) -> usize {
    let CancelCause::Other(other) = cause else { return 0 };
    other.downcast_ref::<Numbered>().unwrap().0
}

/// The number of the cause with which it was cancelled.
#[track_caller]
fn cancelled<T: fmt::Debug>(ended: Result<T, TaskError>) -> usize {
    let Err(TaskError::Cancelled(cause)) = ended else { panic!("not cancelled: {ended:?}") };
    number(&cause)
}

#[track_caller]
fn assert_adds_up(site: &TaskSite) -> Counts {
    let counts = site.counts();
    let ended = counts.completed + counts.failed + counts.timed_out + counts.panicked + counts.cancelled + counts.lost;
    assert_eq!(counts.started, ended + counts.live, "{counts:?}");
    counts
}

/// Where the task is when the abort comes.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Point {
    BeforeItsFirstPoll,
    Queued,
    Waiting,
    InItsGrace,
    InASection,
}

const POINTS: [Point; 5] =
    [Point::BeforeItsFirstPoll, Point::Queued, Point::Waiting, Point::InItsGrace, Point::InASection];

/// Sees its context's cause when it is dropped.
struct Witness(Arc<Mutex<Vec<Option<CancelCause>>>>);

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(Context::current().cause());
    }
}

type Told = Arc<Mutex<Vec<(bool, CancelCause)>>>;

fn hears(unfinished: Unfinished<(Told, Arc<AtomicUsize>, Point)>) {
    let started = unfinished.started();
    let ((told, ..), reason) = unfinished.into_parts();
    let Reason::Cancelled(cause) = reason else { panic!("{reason}") };
    told.lock().unwrap().push((started, cause));
}

async fn hangs(ran: Arc<AtomicUsize>, point: Point) {
    ran.fetch_add(1, SeqCst);
    if point == Point::InASection {
        shield(std::future::pending::<()>()).await;
    }
    std::future::pending::<()>().await;
}

#[tokio::test(start_paused = true)]
async fn the_first_cause_stands_wherever_the_task_is_and_everybody_is_told_that_one() {
    static OWN: Tracker = Tracker::bounded("own", 1).queue(1);

    #[detached(timeout = "5s", grace = "2s", track = OWN, unfinished = hears)]
    async fn tells(_told: Told, ran: Arc<AtomicUsize>, point: Point) {
        hangs(ran, point).await;
    }

    #[detached(timeout = "5s", grace = "2s", track = OWN)]
    async fn sees(_witness: Witness, ran: Arc<AtomicUsize>, point: Point) {
        hangs(ran, point).await;
    }

    let trace = Trace::record();
    for point in POINTS {
        for way in [Way::Often, Way::FromFourThreads, Way::AndDrops, Way::ByItsDrop, Way::AndByItsDrop] {
            for has_a_hook in [false, true] {
                let place = format!("{point:?}, {way:?}, {has_a_hook}");
                let (ran, seen, told) = (Arc::new(AtomicUsize::new(0)), Arc::default(), Told::default());
                let before = (point == Point::Queued).then(|| sees(Witness(Arc::default()), Arc::default(), point));
                let handle = if has_a_hook {
                    tells(Arc::clone(&told), ran.clone(), point)
                } else {
                    sees(Witness(Arc::clone(&seen)), ran.clone(), point)
                };
                let (site, start) = (handle.site(), Instant::now());
                let counts = site.counts();
                match point {
                    Point::BeforeItsFirstPoll => {}
                    Point::InItsGrace => sleep(Duration::from_millis(5_500)).await,
                    Point::Queued | Point::Waiting | Point::InASection => sleep(Duration::from_secs(1)).await,
                }
                let aborted = Instant::now();
                let ended = way.aborts(handle).await;
                while site.counts().cancelled == counts.cancelled {
                    sleep(Duration::from_millis(1)).await;
                }
                // Only a section is given time: the grace.
                let grace = if point == Point::InASection { Duration::from_secs(2) } else { Duration::ZERO };
                assert!((grace..=grace + Duration::from_millis(1)).contains(&aborted.elapsed()), "{place}");
                assert!(start.elapsed() < Duration::from_secs(7));
                assert_eq!(OWN.live(), usize::from(before.is_some()), "{place}");
                assert_eq!(
                    ran.load(SeqCst) > 0,
                    !matches!(point, Point::BeforeItsFirstPoll | Point::Queued),
                    "{place}"
                );

                let is_it = |cause: &CancelCause| match way {
                    Way::ByItsDrop => matches!(cause, CancelCause::Disconnected),
                    _ => ended.is_none_or(|ended| number(cause) == ended) && (1..=4).contains(&number(cause)),
                };
                if has_a_hook {
                    let told = told.lock().unwrap();
                    let [(started, cause)] = &told[..] else { panic!("{place}: {told:?}") };
                    assert_eq!((*started, is_it(cause)), (point != Point::Queued, true), "{place}: {cause}");
                } else {
                    let seen = seen.lock().unwrap();
                    let [Some(cause)] = &seen[..] else { panic!("{place}: {seen:?}") };
                    // One that is in its grace was told before.
                    let was_told = point == Point::InItsGrace && matches!(cause, CancelCause::Timeout);
                    assert!(was_told || is_it(cause), "{place}: {cause}");
                }
                // One after the other: no storm.
                sleep(Duration::from_secs(1)).await;
                let report = trace.report();
                assert_eq!(report.field("message"), "detached task was aborted", "{place}");
                assert!(!report.field("cause").contains("aborted"), "{place}: {report:?}");
                assert_eq!(assert_adds_up(site).cancelled, counts.cancelled + 1, "{place}");
                if let Some(before) = before {
                    before.abort(CancelCause::Requested);
                    assert!(matches!(before.await, Err(TaskError::Cancelled(CancelCause::Requested))));
                    let _ = trace.reports();
                }
                assert_eq!(site.counts().live, 0);
            }
        }
    }
}

/// How it is aborted.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Way {
    /// Before it can look, and after.
    Often,
    FromFourThreads,
    AndDrops,
    ByItsDrop,
    /// Both: the first one stands.
    AndByItsDrop,
}

impl Way {
    /// Gives the number of the cause that its handle gives.
    async fn aborts(self, handle: TaskHandle<()>) -> Option<usize> {
        match self {
            Self::Often => {
                handle.abort(cause(1));
                handle.abort(cause(2));
                yield_now().await;
                handle.abort(cause(3));
                let ended = cancelled(handle.await);
                assert_eq!(ended, 1);
                Some(ended)
            }
            Self::FromFourThreads => {
                let barrier = Barrier::new(4);
                thread::scope(|scope| {
                    for thread in 1..=4 {
                        let (handle, barrier) = (&handle, &barrier);
                        scope.spawn(move || {
                            barrier.wait();
                            handle.abort(cause(thread));
                        });
                    }
                });
                Some(cancelled(handle.await))
            }
            Self::AndDrops => {
                handle.abort(cause(1));
                drop(handle);
                Some(1)
            }
            Self::ByItsDrop => {
                drop(handle.abort_on_drop());
                None
            }
            Self::AndByItsDrop => {
                handle.abort(cause(1));
                drop(handle.abort_on_drop());
                Some(1)
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_cause_comes_back_as_it_was_given() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "5s", track = OWN)]
    async fn hangs() {
        std::future::pending::<()>().await;
    }

    let other: Arc<dyn Error + Send + Sync> = Arc::new(Numbered(7));
    let causes = [
        CancelCause::Timeout,
        CancelCause::Shutdown,
        CancelCause::OwnerDropped,
        CancelCause::Disconnected,
        CancelCause::Requested,
        CancelCause::Other(Arc::clone(&other)),
    ];
    for waits in [false, true] {
        let calls: Vec<_> = causes.iter().map(|cause| (hangs(), cause)).collect();
        if waits {
            yield_now().await;
        }
        for (call, cause) in &calls {
            call.abort((*cause).clone());
        }
        for (call, expected) in calls {
            let Err(TaskError::Cancelled(cause)) = call.await else { panic!("not cancelled") };
            assert_eq!(cause.to_string(), expected.to_string());
            if let CancelCause::Other(cause) = cause {
                assert!(Arc::ptr_eq(&cause, &other));
            }
        }
        // Nobody keeps a cause longer than there is something to say with it.
        assert_eq!(Arc::strong_count(&other), 2, "{waits}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cause_that_came_too_late_is_let_go() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "5s", track = OWN)]
    async fn answers(waits: bool) -> u32 {
        if waits {
            sleep(Duration::from_secs(1)).await;
        }
        42
    }

    let late: Arc<dyn Error + Send + Sync> = Arc::new(Numbered(7));
    for waits in [false, true] {
        let handle = answers(waits);
        sleep(Duration::from_secs(2)).await;
        handle.abort(CancelCause::Other(Arc::clone(&late)));
        handle.abort(CancelCause::Other(Arc::clone(&late)));
        assert_eq!(Arc::strong_count(&late), 1, "{waits}");
        assert_eq!(handle.await.unwrap(), 42);
        // The second of two.
        let handle = answers(waits);
        handle.abort(CancelCause::Requested);
        handle.abort(CancelCause::Other(Arc::clone(&late)));
        assert!(matches!(handle.await, Err(TaskError::Cancelled(CancelCause::Requested))));
        assert_eq!(Arc::strong_count(&late), 1, "{waits}");
    }
}

/// What a body does that is aborted while it runs, on another thread.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Then {
    Returns,
    Fails,
    Waits,
    /// Its first await is a section.
    WaitsInASection,
}

/// The body of a task that is aborted in one of its polls: the first, or a later one.
#[detached(timeout = "15s", grace = "5s", track = tracker)]
async fn runs(
    tracker: Shared,
    first_waits: Option<oneshot::Receiver<()>>,
    inside: mpsc::Sender<()>,
    release: mpsc::Receiver<()>,
    then: Then,
    steps: Arc<AtomicUsize>,
) -> Result<u32, &'static str> {
    let _keep = tracker;
    if let Some(go) = first_waits {
        go.await.unwrap();
    }
    inside.send(()).unwrap();
    release.recv().unwrap();
    match then {
        Then::Returns => return Ok(42),
        Then::Fails => return Err("failed"),
        Then::Waits => std::future::pending().await,
        Then::WaitsInASection => {
            shield(async {
                for _ in 0..3 {
                    yield_now().await;
                }
                steps.fetch_add(1, SeqCst);
            })
            .await;
        }
    }
    std::future::pending::<()>().await;
    steps.fetch_add(1, SeqCst);
    Ok(0)
}

#[test]
fn a_task_that_runs_on_another_thread_is_aborted_at_its_next_await_and_not_where_it_has_none() {
    let runtime = two_workers();
    for round in 0..40 {
        for waits_first in [false, true] {
            for then in [Then::Returns, Then::Fails, Then::Waits, Then::WaitsInASection] {
                let tracker = Arc::new(Tracker::bounded("tracker", 1));
                let steps = Arc::new(AtomicUsize::new(0));
                let ((inside, is_inside), (release, released)) = (mpsc::channel(), mpsc::channel());
                let (go, goes) = oneshot::channel();
                let handle = {
                    let _entered = runtime.enter();
                    runs(tracker.clone(), waits_first.then_some(goes), inside, released, then, steps.clone())
                };
                let site = handle.site();
                let before = site.counts();
                if waits_first {
                    go.send(()).unwrap();
                }
                is_inside.recv().unwrap();
                handle.abort(cause(1));
                if round % 2 == 0 {
                    handle.abort(cause(2));
                }
                assert!(!handle.is_finished());
                assert_eq!((tracker.live(), site.counts().live), (1, 1));
                release.send(()).unwrap();
                let ended = runtime.block_on(handle);
                match then {
                    // What a body gives in the poll in which it runs, it has given.
                    Then::Returns => assert_eq!(ended.unwrap(), Ok(42)),
                    Then::Fails => assert_eq!(ended.unwrap(), Err("failed")),
                    Then::Waits | Then::WaitsInASection => assert_eq!(cancelled(ended), 1),
                }
                // A section that it came to after the abort did not begin.
                assert_eq!(steps.load(SeqCst), 0, "{then:?}");
                let counts = assert_adds_up(site);
                let is_cancelled = matches!(then, Then::Waits | Then::WaitsInASection);
                assert_eq!(counts.cancelled, before.cancelled + u64::from(is_cancelled));
                assert_eq!((tracker.live(), counts.live), (0, 0));
            }
        }
    }
}

#[test]
fn an_abort_at_any_moment_lets_a_section_that_has_begun_go_to_its_end() {
    const CALLS: usize = 4_000;
    static OWN: Tracker = Tracker::bounded("own", 64).queue(CALLS);

    #[derive(Default)]
    struct Steps {
        begun: AtomicUsize,
        ended: AtomicUsize,
        after: AtomicUsize,
    }

    #[detached(timeout = "5s", grace = "15s", track = OWN)]
    async fn books(steps: Arc<Steps>, yields: usize) {
        if yields % 2 == 0 {
            yield_now().await;
        }
        shield(async {
            steps.begun.fetch_add(1, SeqCst);
            for _ in 0..yields % 5 {
                yield_now().await;
            }
            steps.ended.fetch_add(1, SeqCst);
        })
        .await;
        std::future::pending::<()>().await;
        steps.after.fetch_add(1, SeqCst);
    }

    let (runtime, steps) = (two_workers(), Arc::new(Steps::default()));
    runtime.block_on(async {
        let callers: Vec<_> = (0..4)
            .map(|caller| {
                let steps = steps.clone();
                tokio::spawn(async move {
                    let mut calls = Vec::new();
                    for number in 0..CALLS / 4 {
                        let handle = books(steps.clone(), number);
                        // At once, or a little later, on this thread or the other.
                        for _ in 0..(number + caller) % 3 {
                            yield_now().await;
                        }
                        let handle = if number % 4 == 0 {
                            tokio::task::spawn(async move {
                                handle.abort(cause(number));
                                handle
                            })
                            .await
                            .unwrap()
                        } else {
                            handle.abort(cause(number));
                            handle
                        };
                        calls.push((handle, number));
                    }
                    for (call, number) in calls {
                        assert_eq!(cancelled(call.await), number);
                    }
                })
            })
            .collect();
        for caller in callers {
            caller.await.unwrap();
        }
    });
    assert_eq!((steps.begun.load(SeqCst), steps.after.load(SeqCst)), (steps.ended.load(SeqCst), 0));
    let site = outlive::sites().find(|site| site.name() == "books").unwrap();
    let counts = assert_adds_up(site);
    assert_eq!((counts.cancelled, counts.live, counts.queued, OWN.live()), (CALLS as u64, 0, 0, 0));
}

/// What a body does in the race below.
#[derive(Clone, Copy)]
enum Race {
    EndsAtOnce,
    Yields(usize),
    Hangs,
    Waits(u64),
    Shields,
}

#[allow(clippy::too_many_lines, reason = "one race")]
#[test]
fn aborted_and_let_go_at_once_thousands_of_times_everybody_is_counted_once() {
    const CALLERS: usize = 4;
    const CALLS: usize = 5_000;
    static WIDE: Tracker = Tracker::unbounded("wide");
    static NARROW: Tracker = Tracker::bounded("narrow", 3).queue(20);

    struct Drops(Arc<AtomicUsize>);

    impl Drop for Drops {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }

    async fn body(race: Race) {
        match race {
            Race::EndsAtOnce => {}
            Race::Yields(times) => {
                for _ in 0..times {
                    yield_now().await;
                }
            }
            Race::Hangs => std::future::pending().await,
            Race::Waits(micros) => sleep(Duration::from_micros(micros)).await,
            Race::Shields => shield(yield_now()).await,
        }
    }

    #[detached(timeout = "5s", track = WIDE)]
    async fn plain(drops: Drops, race: Race) -> Drops {
        body(race).await;
        drops
    }

    #[detached(timeout = "5s", grace = "5s", track = NARROW)]
    async fn queued(drops: Drops, race: Race) -> Drops {
        body(race).await;
        drops
    }

    let dropped = Arc::new(AtomicUsize::new(0));
    let (runtime, sites) = (two_workers(), Mutex::new(None));
    let seen = Mutex::new(Counts::default());
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let (runtime, dropped, sites, seen) = (runtime.handle().clone(), dropped.clone(), &sites, &seen);
            scope.spawn(move || {
                let _entered = runtime.enter();
                let mut own = Counts::default();
                for number in 0..CALLS {
                    let race = match (number * 7 + caller) % 6 {
                        0 => Race::EndsAtOnce,
                        1 => Race::Yields(1),
                        2 => Race::Yields(5),
                        3 => Race::Hangs,
                        4 => Race::Waits(number as u64 % 300),
                        _ => Race::Shields,
                    };
                    let call = if number % 2 == 0 { plain } else { queued };
                    let handle: TaskHandle<Drops> = call(Drops(dropped.clone()), race);
                    sites.lock().unwrap().get_or_insert_with(Vec::new).push(handle.site());
                    for _ in 0..number % 4 * 20 {
                        std::hint::spin_loop();
                    }
                    match number % 5 {
                        0 => {
                            handle.abort(cause(number));
                            drop(handle);
                        }
                        1 => drop(handle.abort_on_drop()),
                        2 => {
                            handle.abort(cause(number));
                            match runtime.block_on(handle) {
                                Ok(_) => own.completed += 1,
                                Err(TaskError::Rejected(Rejected::Full)) => own.rejected += 1,
                                ended => {
                                    assert_eq!(cancelled(ended.map(|_| ())), number);
                                    own.cancelled += 1;
                                }
                            }
                        }
                        3 => thread::scope(|scope| {
                            // Two others at the same time.
                            scope.spawn(|| handle.abort(cause(number)));
                            handle.abort(cause(number));
                        }),
                        _ if number % 3 == 0 || matches!(race, Race::Hangs) => handle.abort(cause(number)),
                        _ => {}
                    }
                }
                let mut seen = seen.lock().unwrap();
                seen.completed += own.completed;
                seen.cancelled += own.cancelled;
                seen.rejected += own.rejected;
            });
        }
    });
    let sites = sites.into_inner().unwrap().unwrap();
    let (plain, queued) = (sites[0], sites[1]);
    runtime.block_on(async {
        for report in [WIDE.drain().await, NARROW.drain().await] {
            // What was aborted before, and has not ended yet, is aborted in the drain.
            assert_eq!((report.stuck(), report.never_started(), report.cancelled()), (0, 0, 0), "{report}");
        }
    });
    let (plain, queued) = (assert_adds_up(plain), assert_adds_up(queued));
    let calls = (CALLERS * CALLS) as u64;
    assert_eq!(plain.started + plain.rejected + queued.started + queued.rejected, calls, "{plain:?} {queued:?}");
    assert_eq!((plain.rejected, plain.lost + queued.lost, plain.panicked + queued.panicked), (0, 0, 0));
    assert_eq!((plain.live, queued.live, queued.queued, WIDE.live(), NARROW.live()), (0, 0, 0, 0, 0));
    let seen = seen.into_inner().unwrap();
    assert!(seen.completed <= plain.completed + queued.completed);
    assert!(seen.cancelled <= plain.cancelled + queued.cancelled);
    drop(runtime);
    assert_eq!(dropped.load(SeqCst) as u64, calls, "each argument or value went once");
}

#[tokio::test(start_paused = true)]
async fn a_task_may_abort_itself_and_ends_at_its_next_await() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "5s", grace = "1s", track = OWN)]
    async fn ends_itself(own: oneshot::Receiver<TaskHandle<u32>>, waits: bool, ended: oneshot::Sender<()>) -> u32 {
        let mut own = own;
        if waits {
            yield_now().await;
        }
        own.try_recv().unwrap().abort(CancelCause::Requested);
        // It runs on to here.
        std::future::pending::<()>().await;
        ended.send(()).unwrap();
        0
    }

    for waits in [false, true] {
        let ((give, own), (ended, has_ended)) = (oneshot::channel(), oneshot::channel());
        let handle = ends_itself(own, waits, ended);
        let site = handle.site();
        let before = site.counts();
        give.send(handle).unwrap();
        assert!(has_ended.await.is_err());
        assert_eq!((site.counts().cancelled, site.counts().live), (before.cancelled + 1, 0));
        assert_eq!(OWN.live(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn an_abort_from_the_destructor_of_what_is_aborted_is_one_too_many_and_no_more() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    struct AbortsAll(Arc<Mutex<Vec<TaskHandle<()>>>>);

    impl Drop for AbortsAll {
        fn drop(&mut self) {
            for handle in self.0.lock().unwrap().iter() {
                handle.abort(cause(2));
            }
        }
    }

    #[detached(timeout = "5s", track = OWN)]
    async fn hangs(_last: AbortsAll) {
        std::future::pending::<()>().await;
    }

    for waits in [false, true] {
        let all = Arc::default();
        let calls: Vec<_> = (0..8).map(|_| hangs(AbortsAll(Arc::clone(&all)))).collect();
        if waits {
            yield_now().await;
        }
        all.lock().unwrap().extend(calls);
        let first = all.lock().unwrap().pop().unwrap();
        // The first one takes all others along.
        first.abort(cause(1));
        assert_eq!(cancelled(first.await), 1);
        loop {
            let next = all.lock().unwrap().pop();
            let Some(next) = next else { break };
            assert_eq!(cancelled(next.await), 2);
        }
        assert_eq!(OWN.live(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn an_abort_hands_the_place_on_a_thousand_times() {
    static ONE: Tracker = Tracker::bounded("one", 1).queue(1);

    #[detached(timeout = "5s", track = ONE)]
    async fn waits_for(go: Arc<Notify>) {
        go.notified().await;
    }

    for times in 0..1_000 {
        let go = Arc::new(Notify::new());
        let (first, second) = (waits_for(go.clone()), waits_for(go.clone()));
        if times % 2 == 0 {
            yield_now().await;
        }
        first.abort(cause(times));
        assert_eq!(cancelled(first.await), times);
        go.notify_one();
        second.await.unwrap();
        assert_eq!(ONE.live(), 0);
    }
}

#[detached(timeout = "10s", track = tracker)]
async fn waits_for(tracker: Shared, go: oneshot::Receiver<u8>) -> u8 {
    let _keep = tracker;
    go.await.unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn an_abort_reaches_its_own_task_however_many_have_queued_since() {
    let tracker: Shared = Arc::new(Tracker::bounded("many", 2).queue(1));
    let mut gates = Vec::new();
    let mut call = || {
        let (gate, go) = oneshot::channel();
        gates.push(gate);
        waits_for(tracker.clone(), go)
    };
    let (first, _second, queued) = (call(), call(), call());
    first.abort(CancelCause::Requested);
    assert!(first.await.is_err());
    yield_now().await;
    // As many as the places of a queue tell apart.
    for _ in 1..u16::MAX {
        let (_gate, go) = oneshot::channel();
        let next = waits_for(tracker.clone(), go);
        next.abort(CancelCause::Disconnected);
        assert!(next.await.is_err());
    }
    let (gate, go) = oneshot::channel();
    let stranger = waits_for(tracker.clone(), go);
    yield_now().await;
    queued.abort(CancelCause::Requested);
    assert!(matches!(queued.await, Err(TaskError::Cancelled(CancelCause::Requested))));
    gate.send(7).unwrap();
    assert!(matches!(stranger.await, Ok(7)));
}
