//! What a function's carriers have captured at the call is in place wherever the task's code runs, and nowhere else; and
//! whatever a carrier does, the task's code runs, once.

#![allow(clippy::async_yields_async, reason = "a request ends, and its task's handle is what is left")]

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread::{self, ThreadId};
use std::time::Duration;

use outlive::{
    CancelCause, Carrier, OwnedTracker, TaskError, TaskOwner, Tracker, Unfinished, detach, detached, owned_tasks,
    periodic, worker,
};
use outlive_tests::Trace;
use tokio::runtime::Builder;
use tokio::task::{block_in_place, yield_now};
use tokio::time::{advance, sleep};

use self::signal::Go;

static TASKS: Tracker = Tracker::unbounded("tasks");

thread_local! {
    /// Whose code runs, as another library has it. 0 is nobody's.
    static USER: Cell<u32> = const { Cell::new(0) };
}

struct User(u32);

impl Carrier for User {
    fn capture() -> Option<Self> {
        let user = USER.get();
        (user != 0).then_some(Self(user))
    }

    fn enter(&mut self, work: &mut dyn FnMut()) {
        let own = USER.replace(self.0);
        work();
        self.0 = USER.replace(own);
    }
}

/// Makes a call as this user, and is nobody afterwards.
fn as_user<T>(user: u32, call: impl FnOnce() -> T) -> T {
    USER.set(user);
    let called = call();
    USER.set(0);
    called
}

/// Says whose code it is when it is dropped.
struct Leaves(mpsc::Sender<u32>);

impl Drop for Leaves {
    fn drop(&mut self) {
        self.0.send(USER.get()).unwrap();
    }
}

#[detached(timeout = "5s", track = TASKS, carry = [User])]
async fn sees() -> [u32; 3] {
    let first = USER.get();
    yield_now().await;
    let second = USER.get();
    sleep(Duration::from_secs(1)).await;
    [first, second, USER.get()]
}

#[detached(timeout = "5s", track = TASKS, carry = [User])]
async fn hangs(_leaves: Leaves) {
    std::future::pending::<()>().await;
}

#[tokio::test(start_paused = true)]
async fn what_the_caller_sees_at_the_call_is_in_place_at_each_poll() {
    let handle = as_user(7, sees);
    USER.set(8);
    assert_eq!(handle.await.unwrap(), [7; 3]);
    assert_eq!(USER.get(), 8, "and the thread's own is back");
    assert_eq!(as_user(0, sees).await.unwrap(), [0; 3], "there is nothing to carry");
}

