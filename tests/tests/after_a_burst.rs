//! A hundred thousand tasks at once leave nothing behind when they have gone: what a burst has taken it gives back.

#![allow(unsafe_code, reason = "a global allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use outlive::{CancelCause, TaskError, TaskHandle, Tracker, detached};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::time::sleep;

const BURST: usize = 100_000;

/// Where it is not the number that matters.
const SMALL_BURST: usize = 10_000;

/// What may stay: tables that have their least size, and what is made once.
const LITTLE: isize = 96 * 1024;

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// On all threads.
static LIVE: AtomicIsize = AtomicIsize::new(0);

fn signed(size: usize) -> isize {
    isize::try_from(size).unwrap()
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(signed(layout.size()), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(signed(layout.size()), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LIVE.fetch_add(signed(size) - signed(layout.size()), Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// One after another: they count the same bytes.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn paused() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

/// How many bytes more are live after a burst than before: after its tasks' end, while their runtime goes on, and when
/// that has gone, too. What the runtime itself keeps of a burst, it keeps of the one before.
fn kept(size: usize, burst: impl AsyncFn(usize)) -> (isize, isize) {
    let outside = LIVE.load(Relaxed);
    let runtime = paused();
    let inside = runtime.block_on(async {
        // What is made once, and what tokio's own tables grow to.
        burst(10).await;
        (0..size).for_each(|_| drop(tokio::spawn(async {})));
        settle().await;
        let before = LIVE.load(Relaxed);
        burst(size).await;
        LIVE.load(Relaxed) - before
    });
    drop(runtime);
    (inside, LIVE.load(Relaxed) - outside)
}

#[track_caller]
fn assert_little(kept: (isize, isize)) {
    assert!(kept.0 < LITTLE && kept.1 < LITTLE, "{} bytes stay, and {} after the runtime's end", kept.0, kept.1);
}

/// A function of its own for each test, whose tasks wait until they are let go.
macro_rules! burst {
    ($tracker:ident, $hangs:ident, grace = $grace:literal) => {
        #[detached(timeout = "15s", grace = $grace, track = $tracker)]
        async fn $hangs(mut gate: watch::Receiver<bool>) {
            let _ = gate.wait_for(|open| *open).await;
        }
    };
}

/// Lets everybody run until all of them wait.
async fn settle() {
    sleep(Duration::from_millis(1)).await;
}

#[test]
fn of_tasks_that_end() {
    static OWN: Tracker = Tracker::unbounded("own");
    burst!(OWN, hangs, grace = "1s");

    let _alone = alone();
    assert_little(kept(BURST, async |number| {
        let (open, gate) = watch::channel(false);
        let calls: Vec<_> = (0..number).map(|_| hangs(gate.clone())).collect();
        settle().await;
        assert_eq!(OWN.live(), number);
        open.send(true).unwrap();
        for call in calls {
            call.await.unwrap();
        }
        assert_eq!(OWN.live(), 0);
    }));
}

#[test]
fn of_tasks_that_never_wait_and_whose_handles_nobody_keeps() {
    static OWN: Tracker = Tracker::bounded("own", BURST);

    #[detached(timeout = "15s", track = OWN)]
    async fn works(number: usize) -> Box<usize> {
        Box::new(number)
    }

    let _alone = alone();
    assert_little(kept(SMALL_BURST, async |number| {
        (0..number).for_each(|number| drop(works(number)));
        assert_eq!(OWN.live(), number);
        settle().await;
        assert_eq!(OWN.live(), 0);
    }));
}

#[test]
fn of_tasks_that_time_out() {
    static OWN: Tracker = Tracker::unbounded("own");
    burst!(OWN, hangs, grace = "1s");

    let _alone = alone();
    assert_little(kept(SMALL_BURST, async |number| {
        let (_open, gate) = watch::channel(false);
        let calls: Vec<_> = (0..number).map(|_| hangs(gate.clone())).collect();
        for call in calls {
            assert!(matches!(call.await, Err(TaskError::TimedOut { .. })));
        }
        assert_eq!(OWN.live(), 0);
    }));
}

#[test]
fn of_tasks_that_are_aborted_before_and_after_they_wait() {
    static OWN: Tracker = Tracker::unbounded("own");
    burst!(OWN, hangs, grace = "1s");

    let _alone = alone();
    assert_little(kept(SMALL_BURST, async |number| {
        let (_open, gate) = watch::channel(false);
        let first: Vec<_> = (0..number / 2).map(|_| hangs(gate.clone())).collect();
        settle().await;
        let second: Vec<_> = (0..number / 2).map(|_| hangs(gate.clone())).collect();
        for call in first.iter().chain(&second) {
            call.abort(CancelCause::Requested);
        }
        for call in first.into_iter().chain(second) {
            assert!(matches!(call.await, Err(TaskError::Cancelled(CancelCause::Requested))));
        }
        assert_eq!(OWN.live(), 0);
    }));
}

#[test]
fn of_calls_that_were_queued() {
    static OWN: Tracker = Tracker::bounded("own", 64).queue(BURST);
    burst!(OWN, hangs, grace = "1s");

    let _alone = alone();
    assert_little(kept(SMALL_BURST, async |number| {
        let (open, gate) = watch::channel(false);
        let calls: Vec<_> = (0..number).map(|_| hangs(gate.clone())).collect();
        settle().await;
        assert_eq!(OWN.live(), number);
        open.send(true).unwrap();
        for call in calls {
            call.await.unwrap();
        }
        assert_eq!(OWN.live(), 0);
    }));
}

#[test]
fn of_tasks_that_are_lost_with_their_runtime() {
    static OWN: Tracker = Tracker::unbounded("own");
    burst!(OWN, hangs, grace = "1s");

    let _alone = alone();
    // The runtime's going is the burst's end.
    let lose = |number: usize| {
        let runtime = paused();
        let calls: Vec<TaskHandle<()>> = runtime.block_on(async {
            let (_open, gate) = watch::channel(false);
            let calls = (0..number).map(|_| hangs(gate.clone())).collect();
            settle().await;
            calls
        });
        drop(runtime);
        assert!(calls.iter().all(TaskHandle::is_finished));
        assert_eq!(OWN.live(), 0);
    };
    lose(10);
    let before = LIVE.load(Relaxed);
    lose(SMALL_BURST);
    assert_little((0, LIVE.load(Relaxed) - before));
}

/// The handle of the task that holds this.
#[derive(Clone, Default)]
struct Own(Arc<Mutex<Option<TaskHandle<i32>>>>);

impl Drop for Own {
    fn drop(&mut self) {
        drop(self.0.lock().unwrap().take());
    }
}

#[test]
fn of_tasks_that_are_lost_with_their_runtime_and_whose_handles_go_meanwhile() {
    static OWN: Tracker = Tracker::unbounded("own");

    #[detached(timeout = "15s", track = OWN)]
    async fn hangs(own: Own) -> i32 {
        let _own = own;
        std::future::pending().await
    }

    let _alone = alone();
    let lose = |number: usize| {
        let runtime = paused();
        runtime.block_on(async {
            for _ in 0..number {
                let handle = Arc::default();
                let call = hangs(Own(Arc::clone(&handle)));
                *handle.lock().unwrap() = Some(call);
            }
            settle().await;
        });
        drop(runtime);
        assert_eq!(OWN.live(), 0);
    };
    lose(10);
    let before = LIVE.load(Relaxed);
    lose(SMALL_BURST);
    assert_little((0, LIVE.load(Relaxed) - before));
}

#[test]
fn of_tasks_whose_handles_go_before_and_after_their_end() {
    static OWN: Tracker = Tracker::unbounded("own");

    #[detached(timeout = "15s", grace = "1s", track = OWN)]
    async fn gives(mut gate: watch::Receiver<bool>) -> i32 {
        let _ = gate.wait_for(|open| *open).await;
        7
    }

    let _alone = alone();
    assert_little(kept(SMALL_BURST, async |number| {
        let (open, gate) = watch::channel(false);
        (0..number).for_each(|_| drop(gives(gate.clone())));
        settle().await;
        let aborted: Vec<_> = (0..number).map(|_| gives(gate.clone())).collect();
        settle().await;
        for call in &aborted {
            call.abort(CancelCause::Requested);
        }
        settle().await;
        open.send(true).unwrap();
        settle().await;
        assert_eq!(OWN.live(), 0);
        drop(aborted);
    }));
}

#[test]
fn of_trackers_that_come_and_go() {
    #[detached(timeout = "15s", track = tracker)]
    async fn hangs(tracker: Arc<Tracker>, mut gate: watch::Receiver<bool>) {
        let _keep = tracker;
        let _ = gate.wait_for(|open| *open).await;
    }

    let _alone = alone();
    assert_little(kept(SMALL_BURST, async |number| {
        let (open, gate) = watch::channel(false);
        for _ in 0..number {
            hangs(Arc::new(Tracker::bounded("own", 1)), gate.clone());
        }
        settle().await;
        open.send(true).unwrap();
        settle().await;
        // What was aborted goes at the runtime's next turn.
        settle().await;
    }));
}

#[test]
fn of_runtimes_that_come_and_go() {
    static OWN: Tracker = Tracker::unbounded("own");
    burst!(OWN, hangs, grace = "1s");

    let _alone = alone();
    let come_and_go = |number: usize| {
        for _ in 0..number {
            paused().block_on(async {
                let (_open, gate) = watch::channel(false);
                drop(hangs(gate));
                settle().await;
                assert_eq!(OWN.live(), 1);
            });
        }
        assert_eq!(OWN.live(), 0);
    };
    come_and_go(10);
    let before = LIVE.load(Relaxed);
    come_and_go(1_000);
    assert_little((0, LIVE.load(Relaxed) - before));
}

#[test]
fn of_which_one_straggler_stays() {
    static OWN: Tracker<200> = Tracker::unbounded("own").drain_budget();

    #[detached(timeout = "150s", grace = "1s", track = OWN)]
    async fn hangs(mut gate: watch::Receiver<bool>) {
        let _ = gate.wait_for(|open| *open).await;
    }

    let _alone = alone();
    // The first of them, one in their midst, and the last: it may keep the table up to itself, until its own end.
    for place in [0, 1, 2] {
        let (stay, stays) = watch::channel(false);
        let straggler = Mutex::new(None);
        let (meanwhile, after) = kept(SMALL_BURST, async |number| {
            let (open, gate) = watch::channel(false);
            let at = [0, number / 2, number - 1][place];
            let mut calls: Vec<_> =
                (0..number).map(|call| hangs(if call == at { stays.clone() } else { gate.clone() })).collect();
            settle().await;
            assert!(OWN.live() >= number);
            open.send(true).unwrap();
            let one = calls.swap_remove(at);
            for call in calls {
                call.await.unwrap();
            }
            let before = straggler.lock().unwrap().replace(one);
            assert_eq!(OWN.live(), 1 + usize::from(before.is_some()));
            if let Some(before) = before {
                before.abort(CancelCause::Requested);
                assert!(before.await.is_err());
            }
        });
        assert_little((meanwhile - signed(SMALL_BURST * 64 * place / 2), after));
        drop((stay, straggler));
    }
}

#[test]
fn of_bursts_that_come_again_and_again() {
    static OWN: Tracker = Tracker::unbounded("own");
    burst!(OWN, hangs, grace = "1s");

    let _alone = alone();
    paused().block_on(async {
        let mut after_the_first = None;
        for _ in 0..20 {
            let (open, gate) = watch::channel(false);
            let calls: Vec<_> = (0..1_000).map(|_| hangs(gate.clone())).collect();
            settle().await;
            open.send(true).unwrap();
            for call in calls {
                call.await.unwrap();
            }
            drop((open, gate));
            let now = LIVE.load(Relaxed);
            assert_little((now - *after_the_first.get_or_insert(now), 0));
        }
    });
}
