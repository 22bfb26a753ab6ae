//! How long a task may take: `timeout`, `max_timeout` and `grace`.

use super::constant::{DurationValue, at_call, constant};
use super::scope::Scope;
use crate::arguments::{Args, Argument, Kind, Slot};
use crate::syntax::Diagnostics;
use crate::syntax::expr::{ends, plain};
use crate::syntax::text::as_written;
use proc_macro2::Span;
use syn::{Expr, ExprLit, Lit};

/// What the proof is about: `max_timeout` where there is one, else `timeout`.
pub(crate) struct Limit {
    /// A worker has none: its proof is about the grace.
    pub(crate) duration: Option<DurationValue>,
    /// The first and the last token that the user wrote: the proof is reported there.
    pub(crate) start: Span,
    pub(crate) end: Span,
    /// Of so many minutes, which may be meant as milliseconds: if the budget does not cover them, that is said.
    pub(crate) minutes: Option<u64>,
}

impl Limit {
    fn new(duration: Option<DurationValue>, written: &Expr) -> Self {
        let (start, end) = ends(written);
        Self { duration, start, end, minutes: minutes(written) }
    }

    /// `timeout = "5s", grace = "500m"`: if it is the grace that is too long, the proof is reported there.
    pub(super) fn of_grace(mut self, args: &Args, grace: Option<&DurationValue>) -> Self {
        let Some(written) = args.value(Argument::Grace) else { return self };
        let timeout = self.duration.as_ref().and_then(DurationValue::known);
        if timeout.zip(grace.and_then(DurationValue::known)).is_some_and(|(timeout, grace)| timeout < grace) {
            self = Self { duration: self.duration, ..Self::new(None, written) };
        }
        self
    }
}

/// `"500m"`: so many that nobody counts them in minutes.
fn minutes(written: &Expr) -> Option<u64> {
    const FEW: u64 = 50;
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = plain(written) else { return None };
    let minutes = text.value().trim().strip_suffix('m')?.trim_end().parse().ok()?;
    (minutes >= FEW).then_some(minutes)
}

pub(crate) struct Limits {
    pub(crate) limit: Limit,
    /// The call's own timeout. Only with `max_timeout`.
    pub(crate) timeout: Option<DurationValue>,
}

pub(super) fn limits(args: &Args, scope: &Scope, errors: &mut Diagnostics) -> Option<Limits> {
    if scope.kind == Kind::Worker {
        let limit = match args.value(Argument::Grace) {
            Some(grace) => Limit::new(None, grace),
            None => Limit { duration: None, start: scope.at, end: scope.at, minutes: None },
        };
        return Some(Limits { limit, timeout: None });
    }
    let Some(timeout) = args.value(Argument::Timeout) else {
        // Its own mistakes all the same.
        if let Some(max) = args.value(Argument::MaxTimeout) {
            constant(Argument::MaxTimeout, max, scope, errors);
        }
        return None;
    };
    match args.slot(Argument::MaxTimeout) {
        Slot::Bad => None,
        Slot::Absent => {
            let limit = constant(Argument::Timeout, timeout, scope, errors)?;
            Some(Limits { limit: Limit::new(Some(limit), timeout), timeout: None })
        }
        Slot::Given(max) => {
            let limit = constant(Argument::MaxTimeout, max, scope, errors);
            let run = at_call(Argument::Timeout, timeout, scope, errors);
            let (limit, run) = (limit?, run?);
            if limit.known().zip(run.known()).is_some_and(|(most, fixed)| fixed > most) {
                let (fixed, most) = (as_written(timeout), as_written(max));
                errors.on(
                    timeout,
                    format!(
                        "`timeout` is longer than `max_timeout`: {fixed} against {most}; \
                         shorten the one or raise the other"
                    ),
                );
                return None;
            }
            Some(Limits { limit: Limit::new(Some(limit), max), timeout: Some(run) })
        }
    }
}

pub(super) fn grace(args: &Args, scope: &Scope, errors: &mut Diagnostics) -> Option<DurationValue> {
    constant(Argument::Grace, args.value(Argument::Grace)?, scope, errors)
}
