//! A drain that is polled late skips no phase.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use tokio::time::Instant;

use super::{Clock, Next, STUCK_AFTER};
use crate::admission::Phase;

const BUDGET: Duration = Duration::from_secs(20);

/// A drain, as far as it has come.
struct Drain {
    clock: Clock,
    phase: Phase,
    dropped: Option<Instant>,
}

impl Drain {
    fn new(began: Instant) -> Self {
        Self { clock: Clock::new(began, BUDGET), phase: Phase::Closing, dropped: None }
    }

    /// Looks until it waits: the phases that it has passed through, and what it says then.
    fn look(&mut self, grace: Duration, now: Instant) -> (Vec<Phase>, Next) {
        let mut passed = Vec::new();
        loop {
            match self.clock.next(self.phase, self.dropped, grace, now) {
                Next::Advance(to) => {
                    passed.push(to);
                    self.phase = to;
                    self.dropped = (to == Phase::Dropped).then_some(now);
                }
                other => return (passed, other),
            }
        }
    }
}

#[test]
fn it_cancels_in_time_for_the_longest_grace_drops_at_the_budget_and_gives_a_second_more() {
    let began = Instant::now();
    let at = |seconds| began + Duration::from_secs(seconds);
    let (mut drain, grace) = (Drain::new(began), Duration::from_secs(5));
    assert_eq!(drain.look(grace, at(0)), (vec![], Next::WaitUntil(at(15))));
    assert_eq!(drain.look(grace, at(15)), (vec![Phase::Cancelled], Next::WaitUntil(at(20))));
    assert_eq!(drain.look(grace, at(20)), (vec![Phase::Dropped], Next::WaitUntil(at(21))));
    assert_eq!(drain.look(grace, at(21)), (vec![], Next::Report));
}

#[test]
fn a_grace_that_is_longer_than_the_budget_begins_with_the_drain() {
    let began = Instant::now();
    let (passed, next) = Drain::new(began).look(BUDGET * 2, began);
    assert_eq!((passed, next), (vec![Phase::Cancelled], Next::WaitUntil(began + BUDGET)));
}

#[test]
fn a_drain_that_looks_too_late_drops_first_and_then_gives_the_second() {
    let began = Instant::now();
    let late = began + BUDGET * 3;
    let (passed, next) = Drain::new(began).look(Duration::ZERO, late);
    assert_eq!(passed, [Phase::Cancelled, Phase::Dropped]);
    assert_eq!(next, Next::WaitUntil(late + STUCK_AFTER));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Looks come at any time, with any graces. A clock that goes back is another runtime's.
    #[test]
    fn it_passes_through_every_phase_in_order_and_reports_a_second_after_the_drop(
        looks in vec((0_u64..60_000, 0_u64..30_000), 1..30),
    ) {
        let began = Instant::now();
        let mut drain = Drain::new(began);
        let (mut passed, mut dropped) = (Vec::new(), None);
        for (now, grace) in looks {
            let now = began + Duration::from_millis(now);
            let (more, next) = drain.look(Duration::from_millis(grace), now);
            if more.contains(&Phase::Dropped) {
                prop_assert!(now >= began + BUDGET);
                dropped = Some(now);
            }
            passed.extend(more);
            match next {
                Next::Report => prop_assert!(dropped.is_some_and(|dropped| now >= dropped + STUCK_AFTER)),
                Next::WaitUntil(until) => prop_assert!(until > now),
                Next::Advance(_) => unreachable!(),
            }
        }
        let all = [Phase::Cancelled, Phase::Dropped];
        prop_assert_eq!(&passed[..], &all[..passed.len()]);
    }
}
