//! How often a body runs: `every`, `jitter`, `missed`, `immediate` and `restart`.

use super::constant::{DurationValue, at_call, constant, is_constant};
use super::scope::Scope;
use super::values::word;
use crate::arguments::{Args, Argument, Kind, Slot};
use crate::syntax::expr::{first_span, plain};
use crate::syntax::text::as_written;
use crate::syntax::{Diagnostics, duration};
use proc_macro2::Span;
use std::time::Duration;
use syn::{Expr, Lit, LitStr, RangeLimits};

pub(crate) enum Schedule {
    Once,
    Periodic {
        every: Every,
        jitter: Option<Jitter>,
        missed: Missed,
        immediate: bool,
    },
    /// Until its tracker drains.
    Worker {
        restart: Option<Restart>,
    },
}

/// When it is known.
pub(crate) enum Every {
    Constant(DurationValue),
    /// An expression that the start of the loop evaluates.
    AtStart(Box<Expr>),
}

impl Every {
    pub(super) fn known(&self) -> Option<Duration> {
        match self {
            Self::Constant(every) => every.known(),
            Self::AtStart(_) => None,
        }
    }
}

/// How long a run may be put off.
pub(crate) struct Jitter {
    pub(crate) most: DurationValue,
    /// Where it begins.
    pub(crate) at: Span,
}

#[derive(Clone, Copy)]
pub(crate) enum Missed {
    Skip,
    Delay,
    Burst,
}

/// The pauses before a worker begins anew.
pub(crate) struct Restart {
    pub(crate) first: DurationValue,
    pub(crate) most: DurationValue,
    /// Where the range begins.
    pub(crate) at: Span,
}

impl Restart {
    /// Has the compiler to compare the two?
    pub(crate) fn is_open(&self) -> bool {
        self.first.known().is_none() || self.most.known().is_none()
    }
}

impl Schedule {
    pub(crate) fn is_loop(&self) -> bool {
        !matches!(self, Self::Once)
    }

    /// Is the body begun more than once? Then the arguments are cloned.
    pub(crate) fn repeats(&self) -> bool {
        matches!(self, Self::Periodic { .. } | Self::Worker { restart: Some(_) })
    }
}

pub(super) fn schedule(args: &Args, scope: &Scope, errors: &mut Diagnostics) -> Option<Schedule> {
    match scope.kind {
        Kind::Detached | Kind::OwnedTasks => Some(Schedule::Once),
        Kind::Periodic => {
            let missed = match word(Argument::Missed, args, errors) {
                "delay" => Missed::Delay,
                "burst" => Missed::Burst,
                _ => Missed::Skip,
            };
            let every = args.value(Argument::Every).and_then(|written| every(written, scope, errors));
            let jitter = match args.value(Argument::Jitter) {
                Some(written) => Some(jitter(written, every.as_ref(), scope, errors)?),
                None => None,
            };
            Some(Schedule::Periodic { every: every?, jitter, missed, immediate: args.has(Argument::Immediate) })
        }
        Kind::Worker => match args.slot(Argument::Restart) {
            Slot::Absent => Some(Schedule::Worker { restart: None }),
            Slot::Bad => None,
            Slot::Given(written) => {
                let pauses = restart(written, scope, errors)?;
                Some(Schedule::Worker { restart: Some(pauses) })
            }
        },
    }
}

/// The compiler's to check where it looks like a constant of the user's; else the start's.
fn every(written: &Expr, scope: &Scope, errors: &mut Diagnostics) -> Option<Every> {
    if is_constant(written, scope) {
        return constant(Argument::Every, written, scope, errors).map(Every::Constant);
    }
    match at_call(Argument::Every, written, scope, errors)? {
        DurationValue::Expression(expr) => Some(Every::AtStart(expr)),
        known @ DurationValue::Known(..) => Some(Every::Constant(known)),
    }
}

fn jitter(written: &Expr, every: Option<&Every>, scope: &Scope, errors: &mut Diagnostics) -> Option<Jitter> {
    let most = constant(Argument::Jitter, written, scope, errors)?;
    if let Some((most, every)) = most.known().zip(every.and_then(Every::known)) {
        if most >= every {
            errors.on(
                written,
                format!(
                    "`jitter` has to be shorter than `every`, or a run would be put off beyond the next one: write `jitter = \
                     \"{}\"`, or raise `every`",
                    duration::shown(every / 2)
                ),
            );
            return None;
        }
    }
    let at = first_span(written).unwrap_or_else(Span::call_site);
    Some(Jitter { most, at })
}

/// A range of durations: the first pause, and the longest.
fn restart(written: &Expr, scope: &Scope, errors: &mut Diagnostics) -> Option<Restart> {
    let [first, most] = match ends(written) {
        Ok(ends) => ends,
        Err(message) => {
            errors.on(written, message);
            return None;
        }
    };
    let from = constant(Argument::Restart, &first, scope, errors)?;
    let to = constant(Argument::Restart, &most, scope, errors)?;
    if from.known().zip(to.known()).is_some_and(|(from, to)| from > to) {
        let (first, most) = (as_written(&first), as_written(&most));
        let (first, most) = (first.trim_matches('"'), most.trim_matches('"'));
        errors.on(
            written,
            format!(
                "`restart` goes from the first pause to the longest, and {first} is longer than {most}: write \
                 `restart = \"{most}..{first}\"`"
            ),
        );
        return None;
    }
    let at = first_span(written).unwrap_or_else(Span::call_site);
    Some(Restart { first: from, most: to, at })
}

/// `"1s..1m"`, or a range of constants.
fn ends(written: &Expr) -> Result<[Expr; 2], String> {
    match plain(written) {
        Expr::Lit(literal) => {
            let Lit::Str(text) = &literal.lit else {
                return Err(no_range(None));
            };
            let value = text.value();
            match value.split_once("..") {
                Some((first, most))
                    if !first.trim().is_empty() && !most.trim().is_empty() && !most.starts_with('=') =>
                {
                    let part = |part: &str| -> Expr {
                        let part = LitStr::new(part.trim(), text.span());
                        syn::parse_quote!(#part)
                    };
                    Ok([part(first), part(most)])
                }
                _ => Err(no_range(Some(&value))),
            }
        }
        Expr::Range(range) if is_number(range.start.as_deref()) && is_number(range.end.as_deref()) => {
            let unit =
                |end: &Option<Box<Expr>>| end.as_ref().map(|end| format!("{}s", as_written(end))).unwrap_or_default();
            Err(format!("`restart` needs a unit: write `restart = \"{}..{}\"`", unit(&range.start), unit(&range.end)))
        }
        Expr::Range(range) => match (&range.start, &range.end, &range.limits) {
            (Some(first), Some(most), RangeLimits::HalfOpen(_)) => Ok([(**first).clone(), (**most).clone()]),
            _ => Err(no_range(None)),
        },
        _ => Err(no_range(None)),
    }
}

fn is_number(end: Option<&Expr>) -> bool {
    matches!(end.map(plain), Some(Expr::Lit(literal)) if matches!(literal.lit, Lit::Int(_)))
}

fn no_range(written: Option<&str>) -> String {
    let fixed = match written.map(str::trim) {
        Some(one) if one.contains("..=") => one.replacen("..=", "..", 1),
        Some(one) if one.starts_with(|c: char| c.is_ascii_digit()) && !one.contains('.') => format!("{one}..1m"),
        _ => "1s..1m".to_owned(),
    };
    format!(
        "`restart` is a range, from the first pause to the longest that doubling leads to: write \
         `restart = \"{fixed}\"`"
    )
}
