//! The durable functions of the program, and running one of them.

mod payload;
mod way;

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::LazyLock;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use outlive::{CancelCause, Outcome, Reason, Rejected, Shutdown, TaskHandle};
use tokio::sync::watch;

pub(crate) use payload::Payload;
pub use payload::{Arguments, Codec, Probe, Unreadable, ViaNothing};
pub use way::Way;
pub(crate) use way::{FailureReason, Keeper, Kept};

/// A durable function: its attribute's settings, and how to call it with a row's arguments.
#[doc(hidden)]
pub struct Function {
    pub name: &'static str,
    pub attempts: u32,
    pub backoff: (Duration, Duration),
    /// The types of its `#[state]` arguments.
    pub states: &'static [fn() -> StateType],
    /// Adds its tracker to the phase of its worker, if the tracker is a static.
    pub drained: fn(Shutdown) -> Shutdown,
    pub run: fn(Arguments, &States, Way, Cut) -> Result<Run, Unreadable>,
}

impl Function {
    /// The pause after this attempt. It doubles from the first to the longest; jitter shortens it to at least half.
    pub(crate) fn pause(&self, attempt: u32) -> Duration {
        let (first, most) = self.backoff;
        let builder = ExponentialBuilder::new().with_min_delay(first.saturating_mul(2)).with_max_delay(most);
        let mut pauses = builder.with_jitter().without_max_times().build();
        let pause = pauses.nth(attempt.saturating_sub(1) as usize).unwrap_or(most);
        (pause / 2).min(most).max(first)
    }
}

pub(crate) type Run = Pin<Box<dyn Future<Output = End> + Send>>;

/// A type of state.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct StateType {
    pub(crate) id: TypeId,
    pub(crate) name: &'static str,
}

/// An entry in the program's list.
#[doc(hidden)]
pub struct Listed(pub &'static Function);

inventory::collect!(Listed);

/// Every durable function of the program.
pub(crate) fn functions() -> impl Iterator<Item = &'static Function> {
    inventory::iter::<Listed>().map(|listed| listed.0)
}

/// The values of a worker for `#[state]` arguments.
#[doc(hidden)]
#[derive(Default)]
pub struct States(HashMap<TypeId, Box<dyn Any + Send + Sync>>);

impl States {
    pub(crate) fn insert<T: State>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Box::new(value));
    }

    pub(crate) fn has(&self, state: StateType) -> bool {
        self.0.contains_key(&state.id)
    }

    #[doc(hidden)]
    pub fn __get<T>(&self, access: &Access<T>) -> Result<T, Unreadable> {
        (access.get)(self).ok_or_else(|| Unreadable::State((access.ty)().name))
    }
}

/// How to find the value of a `#[state]` argument.
#[doc(hidden)]
pub struct Access<T> {
    get: fn(&States) -> Option<T>,
    pub ty: fn() -> StateType,
}

impl<T> Access<T> {
    /// The message is a compile error if the type cannot be a `#[state]`.
    #[must_use]
    #[track_caller]
    pub const fn checked(access: Option<Self>, message: &'static str) -> Self {
        match access {
            Some(access) => access,
            None => panic!("{}", message),
        }
    }
}

/// Whether a type can be a `#[state]`. If so, this has the constant; otherwise [`ViaNoState`] has it.
#[doc(hidden)]
pub struct StateProbe<T>(PhantomData<T>);

impl<T: State> StateProbe<T> {
    pub const __OUTLIVE_ACCESS: Option<Access<T>> = Some(Access {
        get: |states| states.0.get(&TypeId::of::<T>())?.downcast_ref::<T>().cloned(),
        ty: || StateType { id: TypeId::of::<T>(), name: type_name::<T>() },
    });
}

#[doc(hidden)]
pub trait ViaNoState {
    type Of;
    const __OUTLIVE_ACCESS: Option<Access<Self::Of>> = None;
}

impl<T> ViaNoState for StateProbe<T> {
    type Of = T;
}

/// A type that may be a `#[state]`: it is cloned for each run.
///
/// Every `Clone + Send + Sync + 'static` type is one: a pool, a client, an `Arc` of your own.
/// [`Jobs::state`](crate::Jobs::state) and [`SpillBuilder::state`](crate::SpillBuilder::state) take its value.
///
/// ```
/// use std::sync::Arc;
/// use outlive::Tracker;
/// use outlive_durable::durable;
///
/// static MAIL: Tracker = Tracker::bounded("mail", 8);
///
/// struct Mailer; // without `Clone`, and so in an `Arc`
///
/// #[durable(timeout = "10s", track = MAIL)]
/// async fn send_welcome(#[state] mailer: Arc<Mailer>, to: String) {
///     // … the mail server …
///     # let _ = (mailer, to);
/// }
/// ```
pub trait State: Clone + Send + Sync + 'static {}

