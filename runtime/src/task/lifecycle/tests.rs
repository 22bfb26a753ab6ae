//! The table of `decide`, cell by cell, and what holds along every sequence of signals.

use proptest::collection::vec;
use proptest::prelude::*;

use super::DropReason::{Aborted, Drained, Ended, OwnerGone, TimedOut};
use super::Grace::{AfterItsTime, FromNow, FromNowAtMost, Unchanged};
use super::Step::{Cancel, CancelContext, Drop, Wait};
use super::Stop::{Abort, Drain, Ending, None, Timeout};
use super::{Life, Seen, Step, Stop, decide};
use crate::admission::Phase;

const STOPS: [Stop; 5] = [None, Timeout, Drain, Abort, Ending];
const PHASES: [Phase; 4] = [Phase::Open, Phase::Closing, Phase::Cancelled, Phase::Dropped];

/// A cell, as a row of the table sees it.
struct Cell(Life, Seen);

impl Cell {
    fn is(&self, facts: &str) -> bool {
        let Self(life, seen) = self;
        facts.split_whitespace().all(|fact| {
            let (fact, wanted) = fact.strip_prefix('!').map_or((fact, true), |fact| (fact, false));
            wanted
                == match fact {
                    "parked" => life.is_parked,
                    "grace" => life.has_grace,
                    "shielded" => life.is_shielded,
                    "worker" => life.is_worker,
                    "between" => life.is_between_runs,
                    "cut" => life.is_cut_by_drain,
                    "blocking" => life.is_blocking,
                    "notified" => life.knows_of_drain,
                    "running" => life.stop == None,
                    "by-timeout" => life.stop == Timeout,
                    "by-drain" => life.stop == Drain,
                    "by-abort" => life.stop == Abort,
                    "ending" => life.stop == Ending,
                    "owner-gone" => seen.owner_gone,
                    "aborted" => seen.aborted,
                    "over" => seen.is_over,
                    "closing" => seen.phase >= Phase::Closing,
                    "cancelled" => seen.phase >= Phase::Cancelled,
                    "dropped" => seen.phase == Phase::Dropped,
                    other => panic!("no such fact: {other}"),
                }
        })
    }
}

/// The first row that fits says what comes. ARCHITECTURE.md sums it up.
const TABLE: &[(&str, Step)] = &[
    ("ending !grace !blocking", Drop(Ended)),
    ("ending between", Drop(Ended)),
    ("aborted !by-abort !grace", Drop(Aborted)),
    ("aborted !by-abort !shielded", Drop(Aborted)),
    ("aborted running", Cancel(Abort, FromNow)),
    ("aborted !by-abort", Cancel(Abort, FromNowAtMost)),
    ("dropped by-abort", Drop(Aborted)),
    ("dropped", Drop(Drained)),
    ("running worker closing grace", Cancel(Ending, FromNow)),
    ("running worker closing parked", Cancel(Ending, Unchanged)),
    ("running worker closing", Drop(Drained)),
    ("running worker owner-gone grace", Cancel(Ending, FromNow)),
    ("running worker owner-gone parked", Cancel(Ending, Unchanged)),
    ("running worker owner-gone", Drop(OwnerGone)),
    ("running blocking !notified closing !cancelled", CancelContext),
    ("running cancelled grace parked", Cancel(Drain, AfterItsTime)),
    ("running cancelled", Cancel(Drain, Unchanged)),
    ("by-abort !shielded", Drop(Aborted)),
    ("!over", Wait),
    ("by-abort", Drop(Aborted)),
    ("ending", Drop(Ended)),
    ("by-timeout", Drop(TimedOut)),
    ("running grace cut", Cancel(Drain, FromNow)),
    ("running grace", Cancel(Timeout, FromNow)),
    ("cut", Drop(Drained)),
    ("", Drop(TimedOut)),
];

fn lives() -> impl Iterator<Item = Life> {
    STOPS.into_iter().flat_map(|stop| {
        (0..256).map(move |bits: u32| {
            let bit = |at: u32| bits >> at & 1 == 1;
            Life {
                is_parked: bit(0),
                stop,
                has_grace: bit(1),
                is_shielded: bit(2),
                is_worker: bit(3),
                is_between_runs: bit(4),
                is_cut_by_drain: bit(5),
                is_blocking: bit(6),
                knows_of_drain: bit(7),
            }
        })
    })
}

fn sights() -> impl Iterator<Item = Seen> + Clone {
    PHASES.into_iter().flat_map(|phase| {
        (0..8).map(move |bits: u32| Seen {
            phase,
            owner_gone: bits & 1 == 1,
            aborted: bits >> 1 & 1 == 1,
            is_over: bits >> 2 & 1 == 1,
        })
    })
}

#[test]
fn each_cell_is_what_the_table_says_and_each_row_is_some_cells() {
    let mut used = [0_u32; TABLE.len()];
    let mut cells = 0;
    for life in lives() {
        for seen in sights() {
            let row = TABLE.iter().position(|(facts, _)| Cell(life, seen).is(facts)).unwrap();
            used[row] += 1;
            cells += 1;
            assert_eq!(decide(life, seen), TABLE[row].1, "row {row}: {life:?} {seen:?}");
        }
    }
    assert_eq!(cells, 1_280 * 32);
    for (row, used) in used.iter().enumerate() {
        assert!(*used > 0, "no cell is of row {row}");
    }
}

#[test]
fn whom_a_drain_drops_ends_at_its_next_look() {
    for life in lives() {
        for seen in sights().filter(|seen| seen.phase == Phase::Dropped && !seen.aborted) {
            assert!(matches!(decide(life, seen), Drop(_)), "{life:?} {seen:?}");
        }
    }
}

