//! What a bare spawn carries, a detached call carries: a body that holds hundreds of KiB, without optimising, on the stack of a worker
//! thread.

#![allow(clippy::large_stack_arrays, clippy::large_futures, reason = "that is what it is about")]

use std::future::Future;
use std::hint::black_box;
use std::sync::Arc;

use outlive::{OwnedTracker, TaskOwner, Tracker, detach, detached, owned_tasks, periodic, worker};
use tokio::sync::Notify;

static CALLS: Tracker = Tracker::bounded("calls", 64);

const LARGE: usize = 384 << 10;

/// Makes its future hold so much across an await.
macro_rules! held {
    ($value:expr) => {{
        let held = black_box([$value; LARGE]);
        tokio::task::yield_now().await;
        usize::from(black_box(&held)[LARGE - 1])
    }};
}

/// On a worker's thread, which has tokio's 2 MiB.
fn on_a_worker<F: Future<Output = usize> + Send + 'static>(calls: impl FnOnce() -> F + Send + 'static) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let given = runtime.block_on(runtime.spawn(async move { Box::pin(calls()).await }));
    assert_eq!(given.unwrap(), 7);
}

#[test]
fn a_bare_spawn_carries_it() {
    async fn holds(value: u8) -> usize {
        held!(value)
    }

    on_a_worker(async || tokio::spawn(holds(7)).await.unwrap());
}

#[test]
fn a_function() {
    #[detached(timeout = "5s", track = CALLS)]
    async fn holds(value: u8) -> usize {
        held!(value)
    }

    on_a_worker(async || holds(7).await.unwrap());
}

#[test]
fn a_block() {
    on_a_worker(async || {
        let value = 7_u8;
        detach!(timeout = "5s", track = CALLS, async move { held!(value) }).await.unwrap()
    });
}

#[test]
fn a_function_whose_tracker_is_shared() {
    #[detached(timeout = "5s", track = tracker)]
    async fn holds(tracker: Arc<Tracker>, value: u8) -> usize {
        let _ = tracker;
        held!(value)
    }

    on_a_worker(async || holds(Arc::new(Tracker::bounded("shared", 8)), 7).await.unwrap());
}

#[test]
fn a_method_of_a_service() {
    #[derive(Clone, TaskOwner)]
    struct Service {
        tasks: OwnedTracker,
    }

    #[owned_tasks]
    impl Service {
        #[detached(timeout = "5s")]
        async fn holds(&self, value: u8) -> usize {
            held!(value)
        }
    }

    on_a_worker(async || Service { tasks: OwnedTracker::bounded("service", 8) }.holds(7).await.unwrap());
}

#[test]
fn a_call_that_waits_for_its_place() {
    #[detached(timeout = "5s", track = CALLS, when_full = wait)]
    async fn holds(value: u8) -> usize {
        held!(value)
    }

    on_a_worker(async || holds(7).await.await.unwrap());
}

#[test]
fn a_call_that_is_tried_again() {
    #[detached(timeout = "5s", track = CALLS, retry = "3, 1ms..2ms")]
    async fn holds(value: u8) -> Result<usize, String> {
        let held = held!(value);
        if outlive::Context::current().attempt() == 1 { Err("once more".to_owned()) } else { Ok(held) }
    }

    on_a_worker(async || holds(7).await.unwrap().unwrap());
}

#[test]
fn a_worker() {
    #[worker(track = CALLS)]
    async fn holds(value: u8) -> usize {
        held!(value)
    }

    on_a_worker(async || holds(7).await.unwrap());
}

#[test]
fn a_worker_that_is_restarted() {
    #[worker(track = CALLS, restart = "1ms..2ms")]
    async fn holds(value: u8) -> usize {
        held!(value)
    }

    on_a_worker(async || holds(7).await.unwrap());
}

#[test]
fn a_run_of_a_loop() {
    static RAN: Notify = Notify::const_new();

    #[periodic(every = "1h", timeout = "5s", track = CALLS, immediate)]
    async fn holds(value: u8) {
        assert_eq!(held!(value), 7);
        RAN.notify_one();
    }

    on_a_worker(async || {
        let looping = holds(7);
        RAN.notified().await;
        drop(looping);
        7
    });
}

/// Its future is dropped where it is, too.
#[test]
fn a_call_that_is_aborted() {
    #[detached(timeout = "5s", track = CALLS)]
    async fn holds(value: u8) -> usize {
        let held = black_box([value; LARGE]);
        std::future::pending::<()>().await;
        usize::from(black_box(&held)[0])
    }

    on_a_worker(async || {
        let call = holds(7);
        tokio::task::yield_now().await;
        call.abort(outlive::CancelCause::Requested);
        assert!(call.await.is_err());
        7
    });
}
