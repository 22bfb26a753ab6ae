//! A handle may be let go at any point: what its task gives goes exactly once, an `Err` is reported exactly once, and
//! where the handle went before the task's end, both before a drain returns.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::task::Poll;
use std::time::Duration;

use outlive::testing::isolated;
use outlive::{TaskError, TaskHandle, Tracker, detached};
use outlive_tests::Trace;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::sleep;
use tracing::dispatcher;

type Shared = Arc<Tracker>;

/// Counts how often it is dropped, and says who it is.
#[derive(Debug)]
struct Thing {
    id: usize,
    drops: Arc<AtomicUsize>,
}

impl Drop for Thing {
    fn drop(&mut self) {
        self.drops.fetch_add(1, SeqCst);
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "thing {}", self.id)
    }
}

/// What a body gives, and with that its drops.
struct Gift {
    thing: Thing,
    fails: bool,
}

impl Gift {
    fn new(id: usize, fails: bool) -> (Self, Arc<AtomicUsize>) {
        let drops = Arc::new(AtomicUsize::new(0));
        (Self { thing: Thing { id, drops: Arc::clone(&drops) }, fails }, drops)
    }

    fn give(self) -> Result<Thing, Thing> {
        if self.fails { Err(self.thing) } else { Ok(self.thing) }
    }
}

type Handle = TaskHandle<Result<Thing, Thing>>;

#[detached(timeout = "15s", track = tracker)]
async fn gives(tracker: Shared, gift: Gift, gate: Option<watch::Receiver<bool>>) -> Result<Thing, Thing> {
    let _keep = tracker;
    if let Some(mut gate) = gate {
        gate.wait_for(|open| *open).await.unwrap();
    }
    gift.give()
}

/// Whose workers' reports are heard, too.
fn heard() -> (Trace, Runtime) {
    let trace = Trace::record();
    let dispatch = dispatcher::get_default(Clone::clone);
    let hears = move || std::mem::forget(dispatcher::set_default(&dispatch));
    (trace, Builder::new_multi_thread().worker_threads(2).enable_all().on_thread_start(hears).build().unwrap())
}

fn causes(trace: &Trace) -> Vec<String> {
    trace.reports().iter().map(|report| report.field("cause").to_owned()).collect()
}

/// When the handle goes.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Point {
    BeforeTheFirstPoll,
    /// Of the task and of the handle.
    AfterTheFirstPoll,
    Queued,
    Waiting,
    AfterTheEnd,
    AfterAnAwait,
}

#[tokio::test(start_paused = true)]
async fn a_handle_let_go_at_each_point_of_its_task() {
    let trace = Trace::record();
    for point in [
        Point::BeforeTheFirstPoll,
        Point::AfterTheFirstPoll,
        Point::Queued,
        Point::Waiting,
        Point::AfterTheEnd,
        Point::AfterAnAwait,
    ] {
        for fails in [false, true] {
            for never_waits in [false, true] {
                let place = format!("{point:?}, {fails}, {never_waits}");
                let tracker = Arc::new(Tracker::bounded("one", 1).queue(1));
                let (open, gate) = watch::channel(false);
                let first = (point == Point::Queued).then(|| {
                    let (gift, _) = Gift::new(0, false);
                    gives(tracker.clone(), gift, Some(gate.clone()))
                });
                let (gift, drops) = Gift::new(1, fails);
                let ends_at_once = never_waits || matches!(point, Point::AfterTheEnd | Point::AfterAnAwait);
                let mut handle = gives(tracker.clone(), gift, (!ends_at_once).then_some(gate));
                match point {
                    Point::BeforeTheFirstPoll => drop(handle),
                    Point::AfterTheFirstPoll => {
                        poll_fn(|cx| {
                            assert!(Pin::new(&mut handle).poll(cx).is_pending());
                            Poll::Ready(())
                        })
                        .await;
                        if !never_waits {
                            yield_now().await;
                        }
                        drop(handle);
                    }
                    Point::Queued | Point::Waiting => {
                        sleep(Duration::from_secs(1)).await;
                        let is_over = never_waits && point == Point::Waiting;
                        assert_eq!(handle.is_finished(), is_over, "{place}");
                        drop(handle);
                    }
                    Point::AfterTheEnd => {
                        sleep(Duration::from_secs(1)).await;
                        assert_eq!((drops.load(SeqCst), handle.is_finished()), (0, true), "{place}");
                        drop(handle);
                        assert_eq!(drops.load(SeqCst), 1, "{place}");
                    }
                    Point::AfterAnAwait => {
                        let ended = handle.await.unwrap();
                        assert_eq!((ended.is_err(), drops.load(SeqCst)), (fails, 0), "{place}");
                    }
                }
                open.send(true).ok();
                assert!(tracker.drain().await.is_clean());
                assert_eq!(drops.load(SeqCst), 1, "{place}");
                let is_told = fails && point != Point::AfterAnAwait;
                assert_eq!(causes(&trace), vec!["thing 1"; usize::from(is_told)], "{place}");
                drop(first);
                // Other than its own limits, nothing has to do with the one before.
                sleep(Duration::from_secs(1)).await;
                assert_eq!((drops.load(SeqCst), causes(&trace).len()), (1, 0), "{place}");
            }
        }
    }
}

