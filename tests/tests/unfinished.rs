//! The hook gets the arguments of every call that did not end in `Ok`, once, and of no other.

#![allow(clippy::async_yields_async, reason = "a request ends, and its task's handle is what is left")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use outlive::{
    CancelCause, CancelSource, Context, Reason, Rejected, TaskHandle, TaskSite, Tracker, Unfinished, detached,
};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::yield_now;
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq)]
struct UserId(u64);

/// What a hook was told.
struct Told {
    id: u64,
    reason: Reason,
    started: bool,
    site: &'static TaskSite,
    user: Option<UserId>,
}

/// Where hooks write to.
type Desk = UnboundedSender<Told>;
type Shared = Arc<Tracker>;

fn tell(call: Unfinished<(Shared, Desk, u64)>) {
    let (started, site) = (call.started(), call.site());
    let ((_, desk, id), reason) = call.into_parts();
    let user = Context::current().get().copied();
    let _ = desk.send(Told { id, reason, started, site, user });
}

/// The one thing that was said. Everybody who could say more is gone.
async fn only(mut said: UnboundedReceiver<Told>) -> Told {
    let told = said.recv().await.expect("the hook has run");
    assert!(said.recv().await.is_none(), "it has run once");
    told
}

fn shared(running: usize, waiting: usize) -> Shared {
    Arc::new(Tracker::bounded("shared", running).queue(waiting))
}

/// What a call is to do.
#[derive(Clone, Copy)]
enum Ends {
    Well,
    WithErr,
    WithPanic,
    Never,
    After(Duration),
}

#[detached(timeout = "5s", track = tracker, unfinished = follow)]
async fn task(tracker: Shared, desk: Desk, id: u64, ends: Ends) -> Result<u64, &'static str> {
    let _keep = (tracker, desk);
    yield_now().await;
    match ends {
        Ends::Well => Ok(id),
        Ends::WithErr => Err("disk full"),
        Ends::WithPanic => panic!("no disk for {id}"),
        Ends::Never => std::future::pending().await,
        Ends::After(time) => {
            sleep(time).await;
            Ok(id)
        }
    }
}

