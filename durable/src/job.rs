//! Calls that are not enqueued yet.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::Transaction;
use tokio::time::{Instant, sleep, timeout_at};

use crate::engine::{BUSY, JobDatabase, NewJob, Pushed};
use crate::error::{EnqueueError, StoreError};
use crate::function::Function;
use crate::function::{Codec, Payload};
use crate::id::JobId;
use crate::queue::Queue;

/// A call of a durable function that is not enqueued yet. It does nothing until it is enqueued or spawned.
///
/// `P` is [`Planned`] after [`after`](Self::after), [`unique`](Self::unique) or [`queue`](Self::queue), which need a queue.
///
/// ```no_run
/// use outlive::Tracker;
/// use outlive_durable::{EnqueueError, Queue, durable};
///
/// static MAIL: Tracker = Tracker::bounded("mail", 8);
///
/// #[durable(timeout = "10s", track = MAIL)]
/// async fn remind(user: u64) {
///     // … the mail server …
///     # let _ = user;
/// }
///
/// # async fn example(queue: &Queue) -> Result<(), EnqueueError> {
/// remind(7).enqueue(queue).await?; // runs as soon as a worker has it
/// remind(7).after("2d").unique("reminder", 7).enqueue(queue).await?; // in two days, and once
/// # Ok(()) }
/// ```
#[must_use = "a durable call does not run by itself: write `.enqueue(&queue).await?`, or `.spawn_or_enqueue(&spill)?`"]
pub struct Job<P = Plain> {
    function: &'static Function,
    args: Result<Map<String, Value>, EnqueueError>,
    after: Option<Duration>,
    key: Option<String>,
    queue: Option<String>,
    plan: PhantomData<fn() -> P>,
}

/// The type of a [`Job`] without further settings, which may also run in this process at once: it [`RunsNow`](crate::RunsNow).
///
/// No value of it is ever needed. Write `Job` for the return type of a function that makes such a job.
///
/// ```
/// # use outlive::Tracker;
/// # use outlive_durable::{Job, durable};
/// # static MAIL: Tracker = Tracker::bounded("mail", 8);
/// # #[durable(timeout = "10s", track = MAIL)]
/// # async fn remind(user: u64) {}
/// fn reminder(user: u64) -> Job { // the same as `Job<Plain>`
///     remind(user)
/// }
/// ```
pub struct Plain;

/// The type of a [`Job`] with [`after`](Job::after), [`unique`](Job::unique) or [`queue`](Job::queue), which can only be
/// enqueued.
///
/// No value of it is ever needed. Write `Job<Planned>` for the return type of a function that makes such a job.
///
/// ```
/// # use outlive::Tracker;
/// # use outlive_durable::durable;
/// # static MAIL: Tracker = Tracker::bounded("mail", 8);
/// # #[durable(timeout = "10s", track = MAIL)]
/// # async fn remind(user: u64) {}
/// use outlive_durable::{Job, Planned};
///
/// fn reminder(user: u64) -> Job<Planned> {
///     remind(user).after("2d").unique("reminder", user)
/// }
/// ```
pub struct Planned;

/// The result of an enqueue.
///
/// ```
/// use outlive_durable::Enqueued;
///
/// fn shown(enqueued: Enqueued) -> String {
///     match enqueued {
///         Enqueued::New(id) => format!("{id} is in the queue"),
///         Enqueued::AlreadyThere(id) => format!("{id} was there already"),
///     }
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Enqueued {
    /// The job is in the queue.
    New(JobId),
    /// A job with this key was there already, and may have run. Nothing was added.
    AlreadyThere(JobId),
}

impl Enqueued {
    /// The id of the new job, or of the job that was there.
    #[must_use]
    pub fn id(self) -> JobId {
        match self {
            Self::New(id) | Self::AlreadyThere(id) => id,
        }
    }
}

/// The delay of a job: a `Duration`, or a text that humantime parses.
///
/// [`Job::after`] takes it. A text that is not a duration is an [`EnqueueError::Delay`] of the enqueue.
///
/// ```
/// use std::time::Duration;
/// use outlive_durable::Delay;
///
/// let delays: [Delay; 2] = [Duration::from_secs(600).into(), "1h 30m".into()];
/// ```
pub struct Delay(Result<Duration, String>);

impl From<Duration> for Delay {
    fn from(delay: Duration) -> Self {
        Self(Ok(delay))
    }
}

impl From<&str> for Delay {
    fn from(text: &str) -> Self {
        Self(humantime::parse_duration(text).map_err(|_| text.to_owned()))
    }
}

