//! The last phase: what could not run here is handed over to the queue, within a budget.

use std::fmt;
use std::time::Duration;

use outlive::Shutdown;

use super::Spill;
use crate::function::functions;

/// What a spill has handed over to its queue at the end, and what it could not.
///
/// Its `Display` is one line, for an operator:
///
/// ```text
/// 41 jobs handed over to the queue in 5s of 5s, and 3 lost: 3 × shop::mail::send_welcome; the store did not answer in time
/// ```
#[must_use = "it says what is lost"]
#[derive(Clone, Debug)]
pub struct HandOver {
    pub(super) handed_over: u64,
    pub(super) lost: Vec<Lost>,
    /// What the store said last.
    pub(super) error: Option<String>,
    pub(super) took: Duration,
    pub(super) budget: Duration,
}

/// Jobs of one function that could not be handed over.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Lost {
    /// What rows call it.
    pub function: &'static str,
    /// How many.
    pub count: u64,
}

impl HandOver {
    /// How many jobs have come to the queue since it began.
    #[must_use]
    pub fn handed_over(&self) -> u64 {
        self.handed_over
    }

    /// What is neither done nor in the queue. Where the store had not answered, some of these may be there all the same.
    #[must_use]
    pub fn lost(&self) -> &[Lost] {
        &self.lost
    }

    /// Whether nothing is lost.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.lost.is_empty()
    }

    fn done(&self) -> String {
        let jobs = if self.handed_over == 1 { "job" } else { "jobs" };
        let took = Duration::from_millis(u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX));
        format!("{} {jobs} handed over to the queue in {took:?} of {:?}", self.handed_over, self.budget)
    }

    fn failure(&self) -> Option<String> {
        if self.is_clean() {
            return None;
        }
        let sum: u64 = self.lost.iter().map(|lost| lost.count).sum();
        let named: Vec<_> = self.lost.iter().map(|Lost { function, count }| format!("{count} × {function}")).collect();
        let why = self.error.as_deref().unwrap_or("the store did not answer in time");
        Some(format!("{sum} lost: {}; {why}", named.join(", ")))
    }
}

impl fmt::Display for HandOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.done())?;
        self.failure().map_or(Ok(()), |failure| write!(f, ", and {failure}"))
    }
}

/// A shutdown whose last phase hands jobs over.
pub trait WithSpill {
    /// Drains the trackers of durable functions that are statics in this phase, and then, in a phase of its own, hands what
    /// could not run over to the queue. A tracker that is an expression (`track = app.tasks`) needs an earlier phase.
    ///
    /// The report says how many were handed over, and names those that were not; then the exit code is 1. Both phases count in
    /// [`Shutdown::budget`] and [`within`](Shutdown::within).
    #[must_use]
    fn spill(self, spill: &Spill) -> Self;
}

impl WithSpill for Shutdown {
    fn spill(self, spill: &Spill) -> Self {
        let drained = functions().fold(self, |shutdown, function| (function.drained)(shutdown));
        let (budget, spill, stopped) = (spill.budget(), spill.clone(), spill.clone());
        let work = async move {
            let handed_over = spill.hand_over().await;
            (handed_over.done(), handed_over.failure())
        };
        drained.phase("hand over").__step(budget, work, move || stopped.stop().to_string())
    }
}