fn follow(call: Unfinished<(Shared, Desk, u64, Ends)>) {
    let (started, site) = (call.started(), call.site());
    let ((_, desk, id, _), reason) = call.into_parts();
    let user = Context::current().get().copied();
    let _ = desk.send(Told { id, reason, started, site, user });
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_call_that_ends_in_ok_tells_nobody() {
    #[detached(timeout = "5s", grace = "1s", track = tracker, unfinished = tell)]
    async fn in_its_grace(tracker: Shared, desk: Desk, id: u64) -> Result<u64, &'static str> {
        let _keep = (tracker, desk);
        Context::current().cancelled().await;
        Ok(id)
    }

    #[detached(timeout = "5s", track = tracker, unfinished = tell)]
    async fn none(tracker: Shared, desk: Desk, _id: u64) -> Option<u64> {
        let _keep = (tracker, desk);
        None
    }

    let (desk, mut said) = unbounded_channel();
    assert_eq!(task(shared(1, 0), desk.clone(), 7, Ends::Well).await.unwrap(), Ok(7));
    drop(task(shared(1, 0), desk.clone(), 7, Ends::Well));
    assert_eq!(in_its_grace(shared(1, 0), desk.clone(), 7).await.unwrap(), Ok(7));
    assert_eq!(none(shared(1, 0), desk, 7).await.unwrap(), None);
    assert!(said.recv().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_tells_at_the_call() {
    let tracker = shared(1, 0);
    let (first, _) = unbounded_channel();
    let running = task(tracker.clone(), first, 1, Ends::After(SECOND));

    let (desk, mut said) = unbounded_channel();
    let refused = task(tracker.clone(), desk, 7, Ends::Well);
    let told = said.try_recv().expect("before the call returns");
    assert!(matches!(told.reason, Reason::Rejected(Rejected::Full)));
    assert_eq!((told.id, told.started, told.site.name()), (7, false, "task"));
    assert_eq!(told.reason.to_string(), "refused: the tracker is full");
    assert!(refused.await.is_err());
    assert!(said.recv().await.is_none(), "it has run once");

    assert!(running.await.is_ok());
    let _ = tracker.drain().await;
    let (desk, said) = unbounded_channel();
    drop(task(tracker, desk, 8, Ends::Well));
    let told = only(said).await;
    assert!(matches!(told.reason, Reason::Rejected(Rejected::Draining)));
    assert_eq!((told.id, told.started), (8, false));
}

#[test]
fn a_call_outside_of_a_runtime_tells() {
    let (desk, mut said) = unbounded_channel();
    assert!(matches!(task(shared(1, 0), desk, 7, Ends::Well).admitted(), Err(Rejected::NoRuntime)));
    let told = said.blocking_recv().unwrap();
    assert!(matches!(told.reason, Reason::Rejected(Rejected::NoRuntime)));
    assert_eq!((told.id, told.started), (7, false));
    assert!(said.blocking_recv().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_turn_never_came_tells() {
    #[detached(timeout = "20s", track = tracker)]
    async fn holds(tracker: Shared) {
        let _keep = tracker;
        std::future::pending::<()>().await;
    }

    let tracker = shared(1, 1);
    holds(tracker.clone());
    let (desk, said) = unbounded_channel();
    let queued = task(tracker.clone(), desk, 7, Ends::Well);
    assert_eq!(tracker.drain().await.never_started(), 1);
    let told = only(said).await;
    assert!(matches!(told.reason, Reason::NeverStarted));
    assert_eq!((told.id, told.started), (7, false));
    assert!(queued.await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_times_out_tells_after_how_long() {
    #[detached(timeout = "5s", grace = "1s", track = tracker, unfinished = tell)]
    async fn ignores_its_grace(tracker: Shared, desk: Desk, _id: u64) {
        let _keep = (tracker, desk);
        std::future::pending::<()>().await;
    }

    let (desk, said) = unbounded_channel();
    assert!(task(shared(1, 0), desk, 7, Ends::Never).await.is_err());
    let told = only(said).await;
    assert!(
        matches!(told.reason, Reason::TimedOut { timeout, grace, .. } if (timeout, grace) == (5 * SECOND, Duration::ZERO))
    );
    assert_eq!((told.id, told.started), (7, true));

    let (desk, said) = unbounded_channel();
    ignores_its_grace(shared(1, 0), desk, 8);
    let told = only(said).await;
    assert!(matches!(told.reason, Reason::TimedOut { timeout, grace, .. } if (timeout, grace) == (5 * SECOND, SECOND)));
    assert_eq!(told.reason.to_string(), "timed out after 5s and a grace of 1s");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_panics_tells_its_message() {
    let (desk, said) = unbounded_channel();
    assert!(task(shared(1, 0), desk, 7, Ends::WithPanic).await.is_err());
    let told = only(said).await;
    assert!(matches!(&told.reason, Reason::Panicked(message) if message == "no disk for 7"));
    assert_eq!((told.id, told.started), (7, true));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_aborted_tells_why() {
    let (desk, said) = unbounded_channel();
    let handle = task(shared(1, 0), desk, 7, Ends::Never);
    yield_now().await;
    handle.abort(CancelCause::Requested);
    let told = only(said).await;
    assert!(matches!(told.reason, Reason::Cancelled(CancelCause::Requested)));
    assert_eq!((told.id, told.started), (7, true));

    // In the queue: nothing of it has run.
    let tracker = shared(1, 1);
    let (first, _) = unbounded_channel();
    let running = task(tracker.clone(), first, 1, Ends::Never);
    let (desk, said) = unbounded_channel();
    drop(task(tracker, desk, 8, Ends::Never).abort_on_drop());
    let told = only(said).await;
    assert!(matches!(told.reason, Reason::Cancelled(CancelCause::Disconnected)));
    assert_eq!((told.id, told.started), (8, false));
    assert!(!running.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_a_drain_drops_tells() {
    #[detached(timeout = "20s", track = tracker, unfinished = tell)]
    async fn hangs(tracker: Shared, desk: Desk, _id: u64) {
        let _keep = (tracker, desk);
        std::future::pending::<()>().await;
    }

    let tracker = shared(1, 1);
    let (first, _) = unbounded_channel();
    task(tracker.clone(), first, 1, Ends::After(SECOND));
    let (desk, said) = unbounded_channel();
    hangs(tracker.clone(), desk, 7);
    assert_eq!(tracker.drain().await.aborted(), 1);
    let told = only(said).await;
    assert!(matches!(told.reason, Reason::Cancelled(CancelCause::Shutdown)));
    assert_eq!((told.id, told.started), (7, true));
}

#[test]
fn calls_that_are_lost_with_their_runtime_tell() {
    let tracker = shared(1, 1);
    let runtime = runtime();
    let (desk, mut said) = unbounded_channel();
    runtime.block_on(async {
        task(tracker.clone(), desk.clone(), 7, Ends::Never);
        task(tracker.clone(), desk, 8, Ends::Never);
        yield_now().await;
        yield_now().await;
    });
    assert!(said.try_recv().is_err());
    drop(runtime);
    let mut told: Vec<_> = std::iter::from_fn(|| said.blocking_recv()).collect();
    told.sort_by_key(|told| told.id);
    assert!(told.iter().all(|told| matches!(told.reason, Reason::Lost)));
    let told: Vec<_> = told.iter().map(|told| (told.id, told.started)).collect();
    assert_eq!(told, [(7, true), (8, false)], "the second was queued");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_returns_an_err_tells_it_whether_or_not_somebody_looks() {
    struct Opaque;

    #[detached(timeout = "5s", track = tracker, unfinished = tell)]
    async fn hides(tracker: Shared, desk: Desk, _id: u64) -> Result<(), Opaque> {
        drop((tracker, desk));
        Err(Opaque)
    }

    for looks in [true, false] {
        let (desk, said) = unbounded_channel();
        let handle = task(shared(1, 0), desk, 7, Ends::WithErr);
        if looks {
            assert_eq!(handle.await.unwrap(), Err("disk full"));
        } else {
            drop(handle);
        }
        let told = only(said).await;
        assert!(matches!(&told.reason, Reason::Failed(text) if text == "disk full"));
        assert_eq!((told.id, told.started), (7, true));
    }

    let (desk, said) = unbounded_channel();
    hides(shared(1, 0), desk, 7);
    let told = only(said).await;
    assert!(matches!(&told.reason, Reason::Failed(text) if text.ends_with("Opaque")), "{}", told.reason);
}

#[tokio::test]
async fn a_blocking_call_tells_too() {
    #[detached(timeout = "5s", track = tracker, unfinished = tell, blocking)]
    fn breaks(tracker: Shared, desk: Desk, id: u64) {
        drop((tracker, desk));
        panic!("no disk for {id}");
    }

    let (desk, said) = unbounded_channel();
    assert!(breaks(shared(1, 0), desk, 7).await.is_err());
    let told = only(said).await;
    assert!(matches!(&told.reason, Reason::Panicked(message) if message == "no disk for 7"));
    assert_eq!((told.id, told.started), (7, true));
}

#[tokio::test(start_paused = true)]
async fn the_calls_context_is_in_scope_in_the_hook() {
    let request = Context::root().with(UserId(7));
    let tracker = shared(1, 1);
    let (first, _) = unbounded_channel();
    let other = Context::root().with(UserId(1));
    let running = other.scope(async { task(tracker.clone(), first, 1, Ends::Never) }).await.unwrap();
    let call = async |id, ends| {
        let (desk, said) = unbounded_channel();
        let handle = request.scope(async { task(tracker.clone(), desk, id, ends) }).await.unwrap();
        (handle, said)
    };
    // Kept until its turn, in the middle of another task's end.
    let (_failing, failed) = call(2, Ends::WithErr).await;
    let (_refused, refused) = call(3, Ends::Well).await;
    assert_eq!(only(refused).await.user, Some(UserId(7)));
    assert!(Context::try_current().is_none());
    assert!(running.await.is_err());
    assert_eq!(only(failed).await.user, Some(UserId(7)));
}

#[tokio::test(start_paused = true)]
async fn the_context_that_was_passed_is_in_scope_in_the_hook() {
    static ONE: Tracker = Tracker::bounded("one", 1);

    #[detached(timeout = "5s", track = ONE, context = ctx, unfinished = show)]
    async fn passed(ctx: Context, desk: UnboundedSender<Seen>) {
        drop((ctx, desk));
        std::future::pending::<()>().await;
    }

    type Seen = (Option<UserId>, bool);

    fn show(call: Unfinished<(Context, UnboundedSender<Seen>)>) {
        let (_, desk) = call.into_args();
        let context = Context::current();
        desk.send((context.get().copied(), context.is_cancelled())).unwrap();
    }

    let source = CancelSource::new();
    let ambient = Context::root().with(UserId(1)).with_cancel(&source);
    let (desk, mut said) = unbounded_channel();
    let call = ambient.scope(async {
        let running = passed(Context::root().with(UserId(2)), desk.clone());
        let refused = passed(Context::root().with(UserId(3)), desk.clone());
        source.cancel(CancelCause::Requested);
        let refused_too = passed(Context::root(), desk);
        (running, refused, refused_too)
    });
    let (running, refused, refused_too) = call.await.unwrap();
    assert_eq!(said.recv().await.unwrap(), (Some(UserId(3)), false));
    assert_eq!(said.recv().await.unwrap(), (None, false), "a request's cancel does not cross");
    assert!(refused.await.is_err() && refused_too.await.is_err());
    assert!(running.await.is_err());
    assert_eq!(said.recv().await.unwrap(), (Some(UserId(2)), true), "the task's own end does");
}

// The arguments.

#[tokio::test(start_paused = true)]
async fn the_hook_gets_the_arguments_as_they_were_at_the_call() {
    type Args = (Vec<u8>, (u64, String), u64, UnboundedSender<String>);

    #[detached(timeout = "5s", track = ALL, unfinished = show)]
    async fn patterns(
        mut bytes: Vec<u8>,
        (id, name): (u64, String),
        _: u64,
        desk: UnboundedSender<String>,
    ) -> Result<(), String> {
        bytes.clear();
        drop(desk);
        Err(format!("{id} {name}"))
    }

    fn show(call: Unfinished<Args>) {
        let reason = call.reason().to_string();
        let (bytes, pair, ignored, desk) = call.into_args();
        desk.send(format!("{bytes:?} {pair:?} {ignored}: {reason}")).unwrap();
    }

    static ALL: Tracker = Tracker::unbounded("all");
    let (desk, mut said) = unbounded_channel();
    patterns(vec![1, 2], (3, "four".to_owned()), 5, desk);
    assert_eq!(said.recv().await.unwrap(), "[1, 2] (3, \"four\") 5: failed: 3 four");
    assert!(said.recv().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn one_argument_and_none_work() {
    static ALL: Tracker = Tracker::unbounded("all");

    #[detached(timeout = "5s", track = ALL, unfinished = show_one)]
    async fn one(desk: UnboundedSender<&'static str>) {
        drop(desk);
        panic!("broken");
    }

    fn show_one(call: Unfinished<(UnboundedSender<&'static str>,)>) {
        let (desk,) = call.into_args();
        desk.send("told").unwrap();
    }

    #[detached(timeout = "5s", track = ALL, unfinished = show_none)]
    async fn none() {
        panic!("broken");
    }

    thread_local! { static RUNS: std::cell::Cell<u8> = const { std::cell::Cell::new(0) }; }

    fn show_none(call: Unfinished<()>) {
        let () = call.into_args();
        RUNS.set(RUNS.get() + 1);
    }

    let (desk, mut said) = unbounded_channel();
    one(desk);
    assert_eq!(said.recv().await, Some("told"));
    assert_eq!(said.recv().await, None);
    assert!(none().await.is_err());
    assert_eq!(RUNS.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_method_leaves_its_receiver_out() {
    struct Service {
        desk: UnboundedSender<u64>,
    }

    static ALL: Tracker = Tracker::unbounded("all");

    impl Service {
        #[detached(timeout = "5s", track = ALL, unfinished = Self::spill)]
        async fn by_value(self, id: u64, desk: UnboundedSender<u64>) -> Result<(), ()> {
            self.desk.send(id).unwrap();
            drop(desk);
            Err(())
        }

        #[detached(timeout = "5s", track = ALL, unfinished = Service::spill)]
        async fn shared(self: Arc<Self>, id: u64, desk: UnboundedSender<u64>) -> Result<(), ()> {
            self.desk.send(id).unwrap();
            drop(desk);
            Err(())
        }

        fn spill(call: Unfinished<(u64, UnboundedSender<u64>)>) {
            let (id, desk) = call.into_args();
            desk.send(100 + id).unwrap();
        }
    }

    async fn all(handle: TaskHandle<Result<(), ()>>, mut said: UnboundedReceiver<u64>) -> Vec<u64> {
        handle.await.unwrap().unwrap_err();
        let mut all = Vec::new();
        while let Some(one) = said.recv().await {
            all.push(one);
        }
        all
    }

    let (desk, said) = unbounded_channel();
    let service = Service { desk: desk.clone() };
    assert_eq!(all(service.by_value(1, desk), said).await, [1, 101]);
    let (desk, said) = unbounded_channel();
    let service = Arc::new(Service { desk: desk.clone() });
    assert_eq!(all(service.shared(2, desk), said).await, [2, 102]);
}

#[test]
fn a_hook_that_calls_its_function_again_on_a_runtime_that_goes_down_comes_to_an_end() {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    static AGAIN: Tracker = Tracker::bounded("again", 8);
    static HOOKS: AtomicUsize = AtomicUsize::new(0);

    #[detached(timeout = "2s", track = AGAIN, unfinished = again)]
    async fn hangs(number: u32) -> Result<u32, ()> {
        std::future::pending::<()>().await;
        Ok(number)
    }

    fn again(call: Unfinished<(u32,)>) {
        HOOKS.fetch_add(1, SeqCst);
        let (number,) = call.into_args();
        hangs(number + 1);
    }

    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let site = runtime.block_on(async {
        let site = hangs(1).site();
        yield_now().await;
        site
    });
    drop(runtime);
    assert_eq!(HOOKS.load(SeqCst), 1, "it does not run inside itself");
    let counts = site.counts();
    assert_eq!((counts.lost + counts.rejected, counts.live), (2, 0), "{counts:?}");
}

static REFUSALS: AtomicUsize = AtomicUsize::new(0);

fn refused(call: Unfinished<(u8,)>) {
    let ((_id,), reason) = call.into_parts();
    assert!(matches!(reason, Reason::Rejected(Rejected::NoRuntime)));
    REFUSALS.fetch_add(1, Relaxed);
}

#[detached(timeout = "1s", track = NOWHERE, unfinished = refused)]
async fn has_no_runtime(_id: u8) {}

static NOWHERE: Tracker = Tracker::bounded("nowhere", 1);

struct CallsAtItsEnd;

impl Drop for CallsAtItsEnd {
    fn drop(&mut self) {
        has_no_runtime(2);
    }
}

thread_local! {
    static OF_THE_THREAD: CallsAtItsEnd = const { CallsAtItsEnd };
}

#[test]
fn a_call_that_is_refused_as_its_thread_ends_is_handed_over_as_well() {
    let thread = std::thread::spawn(|| {
        // In this order, it goes last.
        OF_THE_THREAD.with(|_| {});
        has_no_runtime(1);
    });
    thread.join().unwrap();
    assert_eq!(REFUSALS.load(Relaxed), 2);
}