/// What [`Job::after`] takes: what converts into a [`Delay`]. It is a trait for its error message.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a delay is a `Duration`, or a text with a unit, and this is `{Self}`",
    label = "of seconds, write `std::time::Duration::from_secs(…)` around it, or a text, as in `\"10m\"`"
)]
pub trait IsDelay: Into<Delay> {}

#[diagnostic::do_not_recommend]
impl<T: Into<Delay>> IsDelay for T {}

impl Job {
    #[doc(hidden)]
    pub fn __new(function: &'static Function) -> Self {
        Self { function, args: Ok(Map::new()), after: None, key: None, queue: None, plan: PhantomData }
    }

    #[doc(hidden)]
    pub fn __with<T>(mut self, codec: &Codec<T>, value: &T) -> Self {
        if let Ok(args) = &mut self.args {
            match (codec.how.write)(value) {
                Ok(value) => {
                    args.insert(codec.name.to_owned(), value);
                }
                Err(error) => self.args = Err(EnqueueError::Argument { name: codec.name, error }),
            }
        }
        self
    }
}

impl<P> Job<P> {
    fn planned(self) -> Job<Planned> {
        let Self { function, args, after, key, queue, .. } = self;
        Job { function, args, after, key, queue, plan: PhantomData }
    }

    /// Delays the job: it runs at the earliest after this time, `"10m"` or a `Duration`. The store has whole seconds, so up
    /// to one second more may pass.
    ///
    /// ```no_run
    /// # use outlive_durable::{EnqueueError, Queue, durable};
    /// # static MAIL: outlive::Tracker = outlive::Tracker::bounded("mail", 8);
    /// # #[durable(timeout = "10s", track = MAIL)] async fn remind(user: u64) { let _ = user; }
    /// # async fn example(queue: &Queue) -> Result<(), EnqueueError> {
    /// remind(7).after("10m").enqueue(queue).await?;
    /// # Ok(()) }
    /// ```
    pub fn after(mut self, delay: impl IsDelay) -> Job<Planned> // `.after("10m")`
    {
        match delay.into().0 {
            Ok(delay) => self.after = Some(delay),
            Err(text) if self.args.is_ok() => self.args = Err(EnqueueError::Delay { text }),
            Err(_) => {}
        }
        self.planned()
    }

    /// Makes the job unique: a second job with this key is not added while the first job's row exists, which is until
    /// [`forget_ended`](Queue::forget_ended) deletes it. `scope` is the namespace of the key.
    ///
    /// The key is written as JSON. One that cannot be is an [`EnqueueError::Argument`] of the enqueue.
    ///
    /// ```no_run
    /// # use outlive_durable::{EnqueueError, Enqueued, Queue, durable};
    /// # static MAIL: outlive::Tracker = outlive::Tracker::bounded("mail", 8);
    /// # #[durable(timeout = "10s", track = MAIL)] async fn welcome(user: u64) { let _ = user; }
    /// # async fn example(queue: &Queue) -> Result<(), EnqueueError> {
    /// let first = welcome(7).unique("welcome", 7).enqueue(queue).await?;
    /// let again = welcome(7).unique("welcome", 7).enqueue(queue).await?;
    /// assert_eq!(again, Enqueued::AlreadyThere(first.id()));
    /// # Ok(()) }
    /// ```
    pub fn unique(mut self, scope: impl AsRef<str>, key: impl Serialize) -> Job<Planned> // `.unique("welcome", user)`
    {
        match serde_json::to_string(&(scope.as_ref(), key)) {
            Ok(key) => self.key = Some(key),
            Err(error) if self.args.is_ok() => self.args = Err(EnqueueError::Argument { name: "unique", error }),
            Err(_) => {}
        }
        self.planned()
    }

    /// Selects a [named](Queue::named) queue for [`enqueue_in`](Self::enqueue_in); the default is the queue without a name.
    /// [`enqueue`](Self::enqueue) uses the queue that it is given.
    ///
    /// ```no_run
    /// # #[cfg(feature = "sqlite")]
    /// # mod example {
    /// # use outlive_durable::{EnqueueError, durable};
    /// # static EXPORTS: outlive::Tracker = outlive::Tracker::bounded("exports", 8);
    /// # #[durable(timeout = "10s", track = EXPORTS)] async fn export(user: u64) { let _ = user; }
    /// async fn order(transaction: &mut sqlx::Transaction<'_, sqlx::Sqlite>) -> Result<(), EnqueueError> {
    ///     export(7).queue("exports").enqueue_in(transaction).await?;
    ///     Ok(())
    /// }
    /// # }
    /// ```
    pub fn queue(mut self, name: &str) -> Job<Planned> {
        self.queue = Some(name.to_owned());
        self.planned()
    }

    fn new_job(self) -> Result<NewJob, EnqueueError> {
        Ok(self.into_parts()?.1)
    }

