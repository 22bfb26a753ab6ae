//! How often a body runs: `every`, `jitter`, `missed`, `immediate` and `restart`.

use super::constant::{DurationValue, at_call, constant, is_constant};
use super::pauses::{Form, Pauses, pauses};
use super::scope::Scope;
use super::values::word;
use crate::arguments::{Args, Argument, Kind, Slot};
use crate::syntax::expr::first_span;
use crate::syntax::{Diagnostics, duration};
use proc_macro2::Span;
use std::time::Duration;
use syn::Expr;

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
