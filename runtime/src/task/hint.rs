//! What the report of an end adds to its cause, where the cause alone does not say what to change.

use std::fmt;
use std::time::Duration;

use super::end::End;
use super::state::TaskState;
use super::unfinished::Hook;
use crate::current::StopReason;
use crate::tracker::{Binding, Kind};

pub(super) enum Hint {
    /// Its last attempt timed out, and there was no time for the next one.
    NoRoom { attempt: u32, of: u32, timeout: Duration },
    /// Its thread does not end with it.
    ThreadRunsOn,
    /// It waited for its cancellation, and its timeout left it no time for what comes after that.
    NoGrace,
    /// A worker was dropped after its grace, and has never asked for its context.
    NeverAsked { grace: Duration },
    /// A worker was dropped after its grace. It has asked for its context, and has not waited for that to be cancelled.
    OnlyLooked { grace: Duration },
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRoom { attempt, of, timeout } => {
                write!(f, " in attempt {attempt} of {of}: the call's timeout of {timeout:?} has no room for another")
            }
            Self::ThreadRunsOn => f.write_str(
                ": its thread runs on, and holds its place until it returns: nothing stops a thread, unless its code checks \
                 `Context::current().is_cancelled()`",
            ),
            Self::NoGrace => f.write_str(
                ": it waited for `cancelled()`, and has no time after its timeout: for a clean-up, add `grace = \"1s\"`",
            ),
            Self::NeverAsked { grace } => write!(
                f,
                ": it was dropped after its grace of {grace:?}, as it never waited for `Context::current().cancelled()`"
            ),
            Self::OnlyLooked { grace } => write!(
                f,
                ": it did not end within its grace of {grace:?}: await `context.cancelled()` in a `tokio::select!`, beside what it \
                 waits for, or give it a longer `grace`"
            ),
        }
    }
}

/// A cause with its hint.
pub(super) struct Hinted<'a> {
    pub(super) cause: &'a dyn fmt::Display,
    pub(super) hint: Option<Hint>,
}

impl fmt::Display for Hinted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)?;
        self.hint.as_ref().map_or(Ok(()), |hint| hint.fmt(f))
    }
}

impl<U: Hook, B: Binding> TaskState<U, B> {
    #[cold]
    pub(super) fn hint<T>(&self, end: &End<T>) -> Option<Hint> {
        let (site, record) = (self.site(), &self.record);
        match end {
            End::TimedOut => {
                if let Some(of) = record.cold_state().and_then(|cold| cold.no_room_of) {
                    return Some(Hint::NoRoom { attempt: record.attempts(), of, timeout: self.timeout() });
                }
                if record.cold_state().is_some_and(|cold| cold.thread_runs_on) {
                    return Some(Hint::ThreadRunsOn);
                }
                // An attempt that exceeds its own limit has no grace.
                let has_none = site.grace().is_zero() && record.overran().is_none();
                (has_none && record.has_waited()).then_some(Hint::NoGrace)
            }
            End::Cancelled(_) => {
                let is_cut = site.kind() == Kind::Worker && matches!(record.stop(), StopReason::Ending(_));
                let grace = site.grace();
                if !is_cut || grace.is_zero() || record.is_blocking() || record.has_waited() {
                    return None;
                }
                Some(if record.has_asked() { Hint::OnlyLooked { grace } } else { Hint::NeverAsked { grace } })
            }
            _ => None,
        }
    }
}
