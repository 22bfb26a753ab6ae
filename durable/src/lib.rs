//! Background tasks that are kept: a function with [`#[durable]`](macro@durable) is called into a queue, and run from there by any
//! process that has it, also after a SIGKILL, at least once.
//!
//! The queue is [apalis](https://docs.rs/apalis-core)'s, in a SQLite file or, with the feature `postgres`, in PostgreSQL: its
//! tables, its migrations, its heartbeats, and so its board. A run is a task of [`outlive`]: with its timeout, under its tracker,
//! reported by name.
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
//! # Here and now
//!
//! A call that is to run in this process at once, and to be kept only when it cannot, is
//! [`spawn_or_enqueue(&spill)`](Job::spawn_or_enqueue): see [`Spill`].
//!
//! # Traces
//!
//! With outlive's feature `opentelemetry`, the caller's trace travels with the job, as W3C's `traceparent` and `tracestate`: the run's
//! span has the same trace id, and the caller's span as its remote parent; whether it is sampled follows from that. One that was
//! enqueued outside of any trace begins one. Labels travel as well, also without the feature; baggage does not.
//!
//! # At least once
//!
//! A job that was enqueued is run until a run ends well, or its attempts are used up. A process that is killed in a run has not
//! ended it: another runs the job again, when the lease of the dead one is over. So a body has to bear a second run: what it does
//! outside carries the [`JobId`] as its idempotency key.
//!
//! ```
//! use outlive::Context;
//! use outlive_durable::JobId;
//!
//! # fn charge(_: Option<&JobId>) {}
//! let id = Context::current().get::<JobId>().cloned(); // in the body of a durable function
//! # charge(id.as_ref());
//! ```

#![forbid(unsafe_code)]

#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
compile_error!(
    "outlive-durable needs a store: write `outlive-durable = { version = \"0.1\", default-features = false, features = \
     [\"postgres\"] }`, or \"sqlite\", or leave `default-features = false` out"
);

/// The programs of the book that need this package.
#[cfg(doctest)]
#[doc = include_str!("../../docs/durable.md")]
mod book {}

#[doc(hidden)]
#[allow(missing_docs, clippy::must_use_candidate, reason = "not part of the public face")]
pub mod __private;

/// The program of the package's own README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

// From the bottom to the top: a room imports only from those above it here.
mod error;

mod id;

mod function;

mod engine;

mod queue;

mod job;

mod worker;

mod spill;

pub use engine::JobDatabase;
pub use error::{EnqueueError, StoreError};
pub use function::{JobResult, State};
pub use id::{Attempt, JobId, OriginDeadline};
pub use job::{Delay, Enqueued, Job, Plain, Planned};
pub use outlive_macros::durable;
#[cfg(feature = "postgres")]
pub use queue::PostgresSource;
pub use queue::Queue;
#[cfg(feature = "sqlite")]
pub use queue::SqliteSource;
pub use spill::{HandOver, Lost, RunsNow, Spill, SpillBuilder, SpillCounts, SpillError, WithSpill};
pub use worker::{JobCounts, Jobs, JobsError, WithWorker, Worker};
