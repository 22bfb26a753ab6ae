//! How often a body runs: `every`, `missed`, `immediate` and `restart`.

use super::constant::{DurationValue, constant};
use super::pauses::{Form, Pauses, pauses};
use super::scope::Scope;
use super::values::word;
use crate::arguments::{Args, Argument, Kind, Slot};
use crate::syntax::Diagnostics;

pub(crate) enum Schedule {
    Once,
    Periodic {
        every: DurationValue,
        missed: Missed,
        immediate: bool,
    },
    /// Until its tracker drains.
    Worker {
        restart: Option<Pauses>,
    },
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
        Kind::Detached | Kind::OwnedTasks => Some(Schedule::Once),
        Kind::Periodic => {
            let missed = match word(Argument::Missed, args, errors) {
                "delay" => Missed::Delay,
                "burst" => Missed::Burst,
                _ => Missed::Skip,
            };
            let every = constant(Argument::Every, args.value(Argument::Every)?, scope, errors)?;
            Some(Schedule::Periodic { every, missed, immediate: args.has(Argument::Immediate) })
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
