//! Whatever happens in whatever order, each call is counted once, and everybody agrees.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::Poll;
use std::time::Duration;

use outlive::{CancelCause, Context, Counts, Rejected, TaskError, TaskHandle, TaskSite, Tracker, detached, shield};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use tokio::runtime::Builder;
use tokio::time::sleep;

type Shared = Arc<Tracker<1>>;

/// What a body does.
#[derive(Clone, Copy, Debug)]
enum Body {
    EndsAtOnce,
    Ends(u64),
    Fails(u64),
    Panics(u64),
    Hangs,
    /// Ends this long after it was told to.
    Obeys(u64),
    Shields(u64),
    /// Makes a call of its own, and goes on.
    Delegates(u64),
}

#[derive(Clone, Debug)]
enum Step {
    Call { graceful: bool, body: Body },
    Abort(Index),
    DropHandle(Index),
    Advance(u64),
    Drain,
}

/// How a case ends.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Ending {
    Drain,
    LoseTheRuntime,
}

/// What the test itself has seen.
struct World {
    tracker: Shared,
    calls: AtomicUsize,
    /// Made by live tasks while the tracker drained, and let in.
    kept: AtomicUsize,
    inside: AtomicUsize,
    most: AtomicUsize,
}

impl World {
    fn new(bound: usize, queue: usize) -> Arc<Self> {
        Arc::new(Self {
            tracker: Arc::new(Tracker::bounded("world", bound).queue(queue).drain_budget()),
            calls: AtomicUsize::new(0),
            kept: AtomicUsize::new(0),
            inside: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        })
    }
}

/// Counts a body in for as long as its future lives.
struct Inside(Arc<World>);

impl Inside {
    fn new(world: &Arc<World>) -> Self {
        let inside = world.inside.fetch_add(1, SeqCst) + 1;
        world.most.fetch_max(inside, SeqCst);
        Self(Arc::clone(world))
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, SeqCst);
    }
}

type Call = fn(Arc<World>, Body) -> TaskHandle<Result<(), &'static str>>;

async fn runs(world: Arc<World>, body: Body, call: Call) -> Result<(), &'static str> {
    let _inside = Inside::new(&world);
    let millis = Duration::from_millis;
    match body {
        Body::EndsAtOnce => {}
        Body::Ends(after) => sleep(millis(after)).await,
        Body::Fails(after) => {
            sleep(millis(after)).await;
            return Err("failed");
        }
        Body::Panics(after) => {
            sleep(millis(after)).await;
            // Not `panic!`, whose hook would fill the screen.
            std::panic::resume_unwind(Box::new("panicked"));
        }
        Body::Hangs => std::future::pending().await,
        Body::Obeys(after) => {
            Context::current().cancelled().await;
            sleep(millis(after)).await;
        }
        Body::Shields(after) => {
            shield(sleep(millis(after))).await;
            sleep(millis(1)).await;
        }
        Body::Delegates(after) => {
            sleep(millis(after)).await;
            world.calls.fetch_add(1, SeqCst);
            let draining = world.tracker.is_draining();
            let admitted = call(world.clone(), Body::Ends(after)).admitted().is_ok();
            if draining && admitted {
                world.kept.fetch_add(1, SeqCst);
            }
            sleep(millis(1)).await;
        }
    }
    Ok(())
}

/// Functions of its own for each test: they run side by side.
macro_rules! functions {
    ($test:ident, $plain:literal, $graceful:literal) => {
        mod $test {
            use super::*;

            #[detached(timeout = "700ms", track = world.tracker, name = $plain)]
            pub(super) async fn plain(world: Arc<World>, body: Body) -> Result<(), &'static str> {
                runs(world, body, plain).await
            }

            #[detached(timeout = "700ms", grace = "300ms", track = world.tracker, name = $graceful)]
            pub(super) async fn graceful(world: Arc<World>, body: Body) -> Result<(), &'static str> {
                runs(world, body, graceful).await
            }

            pub(super) fn counts() -> Counts {
                let sites = outlive::sites().filter(|site| [$plain, $graceful].contains(&site.name()));
                let counts: Vec<_> = sites.map(TaskSite::counts).collect();
                assert_eq!(counts.len(), 2);
                counts.iter().fold(Counts::default(), |sum, counts| combined(sum, *counts, |a, b| a + b))
            }
        }
    };
}

functions!(in_paused_time, "plain, in paused time", "graceful, in paused time");
functions!(on_two_threads, "plain, on two threads", "graceful, on two threads");

fn combined(a: Counts, b: Counts, with: impl Fn(u64, u64) -> u64) -> Counts {
    let mut counts = Counts::default();
    counts.started = with(a.started, b.started);
    counts.completed = with(a.completed, b.completed);
    counts.failed = with(a.failed, b.failed);
    counts.timed_out = with(a.timed_out, b.timed_out);
    counts.panicked = with(a.panicked, b.panicked);
    counts.cancelled = with(a.cancelled, b.cancelled);
    counts.lost = with(a.lost, b.lost);
    counts.rejected = with(a.rejected, b.rejected);
    counts.queued = with(a.queued, b.queued);
    counts.live = with(a.live, b.live);
    counts
}