#[test]
fn what_a_drain_cuts_short_has_not_timed_out() {
    for life in lives().filter(|life| life.is_cut_by_drain && life.stop != Timeout) {
        for seen in sights() {
            let step = decide(life, seen);
            assert!(!matches!(step, Drop(TimedOut) | Cancel(Timeout, _)), "{life:?} {seen:?} {step:?}");
        }
    }
}

/// The steps of a task for a sequence of signals. Phases only grow, an owner that has gone stays gone, and a new grace
/// restarts the clock.
#[derive(Debug)]
struct Walk {
    life: Life,
    seen: Seen,
    steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Parks,
    Shields(bool),
    BetweenRuns(bool),
    Advances,
    OwnerGoes,
    IsAborted,
    TimePasses,
}

impl Walk {
    fn new(life: Life) -> Self {
        Self { life, seen: Seen::NONE, steps: Vec::new() }
    }

    /// `false` where it has ended.
    fn on(&mut self, event: Event) -> bool {
        match event {
            Event::Parks => self.life.is_parked = true,
            Event::Shields(is) => self.life.is_shielded = is,
            Event::BetweenRuns(is) => self.life.is_between_runs = is && self.life.is_worker,
            Event::Advances => self.seen.phase = PHASES[(self.seen.phase as usize + 1).min(3)],
            Event::OwnerGoes => self.seen.owner_gone = true,
            Event::IsAborted => self.seen.aborted = true,
            // A worker has no time of its own, but a grace.
            Event::TimePasses => self.seen.is_over = !self.life.is_worker || self.life.stop != None,
        }
        loop {
            let step = decide(self.life, self.seen);
            self.steps.push(step);
            self.seen.aborted = false;
            match step {
                Wait => return true,
                CancelContext => {
                    assert!(!self.life.knows_of_drain, "notified twice: {self:?}");
                    self.life.knows_of_drain = true;
                }
                Drop(_) => return false,
                Cancel(by, grace) => {
                    assert_ne!(by, None);
                    assert_ne!(by, self.life.stop, "cancelled twice for one reason: {self:?}");
                    self.life.stop = by;
                    if grace != Unchanged {
                        self.seen.is_over = false;
                    }
                }
            }
        }
    }
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        Just(Event::Parks),
        any::<bool>().prop_map(Event::Shields),
        any::<bool>().prop_map(Event::BetweenRuns),
        Just(Event::Advances),
        Just(Event::OwnerGoes),
        Just(Event::IsAborted),
        Just(Event::TimePasses),
    ];
    vec(event, 0..24)
}

fn new_lives() -> impl Strategy<Value = Life> {
    any::<[bool; 4]>().prop_map(|[has_grace, is_worker, is_cut_by_drain, is_blocking]| Life {
        is_parked: false,
        stop: None,
        has_grace,
        is_shielded: false,
        is_worker,
        is_between_runs: false,
        is_cut_by_drain: is_cut_by_drain && !is_worker,
        is_blocking,
        knows_of_drain: false,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: Option::None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_cancelled_at_most_twice_and_the_second_time_by_its_handle(life in new_lives(), events in events()) {
        let mut walk = Walk::new(life);
        for event in events {
            if !walk.on(event) {
                break;
            }
        }
        let cancels: Vec<_> = walk.steps.iter().filter_map(|step| if let Cancel(stop, _) = step { Some(*stop) } else { Option::None }).collect();
        prop_assert!(cancels.len() <= 2, "{walk:?}");
        if let [_, second] = cancels[..] {
            prop_assert_eq!(second, Abort, "{:?}", walk);
        }
    }

    #[test]
    fn with_a_grace_it_is_cancelled_before_its_time_drops_it(life in new_lives(), events in events()) {
        let life = Life { has_grace: true, ..life };
        let mut walk = Walk::new(life);
        for event in events {
            if !walk.on(event) {
                break;
            }
        }
        let ends_by_time = matches!(walk.steps.last(), Some(Drop(TimedOut)));
        prop_assert!(!ends_by_time || walk.steps.iter().any(|step| matches!(step, Cancel(Timeout | Drain, _))), "{walk:?}");
    }

    #[test]
    fn a_section_is_not_cut_before_its_grace_is_over(life in new_lives(), events in events()) {
        let life = Life { has_grace: true, ..life };
        let mut walk = Walk::new(life);
        for event in events {
            let is_continued = walk.on(event);
            let is_over = walk.seen.is_over || walk.seen.phase == Phase::Dropped || walk.life.stop == Ending;
            prop_assert!(is_continued || is_over || !walk.life.is_shielded, "{walk:?}");
            if !is_continued {
                break;
            }
        }
    }

    #[test]
    fn a_thread_is_told_as_a_drain_begins(life in new_lives(), events in events()) {
        let mut walk = Walk::new(Life { is_blocking: true, ..life });
        for event in events {
            if !walk.on(event) {
                return Ok(());
            }
            let knows_of_drain = walk.life.knows_of_drain || walk.life.stop != None;
            prop_assert!(knows_of_drain || walk.seen.phase == Phase::Open, "{walk:?}");
        }
    }

    #[test]
    fn whoever_they_are_a_drain_ends_them(life in new_lives(), events in events()) {
        let mut walk = Walk::new(life);
        for event in events {
            if !walk.on(event) {
                return Ok(());
            }
        }
        let ended = (0..3).any(|_| !walk.on(Event::Advances));
        prop_assert!(ended, "{walk:?}");
    }
}
