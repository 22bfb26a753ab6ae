//! No timer outlives the last task that it was for, and no clock is moved for a task that has ended.

use std::future::pending;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use outlive::{TaskError, Tracker, detached};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;
use tokio::time::{Instant, advance, sleep};

const SECOND: Duration = Duration::from_secs(1);

/// A paused runtime, and when its thread had nothing to do: where timers are left, its clock goes on to the next then.
fn paused() -> (Runtime, Arc<Mutex<Vec<Instant>>>) {
    let idle = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&idle);
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .on_thread_park(move || seen.lock().unwrap().push(Instant::now()))
        .build()
        .unwrap();
    (runtime, idle)
}

fn alive() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

/// Waits for something outside, as for a socket: often enough for the runtime to have been idle.
async fn outside() {
    let (ask, asked) = mpsc::channel::<oneshot::Sender<()>>();
    let other = thread::spawn(move || asked.into_iter().for_each(|answer| answer.send(()).unwrap()));
    for _ in 0..200 {
        let (answer, answered) = oneshot::channel();
        ask.send(answer).unwrap();
        answered.await.unwrap();
    }
    drop(ask);
    other.join().unwrap();
}

#[test]
fn a_task_that_has_ended_moves_no_clock_and_leaves_no_task() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "15s", track = OWN)]
    async fn waits(gate: oneshot::Receiver<()>) {
        let _ = gate.await;
    }

    let (runtime, _) = paused();
    runtime.block_on(async {
        let began = Instant::now();
        for _ in 0..3 {
            let (open, gate) = oneshot::channel();
            let call = waits(gate);
            tokio::task::yield_now().await;
            assert_eq!(alive(), 1, "a task of ours keeps the time");
            open.send(()).unwrap();
            call.await.unwrap();
            assert_eq!(alive(), 0);
        }
        outside().await;
        assert_eq!(Instant::now() - began, Duration::ZERO, "the clock was moved for a task that has ended");
    });
}

#[test]
fn a_head_that_has_left_moves_no_clock_while_others_wait() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "15s", track = OWN)]
    async fn waits(gate: oneshot::Receiver<()>) {
        let _ = gate.await;
    }

    let (runtime, idle) = paused();
    runtime.block_on(async {
        let began = Instant::now();
        let (open, gate) = oneshot::channel();
        let (_never, other_gate) = oneshot::channel();
        let first = waits(gate);
        tokio::task::yield_now().await;
        advance(10 * SECOND).await;
        let second = waits(other_gate);
        tokio::task::yield_now().await;
        open.send(()).unwrap();
        first.await.unwrap();
        assert!(matches!(second.await, Err(TaskError::TimedOut { .. })));
        assert_eq!(Instant::now() - began, 25 * SECOND);
        let idle: Vec<_> = idle.lock().unwrap().iter().map(|at| at.saturating_duration_since(began)).collect();
        assert!(idle.iter().any(|at| *at >= 10 * SECOND), "it was never idle");
        assert!(!idle.contains(&(15 * SECOND)), "the clock stopped at the deadline of a task that has ended: {idle:?}");
    });
}

#[test]
fn tasks_that_wait_one_after_another_each_have_their_timeout() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "2s", track = OWN)]
    async fn hangs() {
        pending::<()>().await;
    }

    #[detached(timeout = "2s", track = OWN)]
    async fn sleeps() {
        sleep(SECOND).await;
    }

    let (runtime, _) = paused();
    runtime.block_on(async {
        for _ in 0..3 {
            let began = Instant::now();
            sleeps().await.unwrap();
            assert_eq!(Instant::now() - began, SECOND);
            assert!(matches!(hangs().await, Err(TaskError::TimedOut { .. })));
            assert_eq!(Instant::now() - began, 3 * SECOND);
        }
        assert_eq!(alive(), 0);
    });
}

#[test]
fn tasks_less_than_a_millisecond_apart_each_have_their_own_timeout() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "2s", track = OWN)]
    async fn waits(gate: oneshot::Receiver<()>) {
        let _ = gate.await;
    }

    let (runtime, _) = paused();
    runtime.block_on(async {
        let mut calls = Vec::new();
        for _ in 0..5 {
            let (open, gate) = oneshot::channel();
            calls.push((Instant::now(), open, waits(gate)));
            tokio::task::yield_now().await;
            advance(Duration::from_micros(300)).await;
        }
        // The first leaves: the others' time is not its.
        let (_, open, first) = calls.remove(0);
        open.send(()).unwrap();
        first.await.unwrap();
        for (called, _open, call) in calls {
            assert!(matches!(call.await, Err(TaskError::TimedOut { .. })));
            let took = Instant::now() - called;
            assert!(took >= 2 * SECOND && took <= 2 * SECOND + Duration::from_millis(2), "{took:?}");
        }
    });
}

#[test]
fn a_drain_leaves_no_task_of_ours() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "15s", track = OWN)]
    async fn sleeps() {
        sleep(SECOND).await;
    }

    let (runtime, _) = paused();
    runtime.block_on(async {
        sleeps();
        assert!(OWN.drain().await.is_clean());
        assert_eq!(alive(), 0);
    });
}

#[test]
fn tasks_go_with_a_runtime_that_a_threads_end_drops() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "15s", track = OWN)]
    async fn hangs() {
        pending::<()>().await;
    }

    thread_local! {
        static RUNTIME: Mutex<Option<Runtime>> = const { Mutex::new(None) };
    }

    let gone = thread::spawn(|| {
        // Before tokio's own, so that it is dropped after that.
        RUNTIME.with(|own| {
            let (runtime, _) = paused();
            runtime.block_on(async {
                for _ in 0..3 {
                    hangs();
                    tokio::task::yield_now().await;
                    advance(SECOND).await;
                }
            });
            assert_eq!(OWN.live(), 3);
            *own.lock().unwrap() = Some(runtime);
        });
    });
    gone.join().unwrap();
    assert_eq!(OWN.live(), 0);
    let (runtime, _) = paused();
    runtime.block_on(async {
        let began = Instant::now();
        assert!(matches!(hangs().await, Err(TaskError::TimedOut { .. })));
        assert_eq!(Instant::now() - began, 15 * SECOND);
    });
}
