//! The ways to make a call.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock};

use futures_util::FutureExt;
use outlive::Context;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{Instrument, Span};

use crate::work::{PARKED, Work};

/// The limit: a bare `tokio::spawn`.
pub const BARE: &str = "bare spawn";
/// The competitor: what a careful engineer writes by hand.
pub const BY_HAND: &str = "by hand";
/// The library, in a request's context.
pub const OUTLIVE: &str = "outlive";
/// The library, where the tracker is shared: an `Arc<Tracker>`.
pub const SHARED: &str = "outlive, Arc<Tracker>";
/// The library, as a method of a service that owns its tasks.
pub const OWNED: &str = "outlive, owned service";

static TASKS: LazyLock<TaskTracker> = LazyLock::new(TaskTracker::new);
static TOKEN: LazyLock<CancellationToken> = LazyLock::new(CancellationToken::new);

/// What a request carries, where its context is made by hand.
#[derive(Debug)]
struct Request {
    _id: u64,
}

tokio::task_local! {
    static CTX: Arc<Request>;
}

/// One way to make a call.
pub trait Contend: 'static {
    /// Its name in tables.
    const WHO: &'static str;

    /// Makes one call. What it gives ends with the task.
    fn call<W: Work>(input: W::Input) -> impl Future + Send + 'static;

    /// Runs the callers in a request's context, where it knows of one.
    fn in_request<F: Future + Send>(callers: F) -> impl Future<Output = F::Output> + Send {
        callers
    }
}

/// See [`BARE`].
#[derive(Debug)]
pub struct Bare;

impl Contend for Bare {
    const WHO: &'static str = BARE;

    fn call<W: Work>(input: W::Input) -> impl Future + Send + 'static {
        tokio::spawn(W::body(input))
    }
}

/// Tokio's own parts for the half of it: a place to wait, and a timeout.
#[derive(Debug)]
pub struct TrackerAndTimeout;

impl Contend for TrackerAndTimeout {
    const WHO: &'static str = "TaskTracker + timeout";

    fn call<W: Work>(input: W::Input) -> impl Future + Send + 'static {
        tracked_and_timed::<W>(&TASKS, input)
    }
}

pub(crate) fn tracked_and_timed<W: Work>(tasks: &TaskTracker, input: W::Input) -> impl Future + Send + use<W> {
    tasks.spawn(tokio::time::timeout(W::TIMEOUT, W::body(input)))
}

/// See [`BY_HAND`]. It has no bound, no counters, no cause and no report.
#[derive(Debug)]
pub struct ByHand;

impl Contend for ByHand {
    const WHO: &'static str = BY_HAND;

    fn call<W: Work>(input: W::Input) -> impl Future + Send + 'static {
        composed::<W>(&TASKS, input)
    }

    fn in_request<F: Future + Send>(callers: F) -> impl Future<Output = F::Output> + Send {
        CTX.scope(Arc::new(Request { _id: 7 }), callers)
    }
}

/// The composition, and no more than it. Its token is a static: an own one for each task would cost two allocations.
pub(crate) fn composed<W: Work>(tasks: &TaskTracker, input: W::Input) -> impl Future + Send + use<W> {
    spawned::<W>(tasks, tracing::info_span!("audit"), input)
}

/// The same, in a span of the caller's.
pub(crate) fn composed_in<W: Work>(span: Span, input: W::Input) -> impl Future + Send + use<W> {
    spawned::<W>(&TASKS, span, input)
}

fn spawned<W: Work>(tasks: &TaskTracker, span: Span, input: W::Input) -> impl Future + Send + use<W> {
    let request = CTX.with(Arc::clone);
    let caught = AssertUnwindSafe(TOKEN.run_until_cancelled(W::body(input))).catch_unwind();
    let timed = tokio::time::timeout(W::TIMEOUT, caught);
    tasks.spawn(CTX.scope(request, timed).instrument(span))
}

/// See [`OUTLIVE`].
#[derive(Debug)]
pub struct Outlive;

impl Contend for Outlive {
    const WHO: &'static str = OUTLIVE;

