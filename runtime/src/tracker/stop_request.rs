//! Requests to end the process: by the program's code, or by the end of an essential task.

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;

use super::{Outcome, TaskSite};
use crate::util::text::{self, Named, TEXT};

/// Why a shutdown began.
///
/// [`ShutdownReport::cause`](crate::ShutdownReport::cause) returns it. The `Display` is for an operator.
///
/// ```
/// use outlive::{Shutdown, ShutdownCause};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let report = Shutdown::new().run().await; // nothing to wait for
/// assert!(matches!(report.cause(), ShutdownCause::Run));
/// assert!(!report.cause().is_failure());
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ShutdownCause {
    /// `run` was called without anything to wait for.
    Run,
    /// SIGTERM or Ctrl-C; on Windows also Ctrl-Break, or the console's close, log-off or shutdown.
    Signal,
    /// A future that was given to `on` resolved.
    Awaited,
    /// The program called [`Shutdown::request`](crate::Shutdown::request), with this reason.
    Requested(Arc<str>),
    /// An `essential` worker or loop ended unasked.
    Essential {
        /// Its function.
        site: &'static TaskSite,
        /// How it ended.
        outcome: Outcome,
    },
    /// This server ended by itself.
    Server(&'static str),
}

impl ShutdownCause {
    /// Whether the cause is a failure, which makes the exit code nonzero. For a server that ended by itself, its own report
    /// says whether it failed.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Essential { .. })
    }
}

impl fmt::Display for ShutdownCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run => f.write_str("`run` was called"),
            Self::Signal => f.write_str("a signal came"),
            Self::Awaited => f.write_str("what `on` waits for was ready"),
            Self::Requested(reason) => write!(f, "requested: {reason}"),
            Self::Essential { site, outcome } => {
                let (name, kind) = (site.name(), outcome.word());
                write!(f, "essential `{name}` ({}:{}) ended: {kind}", site.file(), site.line())
            }
            Self::Server(name) => write!(f, "the server {} ended", Named(name)),
        }
    }
}

static CAUSE: OnceLock<ShutdownCause> = OnceLock::new();
static ASKED: Notify = Notify::const_new();

/// Requests the end of the process. The first cause is kept.
fn ask(cause: ShutdownCause) {
    let _ = CAUSE.set(cause);
    ASKED.notify_waiters();
}

pub(crate) fn request(reason: &dyn fmt::Display) {
    ask(ShutdownCause::Requested(text::shown(reason, TEXT).into()));
}

/// An essential task has ended.
pub(crate) fn essential_ended(site: &'static TaskSite, outcome: Outcome) {
    ask(ShutdownCause::Essential { site, outcome });
}

/// The cause, if the end was requested.
pub(crate) fn cause() -> Option<&'static ShutdownCause> {
    CAUSE.get()
}

/// Waits until the end is requested.
pub(crate) async fn requested() -> &'static ShutdownCause {
    loop {
        let mut asked = pin!(ASKED.notified());
        // From here on, no request is missed.
        asked.as_mut().enable();
        if let Some(cause) = CAUSE.get() {
            return cause;
        }
        asked.await;
    }
}
