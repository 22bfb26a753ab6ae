//! How often a body runs: `every`, `jitter`, `missed`, `immediate` and `restart`.

use super::constant::{DurationValue, at_call, constant, is_constant};
use super::pauses::{Form, Pauses, pauses};
use super::scope::Scope;
use super::values::word;
use crate::arguments::{Args, Argument, Kind, Slot};
use crate::syntax::expr::{first_span, plain};
use crate::syntax::{Diagnostics, calendar, duration};
use proc_macro2::Span;
use std::time::Duration;
use syn::{Expr, ExprLit, Lit};

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
        restart: Option<Pauses>,
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

impl Schedule {
    pub(crate) fn is_loop(&self) -> bool {
        !matches!(self, Self::Once)
    }
}

pub(super) fn schedule(args: &Args, scope: &Scope, errors: &mut Diagnostics) -> Option<Schedule> {
    match scope.kind {
        Kind::Detached | Kind::Durable | Kind::OwnedTasks => Some(Schedule::Once),
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
                let form = Form { argument: Argument::Restart, before: "", example: "1s..1m" };
                let pauses = pauses(form, written, scope, errors)?;
                Some(Schedule::Worker { restart: Some(pauses) })
            }
        },
    }
}

/// The compiler's to check where it looks like a constant of the user's; else the start's.
fn every(written: &Expr, scope: &Scope, errors: &mut Diagnostics) -> Option<Every> {
    let text = text_of(written).unwrap_or_default();
    if let Some((first, _)) = text.split_once("..").filter(|(first, _)| duration::read(first).is_ok()) {
        errors.on(
            written,
            format!("`every` is one time, to which `jitter` adds: write `every = \"{first}\"`, and a `jitter` that is shorter"),
        );
        return None;
    }
    if let Some(period) = calendar::period(&text) {
        errors.on(
            written,
            format!(
                "`every` is the time between two runs, and knows neither clock nor calendar: write `every = \"{period}\"`; for a \
                 time of the day, sleep until then in the loop of a `#[worker]`"
            ),
        );
        return None;
    }
    if is_constant(written, scope) {
        return constant(Argument::Every, written, scope, errors).map(Every::Constant);
    }
    match at_call(Argument::Every, written, scope, errors)? {
        DurationValue::Expression(expr) => Some(Every::AtStart(expr)),
        known @ DurationValue::Known(..) => Some(Every::Constant(known)),
    }
}

fn text_of(expr: &Expr) -> Option<String> {
    match plain(expr) {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// `0.1`, `"10%"`: of `every`, and written as the time that it comes to.
fn share(written: &Expr, every: Option<&Every>) -> Option<String> {
    let share = match plain(written) {
        Expr::Lit(ExprLit { lit: Lit::Float(float), .. }) if float.suffix().is_empty() => float.base10_parse().ok()?,
        _ => text_of(written)?.trim().strip_suffix('%')?.trim().parse::<f64>().ok()? / 100.0,
    };
    if !(share > 0.0 && share < 1.0) {
        return None;
    }
    let time = every.and_then(Every::known).map(|every| every.mul_f64(share).as_millis());
    let time = time.filter(|time| *time > 0).and_then(|time| u64::try_from(time).ok());
    Some(time.map_or_else(|| "5s".to_owned(), |time| duration::shown(Duration::from_millis(time))))
}

fn jitter(written: &Expr, every: Option<&Every>, scope: &Scope, errors: &mut Diagnostics) -> Option<Jitter> {
    if let Some(time) = share(written, every) {
        errors.on(written, format!("`jitter` is a time, and no share of `every`: write `jitter = \"{time}\"`"));
        return None;
    }
    // A bare number, read as seconds, may be too long.
    if let (Expr::Lit(ExprLit { lit: Lit::Int(number), .. }), Some(every)) =
        (plain(written), every.and_then(Every::known))
    {
        let seconds = number.base10_parse().map(Duration::from_secs);
        if number.suffix().is_empty() && seconds.is_ok_and(|seconds| seconds >= every) {
            errors.on(
                written,
                format!("`jitter` needs a unit, and is shorter than `every`: write `jitter = \"{number}ms\"`"),
            );
            return None;
        }
    }
    let most = constant(Argument::Jitter, written, scope, errors)?;
    if let Some((most, every)) = most.known().zip(every.and_then(Every::known)) {
        if most >= every {
            errors.on(
                written,
                format!(
                    "`jitter` has to be shorter than `every`, or a run would be put off beyond the next one: {}, or raise `every`",
                    match every / 2 {
                        Duration::ZERO => "leave it out".to_owned(),
                        half => format!("write `jitter = \"{}\"`", duration::shown(half)),
                    }
                ),
            );
            return None;
        }
    }
    let at = first_span(written).unwrap_or_else(Span::call_site);
    Some(Jitter { most, at })
}
