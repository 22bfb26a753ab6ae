//! A call costs one allocation: tokio's own, for the task.

#![allow(unsafe_code, reason = "a global allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use outlive::{Carrier, Context, Tracker, detached};
use tokio::sync::Notify;
use tokio::time::sleep;

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    /// Of this thread alone: the tests run side by side.
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// How many allocations the work makes, once everything that is made once has been made.
async fn allocations(work: impl AsyncFn()) -> usize {
    for _ in 0..3 {
        work().await;
    }
    let before = ALLOCATIONS.get();
    work().await;
    ALLOCATIONS.get() - before
}

/// Lets every task that can run do so.
async fn others() {
    for _ in 0..5 {
        tokio::task::yield_now().await;
    }
}

/// A tracker of its own for each test, as its table grows with its tasks; and a function where any will do.
macro_rules! calls {
    () => {
        static CALLS: Tracker = Tracker::bounded("calls", 64);
    };
    (adds) => {
        calls!();

        #[detached(timeout = "5s", grace = "1s", track = CALLS)]
        async fn adds(one: u64, other: u64) -> u64 {
            one + other
        }
    };
}

#[tokio::test]
async fn a_call_costs_one_allocation_as_a_bare_spawn_does() {
    calls!(adds);

    assert_eq!(allocations(async || assert_eq!(tokio::spawn(async { 3 }).await.unwrap(), 3)).await, 1);
    assert_eq!(allocations(async || assert_eq!(adds(1, 2).await.unwrap(), 3)).await, 1);
}

#[tokio::test]
async fn a_call_whose_handle_is_dropped_costs_one_allocation() {
    calls!(adds);

    let call = async || {
        adds(1, 2);
        others().await;
    };
    assert_eq!(allocations(call).await, 1);
    assert_eq!(CALLS.live(), 0);
}

#[tokio::test]
async fn asking_for_admission_and_tying_the_task_to_its_waiter_costs_none_more() {
    calls!(adds);

    let call = async || assert_eq!(adds(1, 2).admitted().unwrap().abort_on_drop().await.unwrap(), 3);
    assert_eq!(allocations(call).await, 1);
}

#[tokio::test]
async fn a_call_that_carries_values_and_labels_costs_one_allocation() {
    calls!(adds);

    #[detached(timeout = "5s", track = CALLS)]
    async fn waits() {
        tokio::task::yield_now().await;
    }

    let request = Context::root().with(7_u32).with_label("request", "a1b2").with_label("user", 7);
    request
        .scope(async {
            assert_eq!(allocations(async || waits().await.unwrap()).await, 1);
            assert_eq!(allocations(async || assert_eq!(adds(1, 2).await.unwrap(), 3)).await, 1);
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_call_whose_context_is_passed_costs_one_allocation() {
    calls!();

    #[detached(timeout = "5s", track = CALLS, context = context)]
    async fn reads(context: Context) -> Option<u32> {
        tokio::task::yield_now().await;
        context.get().copied()
    }

    let request = Context::root().with(7_u32);
    assert_eq!(allocations(async || assert_eq!(reads(request.clone()).await.unwrap(), Some(7))).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_body_waits_costs_one_allocation() {
    calls!();

    static GO: Notify = Notify::const_new();

    #[detached(timeout = "5s", track = CALLS)]
    async fn waits() {
        GO.notified().await;
        sleep(Duration::from_secs(1)).await;
    }

    let call = async || {
        let handle = waits();
        others().await;
        GO.notify_one();
        handle.await.unwrap();
    };
    assert_eq!(allocations(call).await, 1);
}

#[tokio::test]
async fn a_queued_call_costs_one_allocation() {
    static ONE: Tracker = Tracker::bounded("one", 1).queue(8);

    #[detached(timeout = "5s", track = ONE)]
    async fn waits() {
        tokio::task::yield_now().await;
    }

    let call = async || {
        let calls = [waits(), waits(), waits()];
        for call in calls {
            call.await.unwrap();
        }
    };
    assert_eq!(allocations(call).await, 3);
}

/// The text of the first few of each second is kept, for whoever asks for the last failure.
#[tokio::test(start_paused = true)]
async fn a_call_that_returns_an_err_costs_one_allocation_when_many_do() {
    calls!();

    #[detached(timeout = "5s", track = CALLS)]
    async fn fails() -> Result<(), &'static str> {
        tokio::task::yield_now().await;
        Err("no")
    }

    for _ in 0..8 {
        fails().await.unwrap().unwrap_err();
    }
    assert_eq!(allocations(async || assert_eq!(fails().await.unwrap(), Err("no"))).await, 1);
}

#[tokio::test]
async fn a_call_from_inside_a_task_costs_one_allocation() {
    calls!(adds);

    #[detached(timeout = "5s", track = CALLS)]
    async fn delegates() -> usize {
        allocations(async || assert_eq!(adds(1, 2).await.unwrap(), 3)).await
    }

    assert_eq!(delegates().await.unwrap(), 1);
}

#[tokio::test]
async fn a_call_whose_tracker_is_shared_costs_one_allocation() {
    #[detached(timeout = "5s", track = tracker)]
    async fn waits(tracker: std::sync::Arc<Tracker>) -> usize {
        tokio::task::yield_now().await;
        tracker.live()
    }

    let tracker = std::sync::Arc::new(Tracker::bounded("shared", 8));
    assert_eq!(allocations(async || assert_eq!(waits(tracker.clone()).await.unwrap(), 1)).await, 1);
}

#[tokio::test]
async fn a_detached_future_costs_one_allocation() {
    calls!();

    let call = async || {
        let sum = outlive::detach!(timeout = "5s", track = CALLS, async {
            tokio::task::yield_now().await;
            1 + 2
        });
        assert_eq!(sum.await.unwrap(), 3);
    };
    assert_eq!(allocations(call).await, 1);
}

#[tokio::test]
async fn a_call_whose_carrier_has_nothing_to_carry_costs_one_allocation() {
    calls!();

    struct Nothing;

    impl Carrier for Nothing {
        fn capture() -> Option<Self> {
            None
        }

        fn enter(&mut self, _: &mut dyn FnMut()) {
            unreachable!("there is none");
        }
    }

    #[detached(timeout = "5s", track = CALLS, carry = [Nothing])]
    async fn waits() {
        tokio::task::yield_now().await;
    }

    assert_eq!(allocations(async || waits().await.unwrap()).await, 1);
}

#[tokio::test]
async fn a_refused_call_allocates_nothing() {
    static NARROW: Tracker = Tracker::bounded("narrow", 1);

    #[detached(timeout = "5s", track = NARROW)]
    async fn hangs() {
        std::future::pending::<()>().await;
    }

    let running = hangs();
    let call = async || assert!(hangs().admitted().is_err());
    assert_eq!(allocations(call).await, 0);
    assert!(!running.is_finished());
}
