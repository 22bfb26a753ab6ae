//! The `unfinished` hook, and the arguments that it gets.

use std::cell::RefCell;
use std::fmt;
use std::mem::{self, ManuallyDrop};
use std::time::Duration;

use crate::error::{CancelCause, Rejected, timed_out};
use crate::report::Facts;
use crate::tracker::TaskSite;
use crate::util::quietly;
use crate::util::text::{CAUSE, Clean};

/// A call that did not end in `Ok`: the function's `unfinished` hook gets it, with the call's arguments.
///
/// The hook runs once for each such call: refused, never started, timed out, panicked, aborted, lost, or `Err`. It gets the
/// arguments as they were at the call, without the receiver; they are cloned at the call. It can write them to a dead-letter
/// table or a durable queue. It runs on the thread that noticed the end, possibly while the runtime shuts down: it must not
/// block for long, and cannot await. The call's context is in scope: `Context::current().get::<RequestId>()` works. A panic
/// of the hook is caught and reported.
///
/// A hook may call its function again. If that call ends before the hook has returned (it was refused, or the runtime shuts
/// down), the hook does not run inside itself: that end is only reported.
///
/// An `Err` is recognised only if the function's signature returns a `Result`. A generic `fn f<R>() -> R` always counts as
/// completed.
///
/// ```
/// use outlive::{Reason, Tracker, Unfinished, detached};
///
/// static AUDIT: Tracker = Tracker::bounded("audit", 64);
///
/// #[detached(timeout = "5s", track = AUDIT, unfinished = spill)]
/// async fn write_audit(user: u64, event: String) -> Result<(), std::io::Error> {
///     Err(std::io::Error::other("disk full"))
/// }
///
/// fn spill(call: Unfinished<(u64, String)>) {
///     let name = call.site().name();
///     let ((user, event), reason) = call.into_parts();
///     eprintln!("{name}: {user} {event:?}: {reason}");
///     # assert!(matches!(reason, Reason::Failed(text) if text == "disk full"));
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// write_audit(7, "signed in".to_owned());
/// # assert!(AUDIT.drain().await.is_clean());
/// # }
/// ```
#[derive(Debug)]
pub struct Unfinished<A> {
    args: A,
    reason: Reason,
    started: bool,
    site: &'static TaskSite,
}

/// Why a call did not end in `Ok`.
///
/// Its `Display` is one line: the text of a panic, of an `Err` or of your own cause is escaped, and cut at 4096 bytes.
///
/// An [`Unfinished`] call has it, and so has the result of a [run on demand](crate::TaskHandle::now).
///
/// ```
/// use outlive::{Reason, Rejected};
///
/// /// Whether the same call may succeed later.
/// fn may_succeed_later(reason: &Reason) -> bool {
///     matches!(reason, Reason::Rejected(Rejected::Full) | Reason::TimedOut { .. } | Reason::Lost)
/// }
///
/// assert!(may_succeed_later(&Reason::Rejected(Rejected::Full)));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Reason {
    /// It was refused.
    Rejected(Rejected),
    /// It was still queued when a drain closed the queue.
    NeverStarted,
    /// It had not ended when its timeout and grace were over.
    #[non_exhaustive]
    TimedOut {
        /// The timeout.
        timeout: Duration,
        /// The grace after the timeout.
        grace: Duration,
    },
    /// It panicked with this message, which is unchanged, and may have any length.
    Panicked(String),
    /// It was aborted, by a drain, by its handle, or because the last owner of its service was dropped.
    Cancelled(CancelCause),
    /// It was dropped together with its runtime.
    Lost,
    /// It returned this `Err`, printed by its `Display`, or else its `Debug`, or else its type's name; escaped, and cut at
    /// 4096 bytes.
    Failed(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(rejected) => rejected.fmt(f),
            Self::NeverStarted => write!(f, "never started: {}", self.why()),
            Self::TimedOut { .. } => self.why().fmt(f),
            Self::Panicked(_) => write!(f, "panicked: {}", self.why()),
            Self::Cancelled(_) => write!(f, "aborted: {}", self.why()),
            Self::Lost => write!(f, "lost: {}", self.why()),
            Self::Failed(_) => write!(f, "failed: {}", self.why()),
        }
    }
}

