//! What the methods of a `Shutdown` take. They are traits for their error messages.

use std::future::Future;

use super::{ShutdownReport, Stop};
use crate::util::NoValue;

/// A future that begins the shutdown.
#[diagnostic::on_unimplemented(
    message = "`on` takes a future that gives `()`: the shutdown begins when it resolves",
    label = "for Ctrl-C and SIGTERM, write `Shutdown::requested()`",
    note = "of another future, drop the value: write `async {{ drop(future.await) }}`"
)]
pub trait Begins: Future<Output = ()> {}

#[diagnostic::do_not_recommend]
impl<F: Future<Output = ()>> Begins for F {}

/// The name of a phase.
#[diagnostic::on_unimplemented(
    message = "`phase` takes the name of a phase, and what is drained in it comes behind",
    label = "write `\"stores\"`, and add this behind it, as in `.phase(\"stores\").tracker(&AUDIT)`",
    note = "a service is added by `.owner(service)`, an `Arc<Tracker>` by `.shared(tracker)`"
)]
pub trait PhaseName {
    fn name(self) -> &'static str;
}

#[diagnostic::do_not_recommend]
impl PhaseName for &'static str {
    fn name(self) -> &'static str {
        self
    }
}

/// A closure that makes a server's future.
#[diagnostic::on_unimplemented(
    message = "`serve` takes a closure: it gets the future that says when to stop, and gives the server",
    label = "write `|stop|` before this, and let the server end when `stop` resolves",
    note = "for axum, write `|stop| axum::serve(listener, app).with_graceful_shutdown(stop)`"
)]
pub trait Serves<S>: FnOnce(Stop) -> S {}

#[diagnostic::do_not_recommend]
impl<F: FnOnce(Stop) -> S, S> Serves<S> for F {}

/// The work of a last step.
#[diagnostic::on_unimplemented(
    message = "`finally` takes a closure, which runs on a thread of its own",
    label = "around a future, write `move || tokio::runtime::Handle::current().block_on(…)`",
    note = "before a call, write `move ||`"
)]
pub trait LastWork<R>: FnOnce() -> R {}

#[diagnostic::do_not_recommend]
impl<F: FnOnce() -> R, R> LastWork<R> for F {}

/// What a closure gives that looks at the report: nothing.
#[diagnostic::on_unimplemented(
    message = "`inspect` takes a closure that gives `()`, and what this one gives would be lost",
    label = "takes a plain closure: nothing awaits in it",
    note = "what has to await goes into a last step, `.finally(…)`; of another value, write `drop(value)`"
)]
pub trait Looked {}

#[diagnostic::do_not_recommend]
impl<R: NoValue> Looked for R {}

/// A closure that looks at the report.
#[diagnostic::on_unimplemented(
    message = "`inspect` takes a closure that gets the report",
    label = "write `|report|` before this"
)]
pub trait Looks<R>: FnOnce(&ShutdownReport) -> R {}

#[diagnostic::do_not_recommend]
impl<F: FnOnce(&ShutdownReport) -> R, R> Looks<R> for F {}