    /// The row for the queue, and the payload for a run.
    pub(crate) fn into_parts(self) -> Result<(&'static Function, NewJob, Payload), EnqueueError> {
        let Self { function, args, after, key, .. } = self;
        let payload = Payload::new(function.name, args?);
        let job = NewJob {
            id: JobId::new(),
            function: function.name,
            payload: payload.write(),
            trace: payload.apalis_trace(),
            attempts: function.attempts,
            after,
            key,
            is_sent: AtomicBool::new(false),
        };
        Ok((function, job, payload))
    }

    /// Writes the job into the queue. It is committed when this returns.
    ///
    /// # Errors
    ///
    /// If it was not written within the queue's [deadline](Queue::deadline).
    /// [`EnqueueError`] says whether it may be in the queue all the same.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with a time driver.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the job may be in the queue or not.
    pub async fn enqueue(self, queue: &Queue) -> Result<Enqueued, EnqueueError> {
        let job = self.new_job()?;
        let until = Instant::now() + queue.deadline;
        let mut last = None;
        let pushed = loop {
            match timeout_at(until, queue.engine.push(&job)).await {
                Ok(Ok(pushed)) => break pushed,
                // It tries again while there is time: the job has its id, and so is written once.
                Ok(Err(error)) if error.is_busy() || error.is_unreachable() => {
                    if error.is_busy() {
                        // Nothing was written in this case.
                        job.is_sent.store(false, Ordering::Relaxed);
                    }
                    let takes = if error.is_busy() { BUSY } else { PAUSE };
                    last = Some(error);
                    if Instant::now() + takes >= until {
                        return Err(too_late(&job, queue.deadline, last));
                    }
                    sleep(PAUSE).await;
                }
                Ok(Err(error)) => return Err(EnqueueError::Store(error)),
                Err(_) => return Err(too_late(&job, queue.deadline, last)),
            }
        };
        queue.news.notify_one();
        Ok(enqueued(job.id, &pushed))
    }

    /// Writes the job into the queue in the caller's transaction, so that it is committed with the other writes, or not at
    /// all. If the key is taken, nothing is written, and the transaction stays usable.
    ///
    /// The transaction must be one of the queue's database. If another open transaction has taken the key, PostgreSQL waits
    /// for its end.
    ///
    /// ```no_run
    /// # #[cfg(feature = "sqlite")]
    /// # mod example {
    /// # use outlive_durable::durable;
    /// # static MAIL: outlive::Tracker = outlive::Tracker::bounded("mail", 8);
    /// # #[durable(timeout = "10s", track = MAIL)] async fn welcome(user: u64) { let _ = user; }
    /// async fn sign_up(pool: &sqlx::SqlitePool) -> Result<(), Box<dyn std::error::Error>> {
    ///     let mut transaction = pool.begin().await?;
    ///     sqlx::query("INSERT INTO users (id) VALUES (7)").execute(&mut *transaction).await?;
    ///     welcome(7).enqueue_in(&mut transaction).await?;
    ///     transaction.commit().await?; // the user and the job, or neither
    ///     Ok(())
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The error of the store, or of an argument, a key or a delay. It waits as long as the store does: the queue's
    /// [deadline](Queue::deadline) does not apply.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the job may be in the transaction or not: roll the transaction back.
    // It returns a boxed future, so that a wrong database is only one compile error.
    pub fn enqueue_in<'a, D: JobDatabase>(self, transaction: &'a mut Transaction<'_, D>) -> Enqueues<'a> // `&mut transaction`
    {
        let queue = self.queue.clone();
        let job = self.new_job();
        Box::pin(async move {
            let job = job?;
            let pushed = D::push(transaction, queue.as_deref().unwrap_or(Queue::NAME), &job).await?;
            Ok(enqueued(job.id, &pushed))
        })
    }
}

/// What [`Job::enqueue_in`] gives. With this name, a compile error shows its signature whole, with the comment behind it.
type Enqueues<'a> = BoxFuture<'a, Result<Enqueued, EnqueueError>>;

/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(20);

fn too_late(job: &NewJob, after: Duration, last: Option<StoreError>) -> EnqueueError {
    if job.is_sent.load(Ordering::Relaxed) {
        return EnqueueError::NoAnswer { after };
    }
    match last {
        Some(error) if error.is_unreachable() => EnqueueError::Unreachable { after, error },
        // Without an error, it has waited for other writers of this process.
        _ => EnqueueError::Busy { after },
    }
}

fn enqueued(id: JobId, pushed: &Pushed) -> Enqueued {
    match pushed {
        Pushed::New => Enqueued::New(id),
        Pushed::There(id) => Enqueued::AlreadyThere(*id),
    }
}
