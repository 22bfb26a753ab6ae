//! What the arguments mean, whichever of the macros takes them: values, and no tokens yet. Each mistake is reported here
//! once.

mod constant;
mod kept;
mod limits;
mod made;
mod missing;
mod pauses;
mod retry;
mod runtime;
mod schedule;
mod scope;
mod track;
mod values;

use crate::arguments::{Args, Argument, Kind};
use crate::syntax::expr::{is_word, plain};
use crate::syntax::text::as_written;
use crate::syntax::{Diagnostics, names, text};
use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{Expr, ExprPath, LitStr};

pub(crate) use constant::DurationValue;
pub(crate) use kept::Kept;
pub(crate) use limits::Limit;
pub(crate) use made::{Called, called};
pub(crate) use pauses::Pauses;
pub(crate) use retry::{Count, Place, Retry};
pub(crate) use schedule::{Every, Jitter, Missed, Schedule};
pub(crate) use scope::Scope;
pub(crate) use track::Track;

use kept::kept;
use limits::{Limits, grace, limits};
use missing::missing;
use retry::retry;
use runtime::{context, runtime};
use schedule::schedule;
use track::track;
use values::{allow_request_bound, carry, inherit, name, word};

pub(crate) struct Settings {
    pub(crate) schedule: Schedule,
    pub(crate) retry: Option<Retry>,
    /// Of a durable function.
    pub(crate) kept: Kept,
    pub(crate) limit: Limit,
    pub(crate) grace: Option<DurationValue>,
    pub(crate) track: Track,
    /// Only with `max_timeout`.
    pub(crate) timeout: Option<DurationValue>,
    pub(crate) context: Option<Expr>,
    pub(crate) on: Option<Expr>,
    pub(crate) inherit: Vec<ExprPath>,
    /// Types.
    pub(crate) carry: Vec<ExprPath>,
    pub(crate) when_full: WhenFull,
    pub(crate) span: SpanKind,
    pub(crate) site: SiteOf,
    pub(crate) name: Option<LitStr>,
    pub(crate) unfinished: Option<Expr>,
    pub(crate) blocking: bool,
    /// The process is of no use without it.
    pub(crate) essential: bool,
    /// The reason, for those who read the code.
    pub(crate) allow_request_bound: Option<LitStr>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeats {
    Never,
    /// Again and again.
    Loop,
    /// Up to a last time.
    Attempts,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhenFull {
    Reject,
    Wait,
    /// The call says: a queue's worker waits, and who calls a durable function here and now does not.
    AsAsked,
}

/// What is one `TaskSite`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SiteOf {
    Function,
    /// Each line that calls the function.
    Caller,
}

#[derive(Clone, Copy)]
pub(crate) enum SpanKind {
    Linked,
    Child,
}

impl Settings {
    /// Is the body begun more than once? Then the arguments are cloned.
    pub(crate) fn repeats(&self) -> Repeats {
        match (&self.schedule, &self.retry) {
            (Schedule::Periodic { .. } | Schedule::Worker { restart: Some(_) }, _) => Repeats::Loop,
            (_, Some(_)) => Repeats::Attempts,
            _ => Repeats::Never,
        }
    }

    /// May the call itself wait for its place?
    pub(crate) fn waits(&self) -> bool {
        self.when_full != WhenFull::Reject
    }

    /// Does an expression that is evaluated at the call name this argument?
    pub(crate) fn uses(&self, name: &str) -> bool {
        let track = match &self.track {
            Track::Static(_) | Track::Owner(_) => None,
            Track::Expression(expr) => Some(expr),
        };
        let timeout = match &self.timeout {
            None | Some(DurationValue::Known(..)) => None,
            Some(DurationValue::Expression(expr)) => Some(&**expr),
        };
        let every = match &self.schedule {
            Schedule::Periodic { every: Every::AtStart(expr), .. } => Some(&**expr),
            _ => None,
        };
        let expressions = [track, self.context.as_ref(), self.on.as_ref(), timeout, every].into_iter().flatten();
        let tokens = expressions.map(|expr| -> TokenStream { expr.to_token_stream() });
        tokens.flat_map(names::free).any(|used| text::plain(&used.ident) == name)
    }
}

/// Is `when_full = wait` asked for, whatever else is wrong?
pub(crate) fn waits(args: &Args) -> bool {
    args.value(Argument::WhenFull).is_some_and(|expr| is_word(expr, "wait"))
}

/// Is `site = caller` asked for, whatever else is wrong?
pub(crate) fn is_of_caller(args: &Args) -> bool {
    args.value(Argument::Site).is_some_and(|expr| is_word(expr, "caller"))
}

/// `None` where anything was reported, also before.
pub(crate) fn validate(args: &Args, scope: &Scope, errors: &mut Diagnostics) -> Option<Settings> {
    missing(args, scope, errors);
    let limits = limits(args, scope, errors);
    let grace = grace(args, scope, errors);
    let schedule = schedule(args, scope, errors);
    let retry = retry(args, scope, errors);
    let kept = kept(args, scope, errors);
    let track = track(args, scope, errors);
    let when_full = match word(Argument::WhenFull, args, errors) {
        _ if scope.kind == Kind::Durable => WhenFull::AsAsked,
        "wait" => WhenFull::Wait,
        _ => WhenFull::Reject,
    };
    let span = match word(Argument::Span, args, errors) {
        "child" => SpanKind::Child,
        _ => SpanKind::Linked,
    };
    let site = match word(Argument::Site, args, errors) {
        "caller" => SiteOf::Caller,
        _ => SiteOf::Function,
    };
    let inherit = inherit(args, errors);
    let carry = carry(args, errors);
    let context = context(args, scope, errors);
    let on = runtime(args, scope, errors);
    let name = name(args, errors);
    let unfinished = scope.run_time(Argument::Unfinished, args, errors).filter(|hook| is_hook(hook, errors));
    let allow_request_bound = allow_request_bound(args, errors);
    if !errors.is_empty() {
        return None;
    }
    let Limits { limit, timeout } = limits?;
    Some(Settings {
        schedule: schedule?,
        retry,
        kept,
        limit: limit.of_grace(args, grace.as_ref()),
        grace,
        track: track?,
        timeout,
        context,
        on,
        inherit,
        carry,
        when_full,
        span,
        site,
        name,
        unfinished,
        blocking: args.has(Argument::Blocking),
        essential: args.has(Argument::Essential),
        allow_request_bound,
    })
}

/// Not what it gives.
fn is_hook(hook: &Expr, errors: &mut Diagnostics) -> bool {
    let Expr::Call(call) = plain(hook) else { return true };
    if call.args.is_empty() {
        let fixed = as_written(&call.func);
        errors.on(
            hook,
            format!(
                "`unfinished` is the function itself, and is called with the arguments: write `unfinished = {fixed}`"
            ),
        );
    }
    !call.args.is_empty()
}