fn ended(counts: &Counts) -> u64 {
    counts.completed + counts.failed + counts.timed_out + counts.panicked + counts.cancelled + counts.lost
}

/// What a handle gave, in the words of the counters.
fn tally(results: impl IntoIterator<Item = Result<Result<(), &'static str>, TaskError>>) -> Counts {
    let mut counts = Counts::default();
    for result in results {
        let counter = match result {
            Ok(Ok(())) => &mut counts.completed,
            Ok(Err(_)) => &mut counts.failed,
            Err(TaskError::TimedOut { .. }) => &mut counts.timed_out,
            Err(TaskError::Panicked(_)) => &mut counts.panicked,
            Err(TaskError::Cancelled(_)) => &mut counts.cancelled,
            Err(TaskError::Rejected(_)) => &mut counts.rejected,
            Err(TaskError::Lost) => &mut counts.lost,
            Err(other) => panic!("{other}"),
        };
        *counter += 1;
    }
    counts
}

/// Once everything has ended: the counters say what the handles said, and of the calls whose handles are gone they
/// say one thing each.
fn assert_agree(counts: &Counts, handles: &Counts, calls: usize) {
    let unseen = combined(*counts, *handles, |counted, seen| counted.checked_sub(seen).expect("no less than was seen"));
    let seen = ended(handles) + handles.rejected;
    assert_eq!(seen + ended(&unseen) + unseen.rejected, calls as u64, "{counts:?} and {handles:?}");
    assert_eq!((counts.live, counts.queued), (0, 0));
}

fn body() -> impl Strategy<Value = Body> {
    let millis = 0..1_500_u64;
    prop_oneof![
        Just(Body::EndsAtOnce),
        millis.clone().prop_map(Body::Ends),
        millis.clone().prop_map(Body::Fails),
        millis.clone().prop_map(Body::Panics),
        Just(Body::Hangs),
        (0..600_u64).prop_map(Body::Obeys),
        millis.prop_map(Body::Shields),
        (0..400_u64).prop_map(Body::Delegates),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (any::<bool>(), body()).prop_map(|(graceful, body)| Step::Call { graceful, body }),
        3 => any::<Index>().prop_map(Step::Abort),
        2 => any::<Index>().prop_map(Step::DropHandle),
        4 => (0..500_u64).prop_map(Step::Advance),
        1 => Just(Step::Drain),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_counters_add_up_after_every_step(
        bound in 1..4_usize,
        queue in 0..5_usize,
        steps in vec(step(), 0..60),
        ending in prop_oneof![3 => Just(Ending::Drain), 1 => Just(Ending::LoseTheRuntime)],
    ) {
        let world = World::new(bound, queue);
        let before = in_paused_time::counts();
        let counts = || combined(in_paused_time::counts(), before, |now, before| now - before);
        let check = || {
            let (counts, calls) = (counts(), world.calls.load(SeqCst) as u64);
            assert_eq!(counts.started, ended(&counts) + counts.live, "{counts:?}");
            assert_eq!(counts.started + counts.rejected + counts.queued, calls, "{counts:?}");
            assert_eq!(world.tracker.live() as u64, counts.live + counts.queued, "{counts:?}");
            assert!(counts.live <= bound as u64, "{counts:?}");
            assert!(world.inside.load(SeqCst) as u64 <= counts.live, "{counts:?}");
            assert!(world.most.load(SeqCst) <= bound);
        };
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let mut handles = Vec::new();
        runtime.block_on(async {
            let mut drain = None;
            let begin = async || {
                let (tracker, live) = (world.tracker.clone(), world.tracker.live());
                let mut draining = Box::pin(async move { tracker.drain().await });
                let first = poll_fn(|cx| Poll::Ready(draining.as_mut().poll(cx))).await;
                let draining = tokio::spawn(async move {
                    match first {
                        Poll::Ready(report) => report,
                        Poll::Pending => draining.await,
                    }
                });
                (live, draining)
            };
            for step in steps {
                match step {
                    Step::Call { graceful, body } => {
                        let tracker = &world.tracker;
                        let full = tracker.live() == bound + queue;
                        let refused = full || tracker.is_draining();
                        let draining = tracker.is_draining();
                        world.calls.fetch_add(1, SeqCst);
                        let call: Call = if graceful { in_paused_time::graceful } else { in_paused_time::plain };
                        let handle = call(world.clone(), body);
                        // Nothing has been polled yet: only a refused call is over.
                        assert_eq!(handle.is_finished(), refused);
                        if refused {
                            let why = if draining { Rejected::Draining } else { Rejected::Full };
                            let result = handle.await;
                            assert!(matches!(result, Err(TaskError::Rejected(rejected)) if rejected == why));
                        } else {
                            handles.push(handle);
                        }
                    }
                    Step::Abort(index) => {
                        if !handles.is_empty() {
                            index.get(&handles).abort(CancelCause::Requested);
                        }
                    }
                    Step::DropHandle(index) => {
                        if !handles.is_empty() {
                            handles.swap_remove(index.index(handles.len()));
                        }
                    }
                    Step::Advance(millis) => sleep(Duration::from_millis(millis)).await,
                    Step::Drain => {
                        if drain.is_none() {
                            drain = Some(begin().await);
                        }
                    }
                }
                check();
            }
            if ending == Ending::Drain {
                let (live, draining) = match drain {
                    Some(drain) => drain,
                    None => begin().await,
                };
                let report = draining.await.unwrap();
                check();
                let all = report.finished() + report.cancelled() + report.aborted() + report.never_started();
                assert_eq!(all, live + world.kept.load(SeqCst), "{report}");
                assert_eq!((report.stuck(), world.tracker.live()), (0, 0), "{report}");
            }
        });
        let live = counts().live + counts().queued;
        let before = counts();
        drop(runtime);
        check();
        // What had been aborted, and was not dropped yet, keeps the cause that it was given.
        let after = counts();
        assert_eq!((after.lost + after.cancelled - before.cancelled, before.lost), (live, 0));
        assert_eq!((world.tracker.live(), world.inside.load(SeqCst)), (0, 0));
        let waiting = Builder::new_current_thread().build().unwrap();
        let mut results = Vec::new();
        waiting.block_on(async {
            for handle in handles {
                results.push(handle.await);
            }
        });
        assert_agree(&counts(), &tally(results), world.calls.load(SeqCst));
    }
}

/// What a caller on a thread does with a call it has made.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Then {
    Keep,
    Await,
    Abort,
    Drop,
}

