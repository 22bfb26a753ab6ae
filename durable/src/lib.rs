//! Durable background tasks: a call of a function with [`#[durable]`](macro@durable) is stored in a queue, and runs at least
//! once, in any process that has the function, even after a SIGKILL.
//!
//! The queue is in a SQLite file or, with the feature `postgres`, in PostgreSQL. It uses the tables, migrations and
//! heartbeats of [apalis](https://docs.rs/apalis-core), so apalis's board works with it. A run is a task of [`outlive`]: it
//! has a timeout and a tracker, and is reported by name.
//!
//! ```no_run
//! use outlive::{Shutdown, Tracker};
//! use outlive_durable::{Jobs, Queue, WithWorker as _, durable};
//! # #[derive(Clone)] struct Mailer;
//! # impl Mailer { async fn send(&self, _: &str) -> Result<(), std::io::Error> { Ok(()) } }
//!
//! static MAIL: Tracker = Tracker::bounded("mail", 8);
//!
//! #[durable(timeout = "10s", attempts = 5, backoff = "1s..5m", track = MAIL)]
//! async fn send_welcome(#[state] mailer: Mailer, to: String) -> Result<(), std::io::Error> {
//!     mailer.send(&to).await
//! }
//!
//! # #[cfg(feature = "sqlite")]
//! # async fn serve(queue: Queue, mailer: Mailer) -> Result<(), Box<dyn std::error::Error>> {
//! let queue = Queue::sqlite("sqlite://service.db")?;
//! queue.migrate().await?;
//!
//! send_welcome("ada@example.org".to_owned()).enqueue(&queue).await?; // committed when this returns
//!
//! // In this process, or in any number of others:
//! let report = Shutdown::all().on(Shutdown::requested()).phase("jobs").worker(Jobs::on(&queue).state(mailer)).run().await;
//! # Ok(()) }
//! ```
//!
//! # Run now, and enqueue only on failure
//!
//! [`spawn_or_enqueue(&spill)`](Job::spawn_or_enqueue) runs a call in this process at once, and stores it only if it cannot
//! run or fails: see [`Spill`].
//!
//! # Traces
//!
//! With outlive's feature `opentelemetry`, the caller's trace is stored with the job, as W3C's `traceparent` and
//! `tracestate`. The run's span has the same trace id and the same sampling decision, with the caller's span as its remote
//! parent. A job that was enqueued outside of any trace begins one. Labels are stored as well, also without the feature;
//! baggage is not.
//!
//! # At least once
//!
//! A job runs until a run succeeds, or its attempts are used up. When a process is killed during a run, another process runs
//! the job again after the lease of the dead one has expired. So a body must be safe to run twice. Use the [`JobId`] as the
//! idempotency key for its effects.
//!
//! ```
//! use outlive::Context;
//! use outlive_durable::JobId;
//!
//! # fn charge(_: Option<&JobId>) {}
//! let id = Context::current().get::<JobId>().cloned(); // in the body of a durable function
//! # charge(id.as_ref());
//! ```
//!
//! # Features
//!
//! * `sqlite` (default): a queue in a SQLite file. It compiles SQLite, which needs a C compiler.
//! * `postgres`: a queue in PostgreSQL, for several machines. With `default-features = false`, nothing of SQLite is compiled.
//! * `axum`: an [`EnqueueError`] and a [`SpillError`] are responses of axum 0.8: 503 with `Retry-After`, if a client may retry.

#![cfg_attr(docsrs, feature(doc_cfg))] // says which feature an item needs
#![forbid(unsafe_code)]

#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
compile_error!(
    "outlive-durable needs a store: write `outlive-durable = { version = \"0.1\", default-features = false, features = \
     [\"postgres\"] }`, or \"sqlite\", or leave `default-features = false` out"
);

/// Compiles the programs of the book that need this package.
#[cfg(doctest)]
#[doc = include_str!("../../docs/durable.md")]
mod book {}

#[doc(hidden)]
#[allow(missing_docs, clippy::must_use_candidate, reason = "not part of the public face")]
pub mod __private;

/// Compiles the program of the package's README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

// From the bottom to the top: each module imports only from those above it here.
mod error;

mod id;

mod function;

mod engine;

mod queue;

mod job;

mod worker;

mod spill;

#[cfg(feature = "axum")]
mod axum;

pub use engine::JobDatabase;
pub use error::{EnqueueError, StoreError};
pub use function::{JobResult, State};
pub use id::{Attempt, JobId, OriginDeadline};
pub use job::{Delay, Enqueued, Job, Plain, Planned};
/// Makes an `async fn` durable: its calls are [`Job`]s, which a queue keeps until a run has succeeded, or the
/// attempts are used up.
///
/// ```
/// use outlive::Tracker;
/// use outlive_durable::{EnqueueError, Enqueued, Queue, durable};
///
/// static MAIL: Tracker = Tracker::bounded("mail", 8);
///
/// #[derive(Clone)]
/// struct Mailer;
///
/// #[durable(timeout = "10s", attempts = 5, backoff = "1s..5m", track = MAIL)]
/// async fn send_welcome(#[state] mailer: Mailer, to: String) -> Result<(), std::io::Error> {
///     // … the mail server …
///     # let _ = (mailer, to);
///     Ok(())
/// }
///
/// async fn sign_up(queue: &Queue) -> Result<Enqueued, EnqueueError> {
///     send_welcome("ada@example.org".to_owned()).enqueue(queue).await // without the state: the worker has it
/// }
/// ```
pub use outlive_macros::durable;
#[cfg(feature = "postgres")]
pub use queue::PostgresSource;
pub use queue::Queue;
#[cfg(feature = "sqlite")]
pub use queue::SqliteSource;
pub use spill::{HandOver, Lost, RunsNow, Spill, SpillBuilder, SpillCounts, SpillError, WithSpill};
pub use worker::{JobCounts, Jobs, JobsError, WithWorker, Worker};