impl Reason {
    /// The cause alone, for a report that already says how the call ended.
    pub(crate) fn why(&self) -> impl fmt::Display + '_ {
        Why(self)
    }
}

/// See [`Reason::why`].
struct Why<'a>(&'a Reason);

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Reason::Rejected(rejected) => f.write_str(rejected.why()),
            Reason::NeverStarted => f.write_str("the tracker drained"),
            Reason::TimedOut { timeout, grace } => timed_out(f, *timeout, *grace),
            Reason::Panicked(text) | Reason::Failed(text) => Clean(text, CAUSE).fmt(f),
            Reason::Cancelled(cause) => cause.fmt(f),
            Reason::Lost => f.write_str("dropped together with its runtime"),
        }
    }
}

impl std::error::Error for Reason {}

impl<A> Unfinished<A> {
    /// The arguments, in their order.
    pub fn args(&self) -> &A {
        &self.args
    }

    /// Takes the arguments, in their order.
    #[must_use]
    pub fn into_args(self) -> A {
        self.args
    }

    /// Takes the arguments, and the reason why the call did not end in `Ok`.
    #[must_use]
    pub fn into_parts(self) -> (A, Reason) {
        (self.args, self.reason)
    }

    /// Why the call did not end in `Ok`.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// Whether any of the function's body may have run.
    pub fn started(&self) -> bool {
        self.started
    }

    /// The function.
    pub fn site(&self) -> &'static TaskSite {
        self.site
    }
}

/// The function and the tracker's name of a call.
pub(crate) type Named = (&'static TaskSite, &'static str);

/// The hook of a call that does not end in `Ok`. `()` is no hook, at no cost.
pub trait Hook: Send + 'static {
    /// Whether the hook needs a reason.
    #[doc(hidden)]
    const WANTS_REASON: bool = true;

    /// The data that it holds, which is dropped where a panic is caught.
    #[doc(hidden)]
    type Kept;

    #[doc(hidden)]
    fn take(&mut self) -> Option<Self::Kept>;

    /// Runs the hook. Returns the message of its panic, if it panicked.
    #[doc(hidden)]
    fn run(&mut self, named: Named, started: bool, reason: Reason) -> Option<Box<str>>;

    /// Takes over the report of an unseen `Err`, or returns it.
    #[doc(hidden)]
    fn hears(&mut self, unseen: Facts) -> Option<Facts> {
        Some(unseen)
    }
}

impl Hook for () {
    const WANTS_REASON: bool = false;

    type Kept = ();

    fn take(&mut self) -> Option<()> {
        None
    }

    fn run(&mut self, _: Named, _: bool, _: Reason) -> Option<Box<str>> {
        None
    }
}

/// The hook function and the cloned arguments of a call.
pub struct Spill<A> {
    pub(crate) hook: fn(Unfinished<A>),
    pub(crate) args: Option<A>,
}

thread_local! {
    /// The functions whose hooks run on this thread, nested. It has no destructor, so that it also works in destructors at
    /// the end of a thread.
    static RUNNING: RefCell<ManuallyDrop<Vec<&'static TaskSite>>> =
        const { RefCell::new(ManuallyDrop::new(Vec::new())) };
}

impl<A: Send + 'static> Hook for Spill<A> {
    type Kept = A;

    fn take(&mut self) -> Option<A> {
        self.args.take()
    }

    fn run(&mut self, (site, _): Named, started: bool, reason: Reason) -> Option<Box<str>> {
        let args = self.args.take()?;
        let is_nested = RUNNING.with_borrow_mut(|running| {
            let is_nested = running.iter().any(|known| std::ptr::eq(*known, site));
            running.push(site);
            is_nested
        });
        let broken = quietly(|| {
            if is_nested {
                drop(args);
            } else {
                (self.hook)(Unfinished { args, reason, started, site });
            }
        });
        RUNNING.with_borrow_mut(|running| {
            running.pop();
            if running.is_empty() {
                // Frees the memory, as there is no destructor.
                drop(mem::take(&mut **running));
            }
        });
        broken
    }
}