fn short_body() -> impl Strategy<Value = Body> {
    prop_oneof![
        4 => Just(Body::EndsAtOnce),
        2 => (0..2_u64).prop_map(Body::Ends),
        1 => (0..2_u64).prop_map(Body::Fails),
        1 => (0..2_u64).prop_map(Body::Panics),
        1 => (0..2_u64).prop_map(Body::Shields),
        1 => Just(Body::Delegates(0)),
    ]
}

fn then() -> impl Strategy<Value = Then> {
    prop_oneof![Just(Then::Keep), Just(Then::Await), Just(Then::Abort), Just(Then::Drop)]
}

fn caller() -> impl Strategy<Value = Vec<(bool, Body, Then)>> {
    vec((any::<bool>(), short_body(), then()), 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_counters_add_up_when_threads_race_each_other_and_a_drain(
        bound in 1..4_usize,
        queue in 0..5_usize,
        callers in vec(caller(), 2),
        drain_after in 0..40_usize,
    ) {
        let world = World::new(bound, queue);
        let before = on_two_threads::counts();
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let results = runtime.block_on(async {
            let callers: Vec<_> = callers
                .into_iter()
                .map(|calls| {
                    let world = world.clone();
                    tokio::spawn(async move {
                        let (mut kept, mut results) = (Vec::new(), Vec::new());
                        for (graceful, body, then) in calls {
                            world.calls.fetch_add(1, SeqCst);
                            let call: Call = if graceful { on_two_threads::graceful } else { on_two_threads::plain };
                            let handle = call(world.clone(), body);
                            match then {
                                Then::Keep => kept.push(handle),
                                Then::Await => results.push(handle.await),
                                Then::Abort => {
                                    handle.abort(CancelCause::Requested);
                                    kept.push(handle);
                                }
                                Then::Drop => drop(handle),
                            }
                        }
                        for handle in kept {
                            results.push(handle.await);
                        }
                        results
                    })
                })
                .collect();
            while world.calls.load(SeqCst) < drain_after && callers.iter().any(|caller| !caller.is_finished()) {
                tokio::task::yield_now().await;
            }
            let report = world.tracker.drain().await;
            assert_eq!((world.tracker.live(), world.inside.load(SeqCst)), (0, 0));
            assert!(report.is_clean() || report.aborted() > 0, "{report}");
            let mut results = Vec::new();
            for caller in callers {
                results.extend(caller.await.unwrap());
            }
            results
        });
        drop(runtime);
        assert!(world.most.load(SeqCst) <= bound);
        let counts = combined(on_two_threads::counts(), before, |now, before| now - before);
        assert_eq!(counts.started, ended(&counts));
        assert_eq!((counts.lost, counts.started + counts.rejected), (0, world.calls.load(SeqCst) as u64));
        assert_agree(&counts, &tally(results), world.calls.load(SeqCst));
    }
}