#[test]
fn a_handle_let_go_while_its_task_runs_on_another_thread() {
    #[detached(timeout = "15s", track = tracker)]
    async fn runs(
        tracker: Shared,
        gift: Gift,
        first_yields: bool,
        inside: mpsc::Sender<()>,
        release: mpsc::Receiver<()>,
    ) -> Result<Thing, Thing> {
        let _keep = tracker;
        if first_yields {
            yield_now().await;
        }
        inside.send(()).unwrap();
        release.recv().unwrap();
        gift.give()
    }

    let (trace, runtime) = heard();
    for round in 0..200 {
        let (fails, first_yields) = (round % 2 == 0, round % 4 < 2);
        runtime.block_on(isolated(async {
            let tracker = Arc::new(Tracker::bounded("one", 1));
            let ((inside, is_inside), (release, released)) = (mpsc::channel(), mpsc::channel());
            let (gift, drops) = Gift::new(round, fails);
            let handle = runs(tracker.clone(), gift, first_yields, inside, released);
            is_inside.recv().unwrap();
            drop(handle);
            release.send(()).unwrap();
            assert!(tracker.drain().await.is_clean());
            assert_eq!(drops.load(SeqCst), 1, "{round}");
            assert_eq!(causes(&trace), vec![format!("thing {round}"); usize::from(fails)]);
        }));
    }
}

#[test]
fn all_handles_let_go_before_all_tasks_end_at_once_on_several_threads() {
    const TASKS: usize = 8;

    let (trace, runtime) = heard();
    for round in 0..200_usize {
        runtime.block_on(isolated(async {
            let tracker = Arc::new(Tracker::bounded("eight", TASKS / (1 + round % 2)).queue(TASKS));
            let (open, gate) = watch::channel(false);
            let (calls, drops): (Vec<Handle>, Vec<_>) = (0..TASKS)
                .map(|id| {
                    // Few enough to be no storm.
                    let (gift, drops) = Gift::new(id, id % 2 == 0);
                    (gives(tracker.clone(), gift, Some(gate.clone())), drops)
                })
                .unzip();
            for _ in 0..round % 3 {
                yield_now().await;
            }
            drop(calls);
            let drain = tokio::spawn(async move { tracker.drain().await });
            open.send(true).unwrap();
            assert!(drain.await.unwrap().is_clean());
            assert!(drops.iter().all(|drops| drops.load(SeqCst) == 1), "{round}");
            let mut causes = causes(&trace);
            causes.sort_unstable();
            assert_eq!(causes, ["thing 0", "thing 2", "thing 4", "thing 6"], "{round}");
        }));
    }
}

#[test]
fn handles_let_go_awaited_or_looked_at_in_the_very_moment_in_which_their_tasks_end() {
    const CALLS: usize = 3_000;

    #[detached(timeout = "15s", track = tracker)]
    async fn ends(tracker: Shared, gift: Gift, yields: usize) -> Result<Thing, Thing> {
        let _keep = tracker;
        for _ in 0..yields {
            yield_now().await;
        }
        gift.give()
    }

    let (trace, runtime) = heard();
    let tracker = Arc::new(Tracker::unbounded("busy"));
    let (mut told, mut all) = (Vec::new(), Vec::new());
    for id in 0..CALLS {
        let (gift, drops) = Gift::new(id, id % 3 != 0);
        let fails = gift.fails;
        all.push(drops);
        // A world of its own: a storm of reports would become a count.
        let was_taken = runtime.block_on(isolated(async {
            let handle = ends(tracker.clone(), gift, id % 4);
            for _ in 0..id * 37 % 2_000 {
                std::hint::spin_loop();
            }
            match id % 5 {
                0 | 1 => drop(handle),
                2 => {
                    while !handle.is_finished() {
                        std::hint::spin_loop();
                    }
                    drop(handle);
                }
                3 => {
                    assert_eq!(handle.await.unwrap().is_err(), fails);
                    return true;
                }
                _ => {
                    let mut handle = handle;
                    let looked = poll_fn(|cx| Poll::Ready(Pin::new(&mut handle).poll(cx))).await;
                    assert!(!matches!(looked, Poll::Ready(Err(TaskError::Lost))));
                    return looked.is_ready();
                }
            }
            false
        }));
        if fails && !was_taken {
            told.push(format!("thing {id}"));
        }
    }
    assert!(runtime.block_on(async { tracker.drain().await }).is_clean());
    drop(runtime);
    assert!(all.iter().all(|drops| drops.load(SeqCst) == 1));
    let mut causes = causes(&trace);
    causes.sort_unstable();
    told.sort_unstable();
    assert_eq!(causes, told);
}
