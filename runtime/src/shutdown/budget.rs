//! The budget of a shutdown, and the check that it fits into the deployment's grace period.

use std::fmt;
use std::time::Duration;

use super::Shutdown;
use super::member::Member;
use super::report::DoesNotFit;
use crate::drain::STUCK_AFTER;
use crate::proof::does_not_fit;
use crate::util::text::Named;

/// A budget and its parts, for the log: `36s (ready 5s, http 10s, drains 20s, 1s if stuck)`.
#[derive(Default)]
pub(super) struct Parts {
    parts: Vec<(&'static str, Duration)>,
    /// For tasks that do not yield.
    stuck: Duration,
}

impl Parts {
    pub(super) fn and(mut self, more: Self) -> Self {
        self.parts.extend(more.parts);
        Self { stuck: self.stuck.saturating_add(more.stuck), ..self }
    }

    pub(super) fn sum(&self) -> Duration {
        self.parts.iter().fold(self.stuck, |sum, (_, part)| sum.saturating_add(*part))
    }
}

impl fmt::Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.sum())?;
        let mut before = " (";
        for (name, part) in self.parts.iter().filter(|(_, part)| !part.is_zero()) {
            write!(f, "{before}{} {part:?}", Named(name))?;
            before = ", ";
        }
        if !self.stuck.is_zero() {
            write!(f, "{before}{:?} if stuck", self.stuck)?;
            before = ", ";
        }
        if before == ", " { f.write_str(")") } else { Ok(()) }
    }
}

impl Shutdown {
    /// The longest time that the whole shutdown may take. It is the sum of the time to serve on while not ready, the longest
    /// server budget, the phases (with [`all`](Self::all), the last one too), and the last steps.
    ///
    /// A phase takes the longest of its members' budgets, and one second more for tasks that do not yield. [`within`](Self::within)
    /// has an example.
    #[must_use]
    pub fn budget(&self) -> Duration {
        self.serving_budget().sum().saturating_add(self.ending_budget().sum())
    }

    /// That of the phases and the last steps.
    pub(super) fn ending_budget(&self) -> Parts {
        let unphased = self.unphased();
        let mut drained = Vec::new();
        let (mut drains, mut stuck) = (Duration::ZERO, Duration::ZERO);
        for phase in self.phases.iter().chain(&unphased) {
            // A tracker in an earlier phase takes no time in a later one.
            let before = drained.len();
            drained.extend(phase.members.iter().filter_map(Member::address));
            let fresh = phase.members.iter().filter(|member| match member.address() {
                Some(address) => !drained[..before].contains(&address),
                None => true,
            });
            if let Some(longest) = fresh.map(|member| member.budget).max() {
                drains = drains.saturating_add(longest);
                stuck = stuck.saturating_add(STUCK_AFTER);
            }
        }
        let last = self.last.iter().map(|step| step.budget).fold(Duration::ZERO, Duration::saturating_add);
        Parts { parts: vec![("drains", drains), ("last steps", last)], stuck }
    }

    /// The time to serve on while not ready, and the longest server budget.
    pub(super) fn serving_budget(&self) -> Parts {
        let Some(servers) = self.servers.iter().map(|server| server.budget).max() else { return Parts::default() };
        let name = if let [server] = &*self.servers { server.name } else { "servers" };
        let ready = self.still_serving().unwrap_or_default();
        Parts { parts: vec![("ready", ready), (name, servers)], stuck: Duration::ZERO }
    }

    /// How long it serves on while it is not ready.
    pub(super) fn still_serving(&self) -> Option<Duration> {
        self.ready.iter().map(|(_, delay)| *delay).max()
    }

    /// The same sum, for budgets that are constants: the longest budget of each phase, plus the second that a drain waits
    /// for tasks that do not yield.
    ///
    /// ```
    /// use std::time::Duration;
    /// use outlive::{Shutdown, Tracker};
    ///
    /// static REQUESTS: Tracker<10> = Tracker::bounded("requests", 256).drain_budget();
    /// static AUDIT: Tracker = Tracker::bounded("audit", 64); // 20 s
    ///
    /// const NEEDED: Duration = Shutdown::sum(&[&[REQUESTS.budget()], &[AUDIT.budget()]]);
    /// assert_eq!(NEEDED, Duration::from_secs(11 + 21));
    /// ```
    #[must_use]
    pub const fn sum(phases: &[&[Duration]]) -> Duration // a list for each phase: `&[&[AUDIT.budget()]]`
    {
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
    /// `&[&[STILL_SERVING], &[HTTP, GRPC], &[AUDIT.budget()], &[FLUSH]]`. Each of these has its second as well, which
    /// [`within`](Self::within) adds to drains alone: so this asks for a few seconds more.
    ///
    /// ```compile_fail,E0080
    /// # use std::time::Duration;
    /// # use outlive::{Shutdown, Tracker};
    /// static AUDIT: Tracker = Tracker::bounded("audit", 64); // drains within 20 s
    ///
    /// const _: () = Shutdown::fits(&[&[AUDIT.budget()]], Duration::from_secs(20)); // it needs 21
    /// ```
    ///
    /// # Panics
    ///
    /// If the phases may take longer than `grace`; in a constant, this is a compile error.
    #[track_caller]
    pub const fn fits(phases: &[&[Duration]], grace: Duration) // a list for each phase: `&[&[AUDIT.budget()]]`
    {
        let sum = Self::sum(phases);
        if sum.as_nanos() > grace.as_nanos() {
            does_not_fit(sum, grace);
        }
    }

    /// Checks at run time that the shutdown fits into the deployment's grace period.
    ///
    /// Use it where [`fits`](Self::fits) cannot see the budgets: with [`all`](Self::all), or with a grace period from the
    /// environment.
    ///
    /// ```
    /// use std::time::Duration;
    /// use outlive::{Shutdown, Tracker};
    ///
    /// static AUDIT: Tracker = Tracker::bounded("audit", 64); // drains within 20 s
    ///
    /// let shutdown = Shutdown::new().phase("stores").tracker(&AUDIT);
    /// assert_eq!(shutdown.budget(), Duration::from_secs(21));
    /// let shutdown = shutdown.within(Duration::from_secs(30)).expect("it fits");
    ///
    /// let too_little = shutdown.within(Duration::from_secs(20)).unwrap_err();
    /// assert!(too_little.to_string().contains("set `terminationGracePeriodSeconds: "));
    /// ```
    ///
    /// # Errors
    ///
    /// The time that the phases may take, if it is longer than `grace`.
    pub fn within(self, grace: Duration) -> Result<Self, DoesNotFit> // `.within(Duration::from_secs(30))?`
    {
        let budget = self.budget();
        if budget > grace { Err(DoesNotFit { budget, grace }) } else { Ok(self) }
    }
}
