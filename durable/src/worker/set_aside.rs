//! Jobs that were set aside because no worker could run them: the reasons, and which of them this worker should try.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use super::Known;
use crate::engine::THEN;
use crate::function::{Function, StateType, States, Unreadable};

/// The reason to set a job aside whose function is missing from this program, or is there twice.
pub(super) fn unknown(name: &str, is_twice: bool) -> String {
    if is_twice { format!("two functions are called `{name}`") } else { format!("there is no function `{name}`") }
}

/// The reason to set a job aside whose function exists, but whose arguments or state cannot be read.
pub(super) fn unreadable(name: &str, reason: &Unreadable) -> String {
    format!("`{name}`: {reason}")
}

/// The function that a reason names.
fn function(reason: &str) -> Option<&str> {
    reason.strip_prefix('`')?.split('`').next()
}

/// The reasons for which this worker has set jobs aside. It does not try such jobs again.
#[derive(Default)]
pub(super) struct OwnReasons(Mutex<HashSet<String>>);

impl OwnReasons {
    const MOST: usize = 1024;

    pub(super) fn note(&self, reason: &str) {
        let mut own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if own.len() < Self::MOST {
            own.extend(reason.split(THEN).map(str::to_owned));
        }
    }

    /// Whether this worker gave one of a row's reasons.
    fn has(&self, reasons: &str) -> bool {
        let own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reasons.split(THEN).any(|reason| own.contains(reason))
    }

    /// When it is full, it no longer knows which reasons this worker gave.
    fn is_full(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len() >= Self::MOST
    }

    /// Returns the reasons that may not hold in this program, each with its function's number of attempts: the function is
    /// known here, and has its state; or another version of the program could not read what this one may be able to. This
    /// ends, because each worker tries once.
    pub(super) fn worth_a_try(
        &self,
        reasons: Vec<String>,
        functions: &HashMap<&'static str, Known>,
        states: &States,
    ) -> Vec<(String, u32)> {
        let able = functions.values().filter_map(|known| match known {
            Known::One(function) if function.states.iter().all(|state| states.has(state())) => Some(*function),
            _ => None,
        });
        let able: HashMap<&str, &Function> = able.map(|function| (function.name, function)).collect();
        // Reasons of a worker that lacked a function or a state that this one has.
        let mut lacked = HashMap::new();
        for function in able.values() {
            let no_state = |state: &fn() -> StateType| unreadable(function.name, &Unreadable::State(state().name));
            lacked.insert(unknown(function.name, false), function.attempts);
            lacked.extend(function.states.iter().map(|state| (no_state(state), function.attempts)));
        }
        let attempts = |reasons: &str| {
            if self.has(reasons) {
                return None;
            }
            if let Some(attempts) = reasons.split(THEN).find_map(|reason| lacked.get(reason)) {
                return Some(*attempts);
            }
            let of = able.get(function(reasons)?)?;
            (!self.is_full()).then_some(of.attempts)
        };
        reasons.into_iter().filter_map(|reason| attempts(&reason).map(|attempts| (reason, attempts))).collect()
    }
}