    fn call<W: Work>(input: W::Input) -> impl Future + Send + 'static {
        W::outlived(input)
    }

    fn in_request<F: Future + Send>(callers: F) -> impl Future<Output = F::Output> + Send {
        in_context(callers)
    }
}

async fn in_context<F: Future>(callers: F) -> F::Output {
    Context::root().with(Request { _id: 7 }).scope(callers).await.expect("nothing cancels it")
}

/// See [`SHARED`].
#[derive(Debug)]
pub struct Shared;

impl Contend for Shared {
    const WHO: &'static str = SHARED;

    fn call<W: Work>(input: W::Input) -> impl Future + Send + 'static {
        W::shared(input)
    }

    fn in_request<F: Future + Send>(callers: F) -> impl Future<Output = F::Output> + Send {
        in_context(callers)
    }
}

/// See [`OWNED`].
#[derive(Debug)]
pub struct Owned;

impl Contend for Owned {
    const WHO: &'static str = OWNED;

    fn call<W: Work>(input: W::Input) -> impl Future + Send + 'static {
        W::owned(input)
    }

    fn in_request<F: Future + Send>(callers: F) -> impl Future<Output = F::Output> + Send {
        in_context(callers)
    }
}

/// The library where nobody has set a context.
#[derive(Debug)]
pub struct WithoutContext;

impl Contend for WithoutContext {
    const WHO: &'static str = "outlive, no context";

    fn call<W: Work>(input: W::Input) -> impl Future + Send + 'static {
        W::outlived(input)
    }
}

/// Where the calls are made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum From {
    /// In a task of the runtime.
    Inside,
    /// On a thread that is not the runtime's.
    Outside,
}

/// What is read, of a clock or of an allocator, in the course of a batch.
#[derive(Clone, Copy, Debug)]
pub struct Readings<R> {
    /// Before the first call.
    pub start: R,
    /// When all calls have been made, and, where they park, all have parked.
    pub live: R,
    /// When all have ended.
    pub end: R,
}

/// One way to make the calls of one work load.
pub struct Contender<'a, R> {
    /// Its name in tables.
    pub who: &'static str,
    /// How many bytes the caller holds for a call.
    pub handle: usize,
    /// Makes a batch of calls, and waits for them.
    pub batch: Box<dyn FnMut() -> Readings<R> + 'a>,
}

/// Everybody who can do the work load.
pub fn contenders<W: Work, R: Send + 'static>(
    runtime: &Runtime,
    from: From,
    calls: usize,
    read: fn() -> R,
) -> Vec<Contender<'_, R>> {
    let contenders = vec![
        contender::<W, Bare, R>(runtime, from, calls, read),
        contender::<W, TrackerAndTimeout, R>(runtime, from, calls, read),
        contender::<W, ByHand, R>(runtime, from, calls, read),
        contender::<W, Outlive, R>(runtime, from, calls, read),
        contender::<W, WithoutContext, R>(runtime, from, calls, read),
        contender::<W, Shared, R>(runtime, from, calls, read),
        contender::<W, Owned, R>(runtime, from, calls, read),
    ];
    #[cfg(feature = "peers")]
    let contenders = {
        let mut contenders = contenders;
        contenders.push(contender::<W, peers::TaskPool, R>(runtime, from, calls, read));
        // Its calls have to be awaited, and a task takes some kilobytes.
        if from == From::Inside && !W::PARKS {
            contenders.push(peers::supervised::<W, R>(runtime, calls, read));
        }
        contenders
    };
    contenders
}

