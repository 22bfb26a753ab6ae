//! The durable functions of the program, and how one is run.

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
pub(crate) use way::{Keeper, Kept, Told};

/// A durable function: what its attribute says, and how it is called with what a row has.
#[doc(hidden)]
pub struct Function {
    pub name: &'static str,
    pub attempts: u32,
    pub backoff: (Duration, Duration),
    /// What it asks a worker for.
    pub states: &'static [fn() -> StateType],
    /// Drains its tracker in the phase of its worker, where that is a static.
    pub drained: fn(Shutdown) -> Shutdown,
    pub run: fn(Arguments, &States, Way, Cut) -> Result<Run, Unreadable>,
}

impl Function {
    /// How long a job waits after this attempt. It doubles from the first to the longest, with jitter: half of it at least.
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

/// One in the program's list.
#[doc(hidden)]
pub struct Listed(pub &'static Function);

inventory::collect!(Listed);

/// Every durable function of the program.
pub(crate) fn functions() -> impl Iterator<Item = &'static Function> {
    inventory::iter::<Listed>().map(|listed| listed.0)
}

/// What a worker has for the arguments that are marked `#[state]`.
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

/// How a `#[state]` is found.
#[doc(hidden)]
pub struct Access<T> {
    get: fn(&States) -> Option<T>,
    pub ty: fn() -> StateType,
}

impl<T> Access<T> {
    /// The message is a compile error where the type cannot be one.
    #[must_use]
    #[track_caller]
    pub const fn checked(access: Option<Self>, message: &'static str) -> Self {
        match access {
            Some(access) => access,
            None => panic!("{}", message),
        }
    }
}

/// Whether a type can be a `#[state]`: this has the constant, else [`ViaNoState`] has.
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
pub trait State: Clone + Send + Sync + 'static {}

impl<T: Clone + Send + Sync + 'static> State for T {}

/// The result of a durable function: `()`, or a `Result<(), E>` whose error is written into the job's row.
#[diagnostic::on_unimplemented(
    message = "a durable function gives `()` or `Result<(), E>`, where `E: Display`",
    label = "nobody is there to take this value when the job has run",
    note = "write what the job found where it belongs, in the body, and return `Ok(())`"
)]
pub trait JobResult: Send + 'static {
    /// `None` where it ended well, else the error.
    #[doc(hidden)]
    fn __failure(self) -> Option<String>;
}

impl JobResult for () {
    fn __failure(self) -> Option<String> {
        None
    }
}

impl<E: fmt::Display + Send + 'static> JobResult for Result<(), E> {
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
    /// It was cut, by the end of its worker or of its tracker.
    Cut,
    /// Its tracker would not have it.
    Refused(Rejected),
}

/// Tells the runs of a worker that their time is over.
#[doc(hidden)]
#[derive(Clone)]
pub struct Cut {
    is_cut: watch::Receiver<bool>,
    told: Told,
}

impl Cut {
    pub(crate) fn new(is_cut: watch::Receiver<bool>) -> Self {
        Self { is_cut, told: Told::default() }
    }

    /// For a run that only its tracker ends.
    pub(crate) fn never() -> Self {
        static NEVER: LazyLock<watch::Sender<bool>> = LazyLock::new(|| watch::channel(false).0);
        Self::new(NEVER.subscribe())
    }

    /// Where the run is to say why it did not end well.
    pub(crate) fn told(&self) -> Told {
        self.told.clone()
    }

    pub(crate) async fn wait(&mut self) {
        // Whoever could have told has gone: that is the same.
        let _ = self.is_cut.wait_for(|is_cut| *is_cut).await;
    }
}

/// Starts the call, and waits for its end. What the task gave stays in it, so that an `Err` is reported as that of any detached
/// function which nobody looks at; `_result` is what the attribute holds the function's type to.
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
    let told = cut.told();
    tokio::select! {
        biased;
        outcome = handle.__ended() => return ended(outcome, told.take()),
        () = cut.wait() => {}
    }
    handle.abort(CancelCause::Shutdown);
    // It is dropped at its next await; one that comes to none would keep its row.
    match tokio::time::timeout(Duration::from_millis(200), handle.__ended()).await {
        Ok(outcome) => ended(outcome, told.take()),
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
