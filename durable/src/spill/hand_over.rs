//! The last phase: jobs that could not run here are handed over to the queue, within a budget.

use std::fmt;
use std::time::Duration;

use outlive::Shutdown;

use super::Spill;
use crate::function::functions;

/// The report of a spill's last phase: how many jobs it handed over to its queue, and which it could not.
///
/// Its `Display` is one line, for an operator:
///
/// ```text
/// 41 jobs handed over to the queue in 5s of 5s, and 3 lost: 3 × shop::mail::send_welcome; the store did not answer in time
/// ```
///
/// [`Spill::hand_over`] returns it.
///
/// ```
/// use outlive_durable::Spill;
///
/// async fn last_step(spill: &Spill) -> Result<(), String> {
///     let report = spill.hand_over().await;
///     if report.is_clean() { Ok(()) } else { Err(report.to_string()) }
/// }
/// ```
#[must_use = "it says what is lost"]
#[derive(Clone, Debug)]
pub struct HandOver {
    pub(super) handed_over: u64,
    pub(super) lost: Vec<Lost>,
    /// The last error of the store.
    pub(super) error: Option<String>,
    pub(super) took: Duration,
    pub(super) budget: Duration,
}

/// Jobs of one function that could not be handed over.
///
/// [`HandOver::lost`] lists them.
///
/// ```
/// use outlive_durable::HandOver;
///
/// fn log(handed_over: &HandOver) {
///     for lost in handed_over.lost() {
///         eprintln!("{} jobs of {} are lost", lost.count, lost.function);
///     }
/// }
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Lost {
    /// The function's name in the queue.
    pub function: &'static str,
    /// How many jobs were lost.
    pub count: u64,
}

impl HandOver {
    /// How many jobs were written to the queue in this phase.
    #[must_use]
    pub fn handed_over(&self) -> u64 {
        self.handed_over
    }

    /// The jobs that are neither done nor in the queue. If the store did not answer, some of them may be in the queue all
    /// the same.
    #[must_use]
    pub fn lost(&self) -> &[Lost] {
        &self.lost
    }

    /// Whether no job is lost.
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

/// Adds a [`Spill`] to a [`Shutdown`].
///
/// Import it `as _`.
///
/// ```no_run
/// use outlive::Shutdown;
/// use outlive_durable::{Spill, WithSpill as _};
///
/// # async fn example(spill: Spill) {
/// let report = Shutdown::all().on(Shutdown::requested()).phase("jobs").spill(&spill).run().await;
/// for (phase, note) in report.notes() {
///     println!("{phase}: {note}"); // hand over: 9 jobs handed over to the queue in 12ms of 5s
/// }
/// # }
/// ```
pub trait WithSpill {
    /// Drains the static trackers of durable functions in this phase. Then, in a phase of its own, it hands the jobs that
    /// could not run over to the queue. Drain a tracker that is an expression (`track = app.tasks`) in an earlier phase.
    ///
    /// The report says how many jobs were handed over, and names those that were lost, which make the exit code 1. Both
    /// phases count in [`Shutdown::budget`] and [`within`](Shutdown::within).
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
