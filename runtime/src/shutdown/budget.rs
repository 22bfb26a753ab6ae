//! How long a shutdown may take, and whether the deployment gives it that.

use std::time::Duration;

use super::Shutdown;
use super::member::Member;
use super::report::DoesNotFit;
use crate::drain::STUCK_AFTER;
use crate::proof::does_not_fit;

impl Shutdown {
    /// The longest that all of it may take, from its beginning on: not ready and still serving, the servers side by side, the phases
    /// one after another, with [`all`](Self::all) the last one too, and the last steps.
    #[must_use]
    pub fn budget(&self) -> Duration {
        let unphased = self.unphased();
        let phases = self.phases.iter().chain(unphased.as_ref().map(|(last, _)| last));
        let mut drained = Vec::new();
        let last = self.last.iter().map(|step| step.budget);
        let mut sum = last.fold(self.serving_budget(), Duration::saturating_add);
        for phase in phases {
            // What an earlier phase has drained takes no time in a later one.
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

    /// Not ready and still serving, and then the servers side by side.
    pub(super) fn serving_budget(&self) -> Duration {
        match self.servers.iter().map(|server| server.budget).max() {
            Some(servers) => self.still_serving().unwrap_or_default().saturating_add(servers),
            None => Duration::ZERO,
        }
    }

    /// How long it serves on when it is not ready any more.
    pub(super) fn still_serving(&self) -> Option<Duration> {
        self.ready.iter().map(|(_, delay)| *delay).max()
    }

    /// The same for budgets that are constants: the longest of each phase, and the second that a drain waits for tasks
    /// that do not yield.
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

    /// Proves that the deployment gives the process the time that its phases may take. In a constant, it is a compile
    /// error where it does not.
    ///
    /// The time in which it is not ready and still serves, the servers and each last step stand there as phases of their own:
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

    /// Checks the same at run time.
    ///
    /// # Errors
    ///
    /// What the phases may take, where that is longer than `grace`.
    pub fn within(self, grace: Duration) -> Result<Self, DoesNotFit> {
        let budget = self.budget();
        if budget > grace { Err(DoesNotFit { budget, grace }) } else { Ok(self) }
    }
}