impl<T: Clone + Send + Sync + 'static> State for T {}

/// The result of a durable function: `()`, or a `Result<(), E>` whose error is written into the job's row.
///
/// `E` is any `Display`. After an `Err` the job is tried again.
///
/// ```
/// use std::io;
/// use outlive::Tracker;
/// use outlive_durable::durable;
///
/// static FILES: Tracker = Tracker::bounded("files", 8);
///
/// #[durable(timeout = "10s", blocking, track = FILES)]
/// fn remove(path: String) -> io::Result<()> {
///     std::fs::remove_file(path)
/// }
///
/// #[durable(timeout = "10s", track = FILES)]
/// async fn note(path: String) {
///     println!("{path}");
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a durable function gives `()` or `Result<(), E>`, where `E: Display`",
    label = "nobody is there to take this value when the job has run",
    note = "write what the job found where it belongs, in the body, and return `Ok(())`"
)]
pub trait JobResult: Send + 'static {
    /// The error, if it failed.
    #[doc(hidden)]
    fn __failure(self) -> Option<String>;
}

impl JobResult for () {
    fn __failure(self) -> Option<String> {
        None
    }
}

/// The error of a durable function. It is a trait for its error message.
#[diagnostic::on_unimplemented(
    message = "the error of a durable function is written into its job's row as text, and `{Self}` is not `Display + Send + 'static`",
    label = "give the error as one that is, as in `-> Result<(), String>`"
)]
pub trait JobError: fmt::Display + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<E: fmt::Display + Send + 'static> JobError for E {}

impl<E: JobError> JobResult for Result<(), E> {
    fn __failure(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}

/// How a run ended.
#[doc(hidden)]
#[derive(Debug)]
pub enum End {
    Done,
    Failed(String),
    /// It was cut short, by its worker or by the drain of its tracker.
    Cut,
    /// Its tracker refused it.
    Refused(Rejected),
}

/// The signal that ends the runs of a stopping worker.
#[doc(hidden)]
#[derive(Clone)]
pub struct Cut {
    is_cut: watch::Receiver<bool>,
    reason_cell: FailureReason,
}

impl Cut {
    pub(crate) fn new(is_cut: watch::Receiver<bool>) -> Self {
        Self { is_cut, reason_cell: FailureReason::default() }
    }

    /// A signal that never comes, for a run that only its tracker ends.
    pub(crate) fn never() -> Self {
        static NEVER: LazyLock<watch::Sender<bool>> = LazyLock::new(|| watch::channel(false).0);
        Self::new(NEVER.subscribe())
    }

    /// The cell for the reason of a failed run.
    pub(crate) fn reason_cell(&self) -> FailureReason {
        self.reason_cell.clone()
    }

    pub(crate) async fn wait(&mut self) {
        // If the sender was dropped, the worker has ended.
        let _ = self.is_cut.wait_for(|is_cut| *is_cut).await;
    }
}

/// Starts the call, and waits for its end. It does not take the task's result, so that an `Err` is reported as for any
/// detached function. `_result` lets the attribute check the function's result type.
#[doc(hidden)]
pub async fn drive<T>(
    call: impl Future<Output = TaskHandle<T>>,
    _result: fn(T) -> Option<String>,
    mut cut: Cut,
) -> End {
    let handle = tokio::select! {
        biased;
        handle = call => handle,
        () = cut.wait() => return End::Cut,
    };
    let mut handle = match handle.admitted() {
        Ok(handle) => handle,
        Err(rejected) => return End::Refused(rejected),
    };
    let reason_cell = cut.reason_cell();
    tokio::select! {
        biased;
        outcome = handle.__ended() => return ended(outcome, reason_cell.take()),
        () = cut.wait() => {}
    }
    handle.abort(CancelCause::Shutdown);
    // It is dropped at its next await. A run without an await would keep its row, so the wait has a limit.
    match tokio::time::timeout(Duration::from_millis(200), handle.__ended()).await {
        Ok(outcome) => ended(outcome, reason_cell.take()),
        Err(_) => End::Cut,
    }
}

fn ended(outcome: Outcome, reason: Option<Reason>) -> End {
    match reason {
        None if outcome == Outcome::Completed => End::Done,
        None | Some(Reason::Cancelled(_) | Reason::Lost | Reason::NeverStarted) => End::Cut,
        Some(Reason::Rejected(rejected)) => End::Refused(rejected),
        Some(Reason::Failed(error)) => End::Failed(error),
        Some(reason) => End::Failed(reason.to_string()),
    }
}
