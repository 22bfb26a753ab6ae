//! The work for a key is done once, whoever asks, and belongs to none of those who ask.

use std::fmt::Debug;
use std::future::{Future, pending};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::task::{Context as Polling, Poll, Waker};
use std::time::Duration;

use outlive::{
    CancelCause, Context, Landed, OwnedTracker, Rejected, Singleflight, TaskError, TaskOwner, TaskSite, Tracker,
    detached, sites,
};
use outlive_tests::Trace;
use proptest::collection::vec;
use proptest::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, yield_now};
use tokio::time::{Instant, sleep, timeout};
use tracing::{Instrument, Level};

static TASKS: Tracker = Tracker::unbounded("single flights");

const SECOND: Duration = Duration::from_secs(1);
const MOST: Duration = Duration::from_secs(20);

type Flights<V> = Arc<Singleflight<&'static str, V>>;

fn site(name: &str) -> &'static TaskSite {
    sites().find(|site| site.name() == name).unwrap_or_else(|| panic!("no site `{name}`"))
}

/// Lets what is ready run.
async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}

/// One of those who ask.
fn asks<V, F>(flights: &Flights<V>, key: &'static str, work: F) -> JoinHandle<Result<Landed<V>, Arc<TaskError>>>
where
    V: Clone + Send + Sync + 'static,
    F: Future<Output = V> + Send + 'static,
{
    let flights = Arc::clone(flights);
    tokio::spawn(async move { flights.run(key, work).await })
}

/// Work that counts itself, and goes on when it is let.
fn work(runs: &Arc<AtomicUsize>) -> (oneshot::Sender<u32>, impl Future<Output = u32> + Send + use<>) {
    let (go, goes) = oneshot::channel();
    let runs = Arc::clone(runs);
    (go, async move {
        runs.fetch_add(1, SeqCst);
        goes.await.expect("the test lets it go")
    })
}

/// Asks, and goes away.
fn hang_up(run: impl Future) {
    let run = pin!(run);
    assert!(run.poll(&mut Polling::from_waker(Waker::noop())).is_pending(), "there is something to wait for");
}

fn error<V: Debug>(result: Result<Landed<V>, Arc<TaskError>>) -> Arc<TaskError> {
    result.expect_err("the work did not give a value")
}

// What one caller gets.

#[tokio::test]
async fn a_caller_gets_what_the_work_gives() {
    static ONE: Singleflight<&str, String> = Singleflight::new("gives", &TASKS, SECOND);

    let landed = ONE.run("key", async { "value".to_owned() }).await.unwrap();
    assert_eq!(landed, Landed { value: "value".to_owned(), shared: false });
    assert!(ONE.is_empty());
    let counts = site("gives").counts();
    assert_eq!((counts.started, counts.completed, counts.live), (1, 1, 0));
}

#[tokio::test]
async fn an_err_of_the_work_is_a_value() {
    static ONE: Singleflight<&str, Result<u32, String>> = Singleflight::new("errs", &TASKS, SECOND);

    let landed = ONE.run("key", async { Err("no such user".to_owned()) }).await.unwrap();
    assert_eq!(landed.value, Err("no such user".to_owned()));
    assert_eq!((site("errs").counts().completed, site("errs").counts().failed), (1, 0));
}

#[tokio::test]
async fn what_has_ended_is_done_anew() {
    static ONE: Singleflight<&str, u32> = Singleflight::new("anew", &TASKS, SECOND);

    for turn in 0..3 {
        assert_eq!(ONE.run("key", async move { turn }).await.unwrap(), Landed { value: turn, shared: false });
    }
}

#[tokio::test]
async fn a_run_that_is_never_polled_starts_nothing() {
    static ONE: Singleflight<&str, u32> = Singleflight::new("never polled", &TASKS, SECOND);

    drop(ONE.run("key", async { unreachable!("nobody polled it") }));
    settle().await;
    assert!(ONE.is_empty());
}

// What several get.

#[tokio::test]
async fn the_work_is_done_once_for_all_who_ask_while_it_goes_on() {
    let flights: Flights<u32> = Arc::new(Singleflight::new("once", &TASKS, SECOND));
    let runs = Arc::new(AtomicUsize::new(0));
    let (go, first) = work(&runs);
    let mut callers = vec![asks(&flights, "key", first)];
    settle().await;
    for _ in 0..9 {
        callers.push(asks(&flights, "key", work(&runs).1));
    }
    settle().await;
    assert_eq!((runs.load(SeqCst), flights.len()), (1, 1));
    go.send(7).unwrap();
    for caller in callers {
        assert_eq!(caller.await.unwrap().unwrap(), Landed { value: 7, shared: true }, "the first is told as well");
    }
    assert_eq!((runs.load(SeqCst), flights.len()), (1, 0));
}

#[tokio::test]
async fn keys_do_not_wait_for_each_other() {
    let flights: Flights<u32> = Arc::new(Singleflight::new("keys", &TASKS, SECOND));
    let runs = Arc::new(AtomicUsize::new(0));
    let (go, slow) = work(&runs);
    let waiting = asks(&flights, "slow", slow);
    settle().await;
    assert_eq!(flights.run("fast", async { 1 }).await.unwrap(), Landed { value: 1, shared: false });
    assert_eq!(flights.len(), 1);
    go.send(2).unwrap();
    assert_eq!(waiting.await.unwrap().unwrap().value, 2);
}

#[tokio::test]
async fn what_is_forgotten_is_started_anew_and_still_gives_its_value_to_those_who_wait() {
    let flights: Flights<u32> = Arc::new(Singleflight::new("forgets", &TASKS, SECOND));
    let runs = Arc::new(AtomicUsize::new(0));
    let ((go_1, first), (go_2, second)) = (work(&runs), work(&runs));
    let one = asks(&flights, "key", first);
    settle().await;
    assert!(flights.forget(&"key"));
    assert!(!flights.forget(&"key"), "it was forgotten already");
    assert!(flights.is_empty());
    let two = asks(&flights, "key", second);
    settle().await;
    go_1.send(1).unwrap();
    assert_eq!(one.await.unwrap().unwrap(), Landed { value: 1, shared: false });
    // The first one's end left the second where it is.
    let three = asks(&flights, "key", pending());
    settle().await;
    assert_eq!(runs.load(SeqCst), 2);
    go_2.send(2).unwrap();
    assert_eq!(two.await.unwrap().unwrap(), Landed { value: 2, shared: true });
    assert_eq!(three.await.unwrap().unwrap(), Landed { value: 2, shared: true });
    assert!(flights.is_empty());
}

#[tokio::test]
async fn forgetting_what_nobody_asked_for_is_nothing() {
    static ONE: Singleflight<u8, u32> = Singleflight::new("forgets nothing", &TASKS, SECOND);

    assert!(!ONE.forget(&1));
    assert!(ONE.is_empty());
}

// Callers come and go.

#[tokio::test]
async fn the_first_caller_goes_and_the_others_get_the_value() {
    let flights: Flights<u32> = Arc::new(Singleflight::new("first goes", &TASKS, SECOND));
    let runs = Arc::new(AtomicUsize::new(0));
    let (go, first) = work(&runs);
    let first = asks(&flights, "key", first);
    settle().await;
    let others = [asks(&flights, "key", work(&runs).1), asks(&flights, "key", work(&runs).1)];
    settle().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    go.send(7).unwrap();
    for other in others {
        assert_eq!(other.await.unwrap().unwrap(), Landed { value: 7, shared: true });
    }
    assert_eq!(runs.load(SeqCst), 1);
}

#[tokio::test]
async fn the_last_caller_goes_and_the_work_goes_on() {
    let flights: Flights<u32> = Arc::new(Singleflight::new("last goes", &TASKS, SECOND));
    let runs = Arc::new(AtomicUsize::new(0));
    let (go, first) = work(&runs);
    let first = asks(&flights, "key", first);
    settle().await;
    first.abort();
    assert!(first.await.is_err());
    assert_eq!(flights.len(), 1);
    let late = asks(&flights, "key", work(&runs).1);
    settle().await;
    go.send(7).unwrap();
    assert_eq!(late.await.unwrap().unwrap().value, 7);
    assert_eq!(runs.load(SeqCst), 1);

    let (go, alone) = work(&runs);
    let alone = asks(&flights, "key", alone);
    settle().await;
    alone.abort();
    assert!(alone.await.is_err());
    go.send(8).unwrap();
    settle().await;
    assert!(flights.is_empty());
    assert_eq!(site("last goes").counts().completed, 2);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_has_no_more_time_leaves_the_others_theirs() {
    static ONE: Singleflight<&str, u32> = Singleflight::new("no more time", &TASKS, Duration::from_secs(5));

    let load = || async {
        sleep(3 * SECOND).await;
        7
    };
    let (hasty, patient) = tokio::join!(timeout(SECOND, ONE.run("key", load())), ONE.run("key", load()));
    assert!(hasty.is_err());
    assert_eq!(patient.unwrap().value, 7);
}

// How the work ends otherwise.

#[tokio::test]
async fn a_panic_is_everybodys_error_and_nobodys_panic() {
    let flights: Flights<u32> = Arc::new(Singleflight::new("panics", &TASKS, SECOND));
    let (go, goes) = oneshot::channel::<()>();
    let first = asks(&flights, "key", async {
        goes.await.ok();
        panic!("no disk")
    });
    settle().await;
    let second = asks(&flights, "key", pending());
    settle().await;
    go.send(()).unwrap();
    for caller in [first, second] {
        let error = error(caller.await.unwrap());
        let TaskError::Panicked(panic) = &*error else { panic!("{error}") };
        assert_eq!(panic.message(), "no disk");
    }
    assert_eq!(flights.run("key", async { 1 }).await.unwrap().value, 1, "the next starts anew");
    assert_eq!((site("panics").counts().panicked, site("panics").counts().completed), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_is_everybodys_error() {
    static ONE: Singleflight<&str, u32> = Singleflight::new("times out", &TASKS, Duration::from_secs(5));

    let start = Instant::now();
    let (one, other) = tokio::join!(ONE.run("key", pending()), async {
        sleep(SECOND).await;
        ONE.run("key", pending()).await
    });
    for result in [one, other] {
        let error = error(result).to_string();
        assert!(error.starts_with("timed out after 5s: `times out` ("), "{error}");
    }
    assert_eq!(start.elapsed(), 5 * SECOND, "the second caller came to what was under way");
    assert!(ONE.is_empty());
    assert_eq!(site("times out").counts().timed_out, 1);
}

#[tokio::test(start_paused = true)]
async fn a_drain_waits_for_the_work_and_cancels_what_hangs() {
    let tracker = Arc::new(Tracker::bounded("drains", 1).queue(8));
    let flights: Flights<u32> = Arc::new(Singleflight::tracked_by("drains", &tracker, MOST));
    let hangs = asks(&flights, "hangs", pending());
    settle().await;
    let queued = asks(&flights, "queued", async { 1 });
    settle().await;
    let (report, late) = tokio::join!(tracker.drain(), async {
        yield_now().await;
        flights.run("late", async { 2 }).await
    });
    assert!(matches!(&*error(late), TaskError::Rejected(Rejected::Draining)));
    assert!(matches!(&*error(queued.await.unwrap()), TaskError::Rejected(Rejected::Draining)));
    assert!(matches!(&*error(hangs.await.unwrap()), TaskError::Cancelled(CancelCause::Shutdown)));
    assert_eq!((report.aborted(), report.never_started()), (1, 1));
    assert!(flights.is_empty());
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_what_is_under_way_gets_it_from_a_drain_too() {
    let tracker = Arc::new(Tracker::bounded("drains on", 8));
    let flights: Flights<u32> = Arc::new(Singleflight::tracked_by("drains on", &tracker, 5 * SECOND));
    let slow = asks(&flights, "key", async {
        sleep(2 * SECOND).await;
        7
    });
    settle().await;
    let (report, late) = tokio::join!(tracker.drain(), async {
        sleep(SECOND).await;
        flights.run("key", pending()).await
    });
    assert_eq!((late.unwrap().value, slow.await.unwrap().unwrap().value), (7, 7));
    assert!(report.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_live_task_of_a_draining_tracker_may_still_ask() {
    static OWN: Tracker = Tracker::bounded("its own", 8);
    static ONE: Singleflight<&str, u32> = Singleflight::new("still asks", &OWN, SECOND);

    #[detached(timeout = "5s", track = OWN)]
    async fn asks_late() -> u32 {
        sleep(SECOND).await;
        ONE.run("key", async { 7 }).await.unwrap().value
    }

    let asking = asks_late();
    settle().await;
    let report = OWN.drain().await;
    assert_eq!((asking.await.unwrap(), report.finished()), (7, 2));
}

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn work_that_is_lost_with_its_runtime_is_said_to_be_lost() {
    let flights: Flights<u32> = Arc::new(Singleflight::new("lost", &TASKS, SECOND));
    let (theirs, ours) = (one_thread(), one_thread());
    theirs.block_on(async {
        asks(&flights, "key", pending());
        settle().await;
    });
    ours.block_on(async {
        let waiting = asks(&flights, "key", pending());
        settle().await;
        drop(tokio::task::spawn_blocking(move || drop(theirs)).await);
        assert!(matches!(&*error(waiting.await.unwrap()), TaskError::Lost));
        assert_eq!(flights.run("key", async { 1 }).await.unwrap().value, 1);
    });
}

#[tokio::test]
async fn a_refusal_is_an_error_and_leaves_nothing_behind() {
    let tracker = Arc::new(Tracker::bounded("full", 1));
    let flights: Flights<u32> = Arc::new(Singleflight::tracked_by("full", &tracker, SECOND));
    let trace = Trace::record();
    let (go, slow) = work(&Arc::default());
    let slow = asks(&flights, "one", slow);
    settle().await;
    let refused = error(flights.run("other", async { 2 }).await);
    assert!(matches!(&*refused, TaskError::Rejected(Rejected::Full)));
    assert_eq!(flights.len(), 1);
    go.send(1).unwrap();
    assert_eq!(slow.await.unwrap().unwrap().value, 1);
    assert_eq!(flights.run("other", async { 2 }).await.unwrap().value, 2);
    assert_eq!(site("full").counts().rejected, 1);
    assert!(trace.reports().is_empty(), "its caller has seen it");
}

#[test]
fn outside_a_runtime_it_is_refused() {
    static ONE: Singleflight<&str, u32> = Singleflight::new("no runtime", &TASKS, SECOND);

    let run = pin!(ONE.run("key", async { 1 }));
    let Poll::Ready(result) = run.poll(&mut Polling::from_waker(Waker::noop())) else { panic!("nothing to wait for") };
    assert!(matches!(&*error(result), TaskError::Rejected(Rejected::NoRuntime)));
    assert!(ONE.is_empty());
}

#[tokio::test(start_paused = true)]
async fn work_may_ask_for_another_key_and_times_out_on_its_own() {
    static ONE: Singleflight<&str, u32> = Singleflight::new("nested", &TASKS, SECOND);

    let sum = ONE.run("sum", async { ONE.run("part", async { 3 }).await.unwrap().value + 1 });
    assert_eq!(sum.await.unwrap().value, 4);

    let itself = ONE.run("itself", async {
        let _ = ONE.run("itself", async { 1 }).await;
        2
    });
    assert!(matches!(&*error(itself.await), TaskError::TimedOut { .. }));
    assert!(ONE.is_empty());
}

#[test]
fn who_has_been_told_finds_the_place_free() {
    static OWN: Tracker = Tracker::bounded("a place", 1);
    static ONE: Singleflight<u32, u32> = Singleflight::new("a place", &OWN, SECOND);

    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        for turn in 0..2_000 {
            // With an `Err`, that place was taken by work that has ended.
            assert_eq!(ONE.run(turn, async move { turn }).await.unwrap().value, turn);
            assert_eq!(site("a place").counts().live, 0);
        }
    });
}

// What is reported.

type Fallible = Singleflight<&'static str, Result<u32, &'static str>>;

#[tokio::test]
async fn an_err_is_counted_and_reported_if_nobody_takes_it() {
    static ONE: Fallible = Singleflight::new("fails", &TASKS, SECOND).fallible();

    let trace = Trace::record();
    assert_eq!(ONE.run("key", async { Err("disk full") }).await.unwrap().value, Err("disk full"));
    settle().await;
    assert_eq!(site("fails").counts().failed, 1);
    assert!(trace.reports().is_empty(), "it was taken");

    hang_up(ONE.run("key", async { Err("disk full") }));
    settle().await;
    let event = trace.report();
    assert_eq!((event.level, event.field("message")), (Level::WARN, "detached task failed, and nobody looked"));
    assert_eq!((event.field("task"), event.field("cause")), ("fails", "disk full"));
    assert_eq!((event.field("tracker"), event.field("file")), ("single flights", "tests/tests/singleflight.rs"));
    assert_eq!(site("fails").counts().failed, 2);
    assert_eq!(ONE.run("key", async { Ok(1) }).await.unwrap().value, Ok(1));
    assert_eq!(site("fails").counts().completed, 1);
}

#[tokio::test]
async fn an_err_that_a_caller_leaves_behind_is_reported() {
    static ONE: Fallible = Singleflight::new("leaves behind", &TASKS, SECOND).fallible();

    let trace = Trace::record();
    {
        let mut run = pin!(ONE.run("key", async { Err("disk full") }));
        assert!(run.as_mut().poll(&mut Polling::from_waker(Waker::noop())).is_pending());
        settle().await;
        assert_eq!(site("leaves behind").counts().failed, 1);
        assert!(trace.reports().is_empty(), "it can still be taken");
    }
    assert_eq!(trace.report().field("cause"), "disk full");
}

#[tokio::test(start_paused = true)]
async fn work_that_ends_badly_is_reported_once_whoever_waits() {
    static ONE: Singleflight<&str, u32> = Singleflight::new("reports", &TASKS, SECOND);

    let trace = Trace::record();
    let (one, other) = tokio::join!(ONE.run("key", pending()), ONE.run("key", pending()));
    assert!(one.is_err() && other.is_err());
    assert_eq!(trace.report().field("message"), "detached task timed out");
    hang_up(ONE.run("key", async { panic!("no disk") }));
    settle().await;
    assert_eq!(trace.report().field("cause"), "no disk");
}

// No caller leads.

#[tokio::test(start_paused = true)]
async fn the_work_has_no_callers_values_and_no_callers_deadline() {
    #[derive(Debug)]
    struct UserId;
    static ONE: Singleflight<&str, (bool, Option<Duration>)> = Singleflight::new("no values", &TASKS, MOST);

    let user = Context::root().with(UserId).with_label("user", 7).with_timeout(SECOND);
    let start = Instant::now();
    let work = async move {
        let context = Context::current();
        (context.get::<UserId>().is_some(), context.deadline().map(|deadline| deadline - start))
    };
    let trace = Trace::record();
    let seen = user.scope(ONE.run("key", work)).await.unwrap().unwrap().value;
    assert_eq!(seen, (false, Some(MOST)), "its own timeout");
    assert!(!trace.spans()[0].fields.contains_key("labels"));
}

#[tokio::test]
async fn the_works_span_follows_from_the_first_callers() {
    static ONE: Singleflight<&str, u32> = Singleflight::new("linked", &TASKS, SECOND);

    let trace = Trace::record();
    let work = async {
        tracing::info!("working");
        1
    };
    ONE.run("key", work).instrument(tracing::info_span!("request")).await.unwrap();
    let spans = trace.spans();
    let request = spans.iter().position(|span| span.name == "request").unwrap();
    let task = spans.iter().find(|span| span.name == "linked").unwrap();
    assert_eq!((task.parent, &*task.follows), (None, &[request][..]));
    assert_eq!(trace.events()[0].spans, ["linked"]);
}

// Where it stands.

#[tokio::test]
async fn a_place_in_the_source_is_one_site() {
    fn made(tracker: &Arc<Tracker>) -> Singleflight<u32, u32> {
        Singleflight::tracked_by("made often", tracker, SECOND)
    }

    let line = line!() - 3;
    for turn in 0..3 {
        let tracker = Arc::new(Tracker::bounded("made often", 1));
        made(&tracker).run(turn, async { 1 }).await.unwrap();
    }
    let mut found = sites().filter(|site| site.name() == "made often");
    let site = found.next().unwrap();
    assert!(found.next().is_none());
    assert_eq!((site.file(), site.line(), site.timeout()), ("tests/tests/singleflight.rs", line, SECOND));
    assert_eq!(site.counts().completed, 3);
}

#[derive(Clone, TaskOwner)]
struct Service {
    tasks: OwnedTracker,
    users: Arc<Singleflight<u32, u32>>,
}

#[tokio::test]
async fn a_services_tracker_is_not_owned() {
    let tasks = OwnedTracker::bounded("service", 8);
    let users = Arc::new(Singleflight::owned_by("users of a service", &tasks, SECOND));
    let service = Service { tasks, users: Arc::clone(&users) };
    assert_eq!(service.users.run(1, async { 1 }).await.unwrap().value, 1);
    drop(service);
    assert!(matches!(&*error(users.run(1, async { 1 }).await), TaskError::Rejected(Rejected::OwnerGone)));

    let tasks = OwnedTracker::bounded("service", 8);
    let users = Arc::new(Singleflight::owned_by("users of a service", &tasks, SECOND));
    let service = Service { tasks, users };
    assert_eq!(service.users.run(1, async { 1 }).await.unwrap().value, 1);
    assert_eq!(service.shutdown().await.finished(), 0);
    assert!(matches!(&*error(service.users.run(1, async { 1 }).await), TaskError::Rejected(Rejected::Draining)));
}

fn build(timeout: Duration) -> Singleflight<u32, u32> {
    Singleflight::tracked_by("too long", &Arc::new(Tracker::bounded("short", 1)), timeout)
}

#[test]
#[should_panic(expected = "`too long` may take 20.5s, but a drain of its tracker waits 20s: shorten the timeout, \
                           or make the tracker a `Tracker<21>`, with `.drain_budget::<21>()`")]
fn a_timeout_that_the_drain_does_not_cover_is_refused() {
    drop(build(Duration::from_secs(20)));
    drop(build(Duration::from_millis(20_500)));
}

#[test]
#[should_panic(expected = "or give the service an `OwnedTracker<21>`")]
fn a_timeout_that_a_services_drain_does_not_cover_is_refused() {
    let tasks = OwnedTracker::bounded("short", 1);
    drop(Singleflight::<u32, u32>::owned_by("too long", &tasks, Duration::from_secs(21)));
}

#[test]
#[should_panic(expected = "`too long`: a timeout of zero would end every call before it begins: \
                           give it the longest time that a call may take, say `Duration::from_secs(5)`")]
fn a_timeout_of_zero_is_refused() {
    drop(build(Duration::ZERO));
}

#[test]
#[should_panic(expected = "`too long`: a timeout of `Duration::MAX` is none: write a shorter one")]
fn no_timeout_at_all_is_refused() {
    drop(build(Duration::MAX));
}

#[tokio::test]
async fn a_drain_that_has_returned_has_left_nothing_behind() {
    #[derive(Clone)]
    struct Value(#[allow(dead_code, reason = "dropped")] Arc<Slow>);
    struct Slow(Arc<AtomicBool>);
    impl Drop for Slow {
        fn drop(&mut self) {
            std::thread::sleep(Duration::from_millis(100));
            self.0.store(true, SeqCst);
        }
    }

    let tracker = Arc::new(Tracker::bounded("leaves nothing", 8));
    let flights = Arc::new(Singleflight::tracked_by("leaves nothing", &tracker, SECOND));
    let (go, goes) = oneshot::channel::<()>();
    let gone = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&gone);
    let on = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let asking = {
        let flights = Arc::clone(&flights);
        on.spawn(async move {
            let work = async move {
                goes.await.ok();
                Value(Arc::new(Slow(flag)))
            };
            drop(flights.run("key", work).await);
        })
    };
    while tracker.live() == 0 {
        yield_now().await;
    }
    asking.abort();
    assert!(asking.await.is_err());
    go.send(()).unwrap();
    assert!(tracker.drain().await.is_clean());
    assert!(gone.load(SeqCst), "the value that nobody took");
    assert!(flights.is_empty());
    on.shutdown_background();
}

#[tokio::test]
async fn a_key_that_panics_when_it_is_dropped_keeps_nobody_waiting() {
    #[derive(Clone, PartialEq, Eq, Hash)]
    struct Key(u32);
    impl Drop for Key {
        fn drop(&mut self) {
            assert!(self.0 != 13 || std::thread::panicking(), "an unlucky key");
        }
    }

    let flights: Arc<Singleflight<Key, u32>> = Arc::new(Singleflight::new("unlucky", &TASKS, SECOND));
    let work = async {
        yield_now().await;
        7
    };
    assert_eq!(flights.run(Key(13), work).await.unwrap().value, 7);
    assert!(flights.is_empty());
}

// Against a model.

#[derive(Clone, Debug)]
enum Step {
    Ask(usize),
    HangUp(prop::sample::Index),
    /// The oldest flight of the key ends: well, with a panic, or by its abort.
    End(usize, bool),
    Forget(usize),
}

const KEYS: [&str; 3] = ["a", "b", "c"];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let key = 0..KEYS.len();
    let step = prop_oneof![
        4 => key.clone().prop_map(Step::Ask),
        1 => any::<prop::sample::Index>().prop_map(Step::HangUp),
        3 => (key.clone(), any::<bool>()).prop_map(|(key, well)| Step::End(key, well)),
        1 => key.prop_map(Step::Forget),
    ];
    vec(step, 0..40)
}

/// What a flight is to be, without a runtime.
struct Expected {
    key: usize,
    number: u32,
    end: oneshot::Sender<bool>,
    joinable: bool,
    asked: usize,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_its_callers_do_a_flight_is_theirs_who_joined_it(steps in steps()) {
        let runtime = one_thread();
        runtime.block_on(async {
            let flights: Flights<u32> = Arc::new(Singleflight::new("modelled", &TASKS, SECOND));
            let started = Arc::new(AtomicUsize::new(0));
            let mut expected: Vec<Expected> = Vec::new();
            let mut callers: Vec<(u32, JoinHandle<_>)> = Vec::new();
            let mut numbers = 0;
            for step in steps {
                match step {
                    Step::Ask(key) => {
                        let (end, ends) = oneshot::channel();
                        let (number, started) = (numbers, Arc::clone(&started));
                        numbers += 1;
                        let caller = asks(&flights, KEYS[key], async move {
                            started.fetch_add(1, SeqCst);
                            assert!(ends.await.unwrap_or(false), "as told");
                            number
                        });
                        let known = expected.iter_mut().find(|flight| flight.key == key && flight.joinable);
                        let joined = if let Some(known) = known {
                            known.asked += 1;
                            known.number
                        } else {
                            expected.push(Expected { key, number, end, joinable: true, asked: 1 });
                            number
                        };
                        callers.push((joined, caller));
                    }
                    Step::HangUp(who) if !callers.is_empty() => {
                        let (_, caller) = callers.swap_remove(who.index(callers.len()));
                        caller.abort();
                    }
                    Step::HangUp(_) => {}
                    Step::Forget(key) => {
                        let known = expected.iter_mut().find(|flight| flight.key == key && flight.joinable);
                        assert_eq!(flights.forget(&KEYS[key]), known.is_some());
                        if let Some(flight) = known {
                            flight.joinable = false;
                        }
                    }
                    Step::End(key, well) => {
                        let Some(at) = expected.iter().position(|flight| flight.key == key) else { continue };
                        let flight = expected.remove(at);
                        flight.end.send(well).unwrap();
                        settle().await;
                        let (theirs, others) = callers.into_iter().partition(|(number, _)| *number == flight.number);
                        callers = others;
                        for (_, caller) in theirs {
                            assert!(caller.is_finished(), "nobody waits for what has ended");
                            match caller.await.unwrap() {
                                Ok(landed) => {
                                    assert!(well);
                                    assert_eq!(landed, Landed { value: flight.number, shared: flight.asked > 1 });
                                }
                                Err(error) => {
                                    assert!(!well);
                                    assert!(matches!(&*error, TaskError::Panicked(_)));
                                }
                            }
                        }
                    }
                }
                settle().await;
                assert_eq!(flights.len(), expected.iter().filter(|flight| flight.joinable).count());
                assert!(callers.iter().all(|(_, caller)| !caller.is_finished()));
            }
        });
    }
}

/// A key whose own code panics, once it is said.
static BREAKS: AtomicBool = AtomicBool::new(false);

#[derive(Clone, PartialEq, Eq)]
struct Bad(u32);

impl std::hash::Hash for Bad {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        assert!(!BREAKS.load(SeqCst), "cannot be hashed now");
        self.0.hash(state);
    }
}

#[tokio::test(start_paused = true)]
async fn a_flight_whose_key_cannot_be_taken_out_is_not_joined_once_it_has_landed() {
    let flight = Singleflight::tracked_by("bad", &Arc::new(Tracker::bounded("bad", 1)), Duration::from_secs(5));
    let breaks = async {
        sleep(Duration::from_millis(1)).await;
        BREAKS.store(true, SeqCst);
        1
    };
    assert_eq!(flight.run(Bad(1), breaks).await.unwrap().value, 1);
    BREAKS.store(false, SeqCst);
    let next = flight.run(Bad(1), async { 2 }).await.unwrap();
    assert_eq!((next.value, next.shared, flight.len()), (2, false, 0));
}

/// A key that cannot be let go.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Sticks(u32);

impl Drop for Sticks {
    fn drop(&mut self) {
        panic!("cannot be dropped");
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_whose_destructor_panics_does_not_end_the_process() {
    let flight = Singleflight::tracked_by("sticks", &Arc::new(Tracker::bounded("sticks", 1)), Duration::from_secs(5));
    let key = std::mem::ManuallyDrop::new(Sticks(1));
    let value = flight.run(Sticks::clone(&key), async { 1 }).await.unwrap().value;
    assert_eq!((value, flight.len()), (1, 0));
}
