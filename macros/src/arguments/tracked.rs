//! What people want of a macro, and its tracker does: how many run, how many wait, and how long a drain takes.

use super::args::Args;
use super::habits::{as_literal_of, number};
use super::kind::Kind;
use super::table::Argument;
use crate::syntax::duration;
use crate::syntax::expr::{is_static, is_upper_case, plain};
use crate::syntax::text::{self, as_written};
use syn::Expr;

/// What tracks the function.
pub(super) enum Tracked {
    /// The static that the user has, or may write: its name, and the name that it is reported by.
    ByStatic(String, String),
    ByService,
}

impl Tracked {
    /// As the arguments say, also those that are still to be read.
    pub(super) fn of(args: &Args) -> Self {
        if args.is_owned || args.kind == Kind::OwnedTasks {
            return Self::ByService;
        }
        let behind = args.tracker_behind().and_then(|tracker| syn::parse_str::<Expr>(&tracker).ok());
        let own = args.value(Argument::Track).or(behind.as_ref()).map(plain).and_then(|tracker| match tracker {
            Expr::Path(path) => path.path.segments.last().map(|last| last.ident.clone()),
            _ => None,
        });
        let name = own.filter(is_upper_case).map_or_else(|| "AUDIT".to_owned(), |ident| ident.to_string());
        let reported = name.to_lowercase();
        Self::ByStatic(name, reported)
    }

    pub(super) fn shown(&self) -> String {
        match self {
            Self::ByStatic(name, _) => format!("`{name}`"),
            Self::ByService => "a service".to_owned(),
        }
    }

    pub(super) fn bound(&self, key: &str, value: Option<&Expr>) -> String {
        let count = value.map_or_else(|| "64".to_owned(), as_written);
        self.says("how many tasks run at once", key, &count, "")
    }

    pub(super) fn queue(&self, key: &str, value: Option<&Expr>) -> String {
        let is_count = |value: &&Expr| {
            number(value).is_some()
                || matches!(plain(value), Expr::Path(path) if path.path.get_ident().is_some_and(is_upper_case))
        };
        let count = value.filter(is_count).map_or_else(|| "10_000".to_owned(), as_written);
        self.says("how many calls may wait", key, "64", &format!(".queue({count})"))
    }

    pub(super) fn budget(&self, key: &str, value: Option<&Expr>) -> String {
        let given = value.and_then(|value| number(value).or_else(|| seconds(value)));
        let secs = given.filter(|secs| *secs > 0).unwrap_or(60);
        match self {
            Self::ByStatic(name, reported) => format!(
                "how long a drain waits is the tracker's: leave `{key}` out, and write `static {name}: outlive::Tracker<{secs}> = \
                 outlive::Tracker::bounded(\"{reported}\", 64).drain_budget::<{secs}>();`"
            ),
            Self::ByService => format!(
                "how long a drain waits is the service's tracker's: leave `{key}` out, make its field an `OwnedTracker<{secs}>`, and \
                 call `.drain_budget::<{secs}>()` where that is made"
            ),
        }
    }

    fn says(&self, what: &str, key: &str, bound: &str, queue: &str) -> String {
        match self {
            Self::ByStatic(name, reported) => format!(
                "{what} is the tracker's: leave `{key}` out, and write `static {name}: outlive::Tracker = \
                 outlive::Tracker::bounded(\"{reported}\", {bound}){queue};`"
            ),
            Self::ByService => format!(
                "{what} is the service's tracker's: leave `{key}` out, and make that with `outlive::OwnedTracker::bounded(\"shop\", \
                 {bound}){queue}`"
            ),
        }
    }
}

/// A duration in a string, in whole seconds.
fn seconds(value: &Expr) -> Option<u32> {
    let duration = duration::read(&as_literal_of(value)?).ok()?;
    u32::try_from(duration.as_secs()).ok()
}

/// What others call that which holds the tasks, where the name means something else here.
const HOLDERS: &[&str] = &[
    "backlog",
    "bound",
    "bounded",
    "buffer",
    "drain",
    "executor",
    "handle",
    "on",
    "pool",
    "queue",
    "queue_name",
    "runtime",
    "scheduler",
    "shutdown",
    "thread_pool",
];

/// What is in the name of a number, and of a runtime.
const OTHERS: &[&str] = &[
    "BUDGET", "CAPACITY", "COUNT", "HANDLE", "LEN", "LENGTH", "LIMIT", "MAX", "NUMBER", "RT", "RUNTIME", "SECS",
    "SIZE", "THREADS", "TIMEOUT",
];

/// Does a static stand behind another key, where the tracker is named nowhere?
pub(super) fn is_meant(args: &Args, key: &str, value: Option<&Expr>) -> bool {
    let is_open = args.behind(Argument::Track).is_none() && !args.has(Argument::Track);
    let Some(Expr::Path(path)) = value.map(plain).filter(|_| is_open && !args.is_owned) else { return false };
    let Some(last) = path.path.segments.last().filter(|last| is_upper_case(&last.ident)) else { return false };
    let name = text::plain(&last.ident);
    let is_other = name.split('_').any(|word| OTHERS.contains(&word));
    // A durable call has a queue.
    let has_queue = args.kind == Kind::Durable && key.starts_with("queue");
    let is_held = HOLDERS.contains(&key) || is_static(path) && is_taken(args, key);
    Argument::Track.is_taken_by(args.kind) && is_held && !is_other && !has_queue
}

/// A synonym of what is given already, as `limit` is of `timeout`.
fn is_taken(args: &Args, key: &str) -> bool {
    Argument::by_synonym(key).is_some_and(|argument| args.behind(argument).is_some())
}