#[tokio::test(start_paused = true)]
async fn tasks_side_by_side_see_what_each_has_captured() {
    let handles: Vec<_> = (1..=20).map(|user| (user, as_user(user, sees))).collect();
    for (user, handle) in handles {
        assert_eq!(handle.await.unwrap(), [user; 3]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_task_makes_of_it_stays_the_tasks_own() {
    #[detached(timeout = "5s", track = TASKS, carry = [User])]
    async fn becomes(user: u32) -> u32 {
        USER.set(user);
        yield_now().await;
        USER.get()
    }

    let (one, other) = (as_user(7, || becomes(70)), as_user(8, || becomes(80)));
    assert_eq!((one.await.unwrap(), other.await.unwrap(), USER.get()), (70, 80, 0));
}

/// One worker, whose place is taken by another thread while the task holds it: each poll is on a thread of its own.
#[test]
fn it_is_in_place_whichever_thread_polls_and_each_thread_has_its_own_back() {
    #[detached(timeout = "15s", track = TASKS, carry = [User])]
    async fn moves() -> Vec<(ThreadId, u32, u32)> {
        let mut seen = Vec::new();
        for _ in 0..3 {
            let (send, receive) = mpsc::channel();
            tokio::spawn(async move { send.send(USER.get()).unwrap() });
            let others = block_in_place(|| receive.recv().unwrap());
            seen.push((thread::current().id(), USER.get(), others));
            yield_now().await;
        }
        seen
    }

    let mut runtime = Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all().on_thread_start(|| USER.set(1)).build().unwrap();
    let (seen, after) = runtime.block_on(async {
        let seen = as_user(7, moves).await.unwrap();
        (seen, tokio::spawn(async { USER.get() }).await.unwrap())
    });
    assert!(seen.iter().all(|(_, user, others)| (*user, *others) == (7, 1)), "{seen:?}");
    assert!(seen[0].0 != seen[1].0 && seen[1].0 != seen[2].0, "{seen:?}");
    assert_eq!(after, 1);
}

#[tokio::test(start_paused = true)]
async fn it_is_in_place_while_the_task_is_dropped() {
    #[detached(timeout = "5s", track = TASKS, carry = [User])]
    async fn panics(_leaves: Leaves) {
        yield_now().await;
        panic!("on purpose");
    }

    #[detached(timeout = "5s", track = TASKS, carry = [User])]
    async fn returns(_leaves: Leaves) {
        yield_now().await;
    }

    let (leaves, left) = mpsc::channel();
    let leaves = || Leaves(leaves.clone());

    let handle = as_user(1, || hangs(leaves()));
    yield_now().await;
    handle.abort(CancelCause::Requested);
    assert!(matches!(handle.await, Err(TaskError::Cancelled(..))));
    assert_eq!(left.try_recv(), Ok(1), "aborted");

    as_user(2, || hangs(leaves())).abort(CancelCause::Requested);
    yield_now().await;
    assert_eq!(left.try_recv(), Ok(2), "aborted before its first poll");

    let handle = as_user(3, || hangs(leaves()));
    assert!(matches!(handle.await, Err(TaskError::TimedOut { .. })));
    assert_eq!(left.try_recv(), Ok(3), "timed out");

    let handle = as_user(4, || panics(leaves()));
    assert!(matches!(handle.await, Err(TaskError::Panicked(panic)) if panic.message() == "on purpose"));
    assert_eq!(left.try_recv(), Ok(4), "panicked");

    as_user(5, || returns(leaves())).await.unwrap();
    assert_eq!((left.try_recv(), USER.get()), (Ok(5), 0), "returned");
}

#[test]
fn it_is_in_place_while_the_task_is_lost_with_its_runtime() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let (leaves, left) = mpsc::channel();
    runtime.block_on(async {
        drop(as_user(7, || hangs(Leaves(leaves))));
        yield_now().await;
    });
    drop(runtime);
    assert_eq!((left.try_recv(), USER.get()), (Ok(7), 0));
}

#[tokio::test(start_paused = true)]
async fn a_queued_call_has_what_was_there_when_it_was_made() {
    static ONE: Tracker = Tracker::bounded("one", 1).queue(8);

    #[detached(timeout = "5s", track = ONE, carry = [User])]
    async fn waits() -> u32 {
        yield_now().await;
        USER.get()
    }

    let handles = [1, 2, 3].map(|user| as_user(user, waits));
    for (handle, user) in handles.into_iter().zip(1..) {
        assert_eq!(handle.await.unwrap(), user);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_a_place_has_what_was_there_when_it_was_made() {
    static ONE: Tracker = Tracker::bounded("one", 1);

    #[detached(timeout = "5s", track = ONE, when_full = wait, carry = [User])]
    async fn waits() -> u32 {
        sleep(Duration::from_secs(1)).await;
        USER.get()
    }

    let first = waits().await;
    let producer = tokio::spawn(async {
        USER.set(7);
        waits().await.await.unwrap()
    });
    yield_now().await;
    USER.set(8);
    first.await.unwrap();
    assert_eq!(producer.await.unwrap(), 7);
}

#[test]
fn it_is_in_place_on_the_blocking_thread_and_does_not_stay_there() {
    #[detached(timeout = "15s", track = TASKS, blocking, carry = [User])]
    fn blocks() -> (ThreadId, u32) {
        (thread::current().id(), USER.get())
    }

    // One thread does it all.
    let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let own = tokio::task::spawn_blocking(|| (thread::current().id(), USER.replace(1))).await.unwrap().0;
        assert_eq!(as_user(7, blocks).await.unwrap(), (own, 7));
        assert_eq!(tokio::task::spawn_blocking(|| USER.get()).await.unwrap(), 1);
    });
}

#[tokio::test(start_paused = true)]
async fn methods_of_a_service_and_futures_carry_as_well() {
    #[derive(Clone, TaskOwner)]
    struct Server {
        tasks: OwnedTracker,
    }

    #[owned_tasks]
    impl Server {
        #[detached(timeout = "5s", carry = [User])]
        async fn sees(&self) -> u32 {
            yield_now().await;
            USER.get()
        }
    }

    let server = Server { tasks: OwnedTracker::bounded("server", 8) };
    assert_eq!(as_user(7, || server.sees()).await.unwrap(), 7);

    let call = || {
        detach!(timeout = "5s", track = TASKS, carry = [User], async {
            yield_now().await;
            USER.get()
        })
    };
    assert_eq!(as_user(8, call).await.unwrap(), 8);
}

#[tokio::test(start_paused = true)]
async fn it_is_in_place_in_the_unfinished_hook() {
    static ONE: Tracker = Tracker::bounded("one", 1);

    #[detached(timeout = "5s", track = ONE, carry = [User], unfinished = spill)]
    async fn hangs(hook: mpsc::Sender<u32>) {
        std::future::pending::<()>().await;
        drop(hook);
    }

    fn spill(call: Unfinished<(mpsc::Sender<u32>,)>) {
        let (hook,) = call.into_args();
        hook.send(USER.replace(99)).unwrap();
    }

    let (hook, spilt) = mpsc::channel();
    let running = as_user(1, || hangs(hook.clone()));
    let (refused, after) = as_user(2, || (hangs(hook.clone()), USER.get()));
    assert!(matches!(refused.await, Err(TaskError::Rejected(..))));
    assert_eq!(
        (spilt.try_recv(), after),
        (Ok(2), 2),
        "a refused call's hook runs at the call, and changes nothing there"
    );
    assert!(running.await.is_err());
    assert_eq!((spilt.try_recv(), USER.get()), (Ok(1), 0));
}

/// The thread has one of its own, and the hook does not wait for it.
#[tokio::test(start_paused = true)]
async fn it_is_in_place_in_the_hook_of_a_blocking_call_whose_thread_still_runs() {
    #[detached(timeout = "5s", track = TASKS, blocking, carry = [User], unfinished = spill)]
    fn blocks(go: Go, hook: mpsc::Sender<u32>) {
        hook.send(0).unwrap();
        go.wait();
        hook.send(USER.get()).unwrap();
    }

    fn spill(call: Unfinished<(Go, mpsc::Sender<u32>)>) {
        let (_, hook) = call.into_args();
        hook.send(USER.get() + 10).unwrap();
    }

    let (hook, seen) = mpsc::channel();
    let go = Go::default();
    let handle = as_user(7, || blocks(go.clone(), hook));
    yield_now().await;
    assert_eq!(seen.recv(), Ok(0), "it has begun");
    advance(Duration::from_secs(6)).await;
    assert!(matches!(handle.await, Err(TaskError::TimedOut { .. })));
    assert_eq!(seen.recv(), Ok(17), "the hook's");
    go.send();
    assert_eq!(seen.recv(), Ok(7), "the thread's");
}

/// A signal that can be cloned, as the arguments of a hook are.
mod signal {
    use std::sync::{Arc, Condvar, Mutex};

    #[derive(Clone, Default)]
    pub(super) struct Go(Arc<(Mutex<bool>, Condvar)>);

    impl Go {
        pub(super) fn wait(&self) {
            drop(self.0.1.wait_while(self.0.0.lock().unwrap(), |sent| !*sent).unwrap());
        }

        pub(super) fn send(&self) {
            *self.0.0.lock().unwrap() = true;
            self.0.1.notify_all();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_and_each_run_of_a_loop_have_what_was_there_at_the_start() {
    static LOOPS: Tracker = Tracker::bounded("loops", 8);

    #[worker(track = LOOPS, carry = [User], restart = "1s..2s")]
    async fn works(seen: mpsc::Sender<u32>) {
        seen.send(USER.replace(9)).unwrap();
        yield_now().await;
        panic!("on purpose: it begins anew");
    }

    #[periodic(every = "1s", timeout = "1s", immediate, track = LOOPS, carry = [User])]
    async fn runs(seen: mpsc::Sender<u32>) {
        seen.send(USER.replace(9)).unwrap();
        yield_now().await;
        assert_eq!(USER.get(), 9);
    }

    let (send, seen) = mpsc::channel();
    let running = as_user(7, || runs(send.clone()));
    sleep(Duration::from_millis(3_500)).await;
    running.abort(CancelCause::Requested);
    assert_eq!(seen.try_iter().collect::<Vec<_>>(), [7; 4], "each run has one of its own");

    let working = as_user(8, || works(send.clone()));
    sleep(Duration::from_millis(2_500)).await;
    working.abort(CancelCause::Requested);
    assert_eq!(seen.try_iter().take(2).collect::<Vec<_>>(), [8, 9], "a worker is one task");
}

thread_local! {
    /// What the carriers of a test did, in this order.
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn log(line: impl Into<String>) {
    LOG.with_borrow_mut(|log| log.push(line.into()));
}

fn logged() -> String {
    LOG.take().join(" ")
}

/// A carrier whose part is its number.
struct Logs<const NUMBER: u8>;

impl<const NUMBER: u8> Carrier for Logs<NUMBER> {
    fn capture() -> Option<Self> {
        log(format!("capture{NUMBER}"));
        Some(Self)
    }

    fn enter(&mut self, work: &mut dyn FnMut()) {
        log(format!("({NUMBER}"));
        work();
        log(format!("{NUMBER})"));
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_of_the_list_is_entered_first_and_left_last() {
    #[detached(timeout = "5s", track = TASKS, carry = [Logs<1>, Logs<2>, Logs<3>])]
    async fn runs() {
        log("work");
    }

    let handle = runs();
    assert_eq!(logged(), "capture1 capture2 capture3");
    handle.await.unwrap();
    assert_eq!(logged(), "(1 (2 (3 work 3) 2) 1)", "once for all that the poll runs");
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_task_does_not_unwind_through_its_carriers() {
    #[detached(timeout = "5s", track = TASKS, carry = [Logs<1>, Logs<2>])]
    async fn panics() {
        panic!("on purpose");
    }

    let handle = panics();
    logged();
    assert!(matches!(handle.await, Err(TaskError::Panicked(panic)) if panic.message() == "on purpose"));
    assert_eq!(logged(), "(1 (2 2) 1)");
}

/// What can go wrong in a carrier, by its number.
struct Breaks<const HOW: u8>;

const FORGETS: u8 = 0;
const CALLS_TWICE: u8 = 1;
const PANICS_BEFORE: u8 = 2;
const PANICS_AFTER: u8 = 3;
const PANICS_AT_THE_CALL: u8 = 4;
const PANICS_AS_IT_GOES: u8 = 5;

impl<const HOW: u8> Carrier for Breaks<HOW> {
    fn capture() -> Option<Self> {
        assert!(HOW != PANICS_AT_THE_CALL, "at the call");
        Some(Self)
    }

    fn enter(&mut self, work: &mut dyn FnMut()) {
        assert!(HOW != PANICS_BEFORE, "before");
        if HOW != FORGETS {
            work();
        }
        if HOW == CALLS_TWICE {
            work();
        }
        assert!(HOW != PANICS_AFTER, "after");
    }
}

impl<const HOW: u8> Drop for Breaks<HOW> {
    fn drop(&mut self) {
        assert!(HOW != PANICS_AS_IT_GOES, "as it goes");
    }
}

/// A function whose first carrier is broken, and whose second one is not, gives how often its body ran between two awaits,
/// and the user at the end of it; beside what was reported.
macro_rules! broken {
    ($how:ident) => {{
        static BROKEN: Tracker = Tracker::bounded("broken", 1);

        #[detached(timeout = "5s", track = BROKEN, carry = [Breaks<$how>, User])]
        async fn counts() -> (u32, u32) {
            let mut polls = 0;
            for _ in 0..3 {
                polls += 1;
                yield_now().await;
            }
            (polls, USER.get())
        }

        let trace = Trace::record();
        let seen = as_user(7, counts).await.unwrap();
        assert_eq!((seen, USER.get(), BROKEN.live()), ((3, 7), 0, 0));
        let events = trace.events();
        events.iter().map(|event| format!("{}: {}", event.field("message"), event.field("cause"))).collect::<Vec<_>>()
    }};
}

#[tokio::test(start_paused = true)]
async fn a_carrier_that_does_not_call_work_is_left_out() {
    assert_eq!(broken!(FORGETS), ["a carrier did not call `work`: the task's code ran without it"]);
}

#[tokio::test(start_paused = true)]
async fn a_carrier_that_calls_work_twice_runs_it_once() {
    assert!(broken!(CALLS_TWICE).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_carriers_panic_is_survived_and_reported_once() {
    assert_eq!(broken!(PANICS_BEFORE), ["a carrier panicked as it was entered: before"]);
    assert_eq!(broken!(PANICS_AFTER), ["a carrier panicked as it was entered: after"]);
    assert_eq!(broken!(PANICS_AT_THE_CALL), ["a carrier panicked as it was captured: at the call"]);
    assert_eq!(broken!(PANICS_AS_IT_GOES), ["a carrier panicked as it was dropped: as it goes"]);
}

#[tokio::test(start_paused = true)]
async fn a_report_of_a_carrier_names_it_and_the_function() {
    #[detached(timeout = "5s", track = TASKS, carry = [Breaks<PANICS_BEFORE>])]
    async fn audits() {}

    let trace = Trace::record();
    audits().await.unwrap();
    let [event] = &trace.events()[..] else { panic!("{:?}", trace.events()) };
    let fields = ["task", "tracker", "file"].map(|field| event.field(field));
    assert_eq!(fields, ["audits", "tasks", file!()]);
    assert!(event.field("carrier").ends_with("Breaks<2>"), "{event:?}");
}

/// A call of the carrier's own carries nothing: it would enter the carrier, which calls, and so on.
#[tokio::test(start_paused = true)]
async fn a_carrier_may_make_calls_as_it_is_entered() {
    static FULL: Tracker = Tracker::bounded("full", 1);
    static CALLS: AtomicUsize = AtomicUsize::new(0);

    struct Tells;

    impl Carrier for Tells {
        fn capture() -> Option<Self> {
            Some(Self)
        }

        fn enter(&mut self, work: &mut dyn FnMut()) {
            work();
            CALLS.fetch_add(1, Ordering::SeqCst);
            drop(tells());
        }
    }

    #[detached(timeout = "5s", track = FULL, carry = [Tells])]
    async fn tells() {}

    tells().await.unwrap();
    assert_eq!(CALLS.load(Ordering::SeqCst), 1);
    assert!(FULL.drain().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_carriers_panic_is_shown_in_one_line_and_is_cut() {
    struct Forges;

    impl Carrier for Forges {
        fn capture() -> Option<Self> {
            panic!("first\n\u{1b}[31msecond {}", "x".repeat(1_000_000));
        }

        fn enter(&mut self, work: &mut dyn FnMut()) {
            work();
        }
    }

    #[detached(timeout = "5s", track = tracker, carry = [Forges])]
    async fn audits(tracker: Arc<Tracker>) {}

    let trace = Trace::record();
    audits(Arc::new(Tracker::bounded("tenant\n7", 1))).await.unwrap();
    let [event] = &trace.events()[..] else { panic!("{:?}", trace.events()) };
    let cause = event.field("cause");
    assert!(cause.starts_with(r"first\n\u{1b}[31msecond xxx"), "{cause}");
    assert!(cause.len() < 5 * 1024 + 40 && cause.ends_with(" kB)"), "{}", cause.len());
    assert_eq!(event.field("tracker"), r"tenant\n7");
}

#[tokio::test(start_paused = true)]
async fn a_broken_carrier_does_not_lose_the_tasks_own_panic() {
    #[detached(timeout = "5s", track = TASKS, carry = [Breaks<PANICS_AFTER>, Breaks<PANICS_BEFORE>])]
    async fn panics() {
        panic!("on purpose");
    }

    assert!(matches!(panics().await, Err(TaskError::Panicked(panic)) if panic.message() == "on purpose"));
}

/// It would capture for that call, too, and so on.
#[tokio::test(start_paused = true)]
async fn a_call_that_a_capture_makes_carries_nothing() {
    static CAPTURES: AtomicUsize = AtomicUsize::new(0);

    struct Calls;

    impl Carrier for Calls {
        fn capture() -> Option<Self> {
            CAPTURES.fetch_add(1, Ordering::Relaxed);
            calls();
            Some(Self)
        }

        fn enter(&mut self, work: &mut dyn FnMut()) {
            work();
        }
    }

    #[detached(timeout = "5s", track = TASKS, carry = [Calls])]
    async fn calls() {}

    calls().await.unwrap();
    assert_eq!(CAPTURES.load(Ordering::Relaxed), 1);
}

/// A shutdown that has returned has left nothing behind.
#[tokio::test(start_paused = true)]
async fn a_carrier_is_dropped_before_the_drain_returns() {
    static CALLS: Tracker = Tracker::bounded("calls", 8);
    static HELD: AtomicUsize = AtomicUsize::new(0);

    struct Held;

    impl Carrier for Held {
        fn capture() -> Option<Self> {
            HELD.fetch_add(1, Ordering::Relaxed);
            Some(Self)
        }

        fn enter(&mut self, work: &mut dyn FnMut()) {
            work();
        }
    }

    impl Drop for Held {
        fn drop(&mut self) {
            assert_eq!(CALLS.live(), 1, "the task has its place still");
            HELD.fetch_sub(1, Ordering::Relaxed);
        }
    }

    #[detached(timeout = "5s", track = CALLS, carry = [Held])]
    async fn runs() {
        yield_now().await;
    }

    let handle = runs();
    assert_eq!(HELD.load(Ordering::Relaxed), 1);
    assert!(CALLS.drain().await.is_clean());
    assert_eq!(HELD.load(Ordering::Relaxed), 0, "and the handle is held");
    handle.await.unwrap();
}
