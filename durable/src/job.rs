//! A call that is not yet in the queue.

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

/// A call of a durable function, which is in no queue yet.
///
/// `P` is [`Planned`] where something was said of it that only a queue can do.
#[must_use = "a durable call does not run by itself: write `.enqueue(&queue).await?`, or `.spawn_or_enqueue(&spill)?`"]
pub struct Job<P = Plain> {
    function: &'static Function,
    args: Result<Map<String, Value>, EnqueueError>,
    after: Option<Duration>,
    key: Option<String>,
    queue: Option<String>,
    plan: PhantomData<fn() -> P>,
}

/// A [`Job`] of which nothing was said: it may run here and now.
pub struct Plain;

/// A [`Job`] with [`after`](Job::after), [`unique`](Job::unique) or [`queue`](Job::queue): it is for a queue alone.
pub struct Planned;

/// What has become of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Enqueued {
    /// It is in the queue.
    New(JobId),
    /// One of this key has been there before, and may have run already. Nothing was added.
    AlreadyThere(JobId),
}

impl Enqueued {
    /// The job of this call, or the one that was there.
    #[must_use]
    pub fn id(self) -> JobId {
        match self {
            Self::New(id) | Self::AlreadyThere(id) => id,
        }
    }
}

/// How long a job waits before it may run: a `Duration`, or a text as humantime reads it.
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

    /// It does not run before: `"10m"`, or a `Duration`. The store keeps whole seconds, and up to one more may pass.
    pub fn after(mut self, delay: impl Into<Delay>) -> Job<Planned> {
        match delay.into().0 {
            Ok(delay) => self.after = Some(delay),
            Err(text) if self.args.is_ok() => self.args = Err(EnqueueError::Delay { text }),
            Err(_) => {}
        }
        self.planned()
    }

    /// It is in the queue once for this key, for as long as the row of the first is there: until
    /// [`forget_ended`](Queue::forget_ended) deletes it. `scope` says what the key is one of.
    pub fn unique(mut self, scope: &str, key: impl Serialize) -> Job<Planned> {
        match serde_json::to_string(&(scope, key)) {
            Ok(key) => self.key = Some(key),
            Err(error) if self.args.is_ok() => self.args = Err(EnqueueError::Argument { name: "unique", error }),
            Err(_) => {}
        }
        self.planned()
    }

    /// Which [named](Queue::named) queue [`enqueue_in`](Self::enqueue_in) means; without this, the one that has no name of its
    /// own. For `enqueue`, the queue says it.
    pub fn queue(mut self, name: &str) -> Job<Planned> {
        self.queue = Some(name.to_owned());
        self.planned()
    }

    fn new_job(self) -> Result<NewJob, EnqueueError> {
        Ok(self.into_parts()?.1)
    }

    /// What the queue would have, and what a run does.
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

    /// Puts the job into the queue. It is committed when this returns.
    ///
    /// # Errors
    ///
    /// Why it was not, within the queue's [deadline](Queue::deadline).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the job may be in the queue, or not.
    pub async fn enqueue(self, queue: &Queue) -> Result<Enqueued, EnqueueError> {
        let job = self.new_job()?;
        let until = Instant::now() + queue.deadline;
        let mut last = None;
        let pushed = loop {
            match timeout_at(until, queue.engine.push(&job)).await {
                Ok(Ok(pushed)) => break pushed,
                // Where there is time, it is tried again: the job has its name, and is there once.
                Ok(Err(error)) if error.is_busy() || error.is_unreachable() => {
                    if error.is_busy() {
                        // So nothing was written.
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

    /// Puts the job into the queue as a part of the caller's transaction: with what else that writes, or not at all. A key
    /// that is taken leaves the transaction as it is.
    ///
    /// The transaction is one of the database that the queue is in. Where another transaction has taken the key and is not yet at
    /// its end, PostgreSQL waits for that.
    ///
    /// # Errors
    ///
    /// What the store said.
    // A future of one type: where the database is a wrong one, rustc says so once.
    pub fn enqueue_in<'a, D: JobDatabase>(
        self,
        transaction: &'a mut Transaction<'_, D>,
    ) -> BoxFuture<'a, Result<Enqueued, EnqueueError>> {
        let queue = self.queue.clone();
        let job = self.new_job();
        Box::pin(async move {
            let job = job?;
            let pushed = D::push(transaction, queue.as_deref().unwrap_or(Queue::NAME), &job).await?;
            Ok(enqueued(job.id, &pushed))
        })
    }
}

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(20);

fn too_late(job: &NewJob, after: Duration, last: Option<StoreError>) -> EnqueueError {
    if job.is_sent.load(Ordering::Relaxed) {
        return EnqueueError::NoAnswer { after };
    }
    match last {
        Some(error) if error.is_unreachable() => EnqueueError::Unreachable { after, error },
        // Without an error, it has waited for others of this process.
        _ => EnqueueError::Busy { after },
    }
}

fn enqueued(id: JobId, pushed: &Pushed) -> Enqueued {
    match pushed {
        Pushed::New => Enqueued::New(id),
        Pushed::There(id) => Enqueued::AlreadyThere(*id),
    }
}
