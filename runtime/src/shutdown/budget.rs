//! The budget of a shutdown, and the check that it fits into the deployment's grace period.

use std::time::Duration;

use super::Shutdown;
use super::member::Member;
use super::report::DoesNotFit;
use crate::drain::STUCK_AFTER;
use crate::proof::does_not_fit;

impl Shutdown {
    /// The longest time that the whole shutdown may take. It is the sum of the time to serve on while not ready, the longest
    /// server budget, the phases (with [`all`](Self::all), the last one too), and the last steps.
    #[must_use]
    pub fn budget(&self) -> Duration {
        let unphased = self.unphased();
        let phases = self.phases.iter().chain(unphased.as_ref().map(|(last, _)| last));
        let mut drained = Vec::new();
        let last = self.last.iter().map(|step| step.budget);
        let mut sum = last.fold(self.serving_budget(), Duration::saturating_add);
        for phase in phases {
            // A tracker in an earlier phase takes no time in a later one.
            let before = drained.len();
            drained.extend(phase.members.iter().filter_map(Member::address));
            let fresh = phase.members.iter().filter(|member| match member.address() {
                Some(address) => !drained[..before].contains(&address),
                None => true,
            });
            if let Some(longest) = fresh.map(|member| member.budget).max() {
                sum = sum.saturating_add(longest).saturating_add(STUCK_AFTER);
            }
        }
        sum
    }

    /// The time to serve on while not ready, plus the longest server budget.
    pub(super) fn serving_budget(&self) -> Duration {
        match self.servers.iter().map(|server| server.budget).max() {
            Some(servers) => self.still_serving().unwrap_or_default().saturating_add(servers),
            None => Duration::ZERO,
        }
    }

    /// How long it serves on while it is not ready.
    pub(super) fn still_serving(&self) -> Option<Duration> {
        self.ready.iter().map(|(_, delay)| *delay).max()
    }

    /// The same sum, for budgets that are constants: the longest budget of each phase, plus the second that a drain waits
    /// for tasks that do not yield.
    #[must_use]
    pub const fn sum(phases: &[&[Duration]]) -> Duration {
        let mut sum = Duration::ZERO;
        let mut at = 0;
        while at < phases.len() {
            let phase = phases[at];
            let mut longest = Duration::ZERO;
            let mut member = 0;
            while member < phase.len() {
                if phase[member].as_nanos() > longest.as_nanos() {
                    longest = phase[member];
                }
                member += 1;
            }
            if !phase.is_empty() {
                sum = sum.saturating_add(longest).saturating_add(STUCK_AFTER);
            }
            at += 1;
        }
        sum
    }

    /// Checks that the phases fit into the deployment's grace period. In a constant, it is a compile error if they do not.
    ///
    /// Pass the time to serve on while not ready, the servers, and each last step as phases of their own:
    /// `&[&[STILL_SERVING], &[HTTP, GRPC], &[AUDIT.budget()], &[FLUSH]]`.
    ///
    /// # Panics
    ///
    /// If the phases may take longer than `grace`; in a constant, this is a compile error.
    #[track_caller]
    pub const fn fits(phases: &[&[Duration]], grace: Duration) {
        let sum = Self::sum(phases);
        if sum.as_nanos() > grace.as_nanos() {
            does_not_fit(sum, grace);
        }
    }

    /// Checks at run time that the shutdown fits into the deployment's grace period.
    ///
    /// # Errors
    ///
    /// The time that the phases may take, if it is longer than `grace`.
    pub fn within(self, grace: Duration) -> Result<Self, DoesNotFit> {
        let budget = self.budget();
        if budget > grace { Err(DoesNotFit { budget, grace }) } else { Ok(self) }
    }
}