/// One of them.
pub fn contender<W: Work, C: Contend, R: Send + 'static>(
    runtime: &Runtime,
    from: From,
    calls: usize,
    read: fn() -> R,
) -> Contender<'_, R> {
    let batch = move || {
        let (mut inputs, release) = W::inputs(calls);
        PARKED.store(0, Ordering::Relaxed);
        match from {
            From::Inside => {
                let callers = C::in_request(async move {
                    let mut handles = Vec::with_capacity(calls);
                    let start = read();
                    handles.extend(inputs.drain(..).map(C::call::<W>));
                    let (live, end) = finish::<W, _, R>(handles, release, read).await;
                    drop(inputs); // not between the readings
                    Readings { start, live, end }
                });
                runtime.block_on(runtime.spawn(callers)).expect("the callers do not panic")
            }
            From::Outside => {
                let entered = runtime.enter();
                let mut handles = Vec::with_capacity(calls);
                let start = read();
                C::in_request(async { handles.extend(inputs.drain(..).map(C::call::<W>)) })
                    .now_or_never()
                    .expect("calls do not wait");
                drop(entered);
                let (live, end) = runtime.block_on(finish::<W, _, R>(handles, release, read));
                Readings { start, live, end }
            }
        }
    };
    Contender { who: C::WHO, handle: size_of_output(&C::call::<W>), batch: Box::new(batch) }
}

fn size_of_output<I, O>(_: &impl Fn(I) -> O) -> usize {
    size_of::<O>()
}

async fn finish<W: Work, H: Future, R>(handles: Vec<H>, release: impl FnOnce(), read: fn() -> R) -> (R, R) {
    if W::PARKS {
        parked(handles.len()).await;
    }
    let live = read();
    release();
    for handle in handles {
        handle.await;
    }
    (live, read())
}

/// Waits until so many bodies have parked.
pub(crate) async fn parked(bodies: usize) {
    while PARKED.load(Ordering::Acquire) < bodies {
        tokio::task::yield_now().await;
    }
}

#[cfg(feature = "peers")]
mod peers {
    use std::sync::{Mutex, PoisonError};

    use taskvisor::{Supervisor, SupervisorConfig, TaskContext, TaskFn, TaskSpec};
    use tokio_task_pool::Pool;

    use super::{Contend, Contender, Future, LazyLock, Readings, Runtime, Work};

    static POOL: LazyLock<Pool> = LazyLock::new(|| Pool::bounded(1 << 20));

    /// A bound and a timeout; neither a place to wait nor a context.
    #[derive(Debug)]
    pub(super) struct TaskPool;

    impl Contend for TaskPool {
        const WHO: &'static str = "tokio-task-pool";

        fn call<W: Work>(input: W::Input) -> impl Future + Send + 'static {
            POOL.try_spawn_with_timeout(W::body(input), W::TIMEOUT).expect("the pool is larger than a batch")
        }
    }

    /// A supervisor, whose tasks have a timeout, a name of their own and an outcome; no context.
    pub(super) fn supervised<W: Work, R: Send + 'static>(
        runtime: &Runtime,
        calls: usize,
        read: fn() -> R,
    ) -> Contender<'_, R> {
        let config = SupervisorConfig::default().with_max_registered_tasks(None).with_ownership_capacity(None);
        let serving = runtime.block_on(async { Supervisor::builder(config).build().serve() });
        let supervisor = serving.expect("the supervisor begins");
        let batch = move || {
            let (inputs, _) = W::inputs(calls);
            let supervisor = supervisor.clone();
            let callers = async move {
                let mut handles = Vec::with_capacity(calls);
                let start = read();
                for (input, call) in inputs.into_iter().zip(0_u64..) {
                    let spec = TaskSpec::once(call.to_string(), once::<W>(input)).with_timeout(W::TIMEOUT);
                    handles.push(supervisor.add(spec).watch().execute().await.expect("it admits"));
                }
                let live = read();
                for handle in handles {
                    handle.wait().await.expect("it ends");
                }
                Readings { start, live, end: read() }
            };
            runtime.block_on(runtime.spawn(callers)).expect("the callers do not panic")
        };
        Contender { who: "taskvisor", handle: size_of::<taskvisor::TaskWaiter>(), batch: Box::new(batch) }
    }

    /// Its tasks can be run again, ours cannot.
    fn once<W: Work>(input: W::Input) -> taskvisor::TaskRef {
        let input = Mutex::new(Some(input));
        TaskFn::arc(move |_: TaskContext| {
            let input = input.lock().unwrap_or_else(PoisonError::into_inner).take();
            async move {
                W::body(input.expect("it runs once")).await;
                Ok(())
            }
        })
    }
}
