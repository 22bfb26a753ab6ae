//! The compile-time check that a drain budget covers a timeout and its grace.

use std::time::Duration;

use super::message::Text;
use crate::tracker::{Kind, NO_TIMEOUT, Spec};

/// Does not compile if the budget does not cover the timeout and the grace; for a worker, the grace.
#[track_caller]
pub(crate) const fn prove(spec: &Spec, budget: Duration) {
    covers(spec, budget, false);
}

/// A timeout of more seconds may be that of a loop which nobody expects to end.
const SURELY_ENDS: u64 = 600;
/// Nobody waits for a drain of more seconds.
const ENDS_IN_A_DRAIN: u64 = 3600;

#[track_caller]
pub(crate) const fn covers(spec: &Spec, budget: Duration, owned: bool) {
    let named = Text::new().add("`").add(spec.name);
    let is_unwritten = spec.tracker.is_empty();
    assert!(
        !spec.timeout.is_zero(),
        "{}",
        named
            .add("`: a timeout of zero would end every call before it begins: ")
            .add("give it the longest time that a call may take, say `")
            .add(if is_unwritten { "Duration::from_secs(5)`" } else { "timeout = \"5s\"`" })
            .show()
    );
    assert!(
        matches!(spec.kind, Kind::Worker) || spec.timeout.as_nanos() != NO_TIMEOUT.as_nanos(),
        "{}",
        named
            .add("`: a timeout of `Duration::MAX` is none: write a shorter one")
            .add(if is_unwritten { "" } else { "; what runs until it is cancelled is a `#[worker]`" })
            .show()
    );
    let is_worker = matches!(spec.kind, Kind::Worker);
    let timeout = if is_worker { Duration::ZERO } else { spec.timeout };
    if !is_unwritten && spec.grace.as_nanos() == Duration::MAX.as_nanos() {
        // `is_grace` reports it, at the grace.
        return;
    }
    let Some(needed) = timeout.checked_add(spec.grace) else {
        panic!("{}", named.add("`: timeout + grace is more than a Duration can hold").show());
    };
    if needed.as_nanos() > budget.as_nanos() {
        let seconds = needed.as_secs().saturating_add(if needed.subsec_nanos() == 0 { 0 } else { 1 });
        let text = if is_worker {
            named.add("` has a grace of ").time(needed)
        } else {
            named.add("` may take ").deadline(spec, needed)
        };
        let text = text
            .add(if is_unwritten { ", but a drain of its tracker" } else { ", but a drain of `" })
            .add(spec.tracker)
            .add(if is_unwritten { " waits " } else { "` waits " })
            .time(budget);
        let text = if spec.minutes == 0 { text.add(": ") } else { text.add(": ").in_milliseconds(spec.minutes) };
        let is_grace_of_minutes = spec.minutes > 0 && spec.grace.as_secs() == spec.minutes * 60;
        assert!(!is_grace_of_minutes, "{}", text.show());
        let text = if spec.minutes == 0 { text } else { text.add(" for milliseconds; ") };
        let is_grace = is_worker || spec.grace.as_nanos() > spec.timeout.as_nanos();
        let is_endless =
            matches!(spec.kind, Kind::Task) && !is_grace && !is_unwritten && needed.as_secs() > SURELY_ENDS;
        let text = if is_endless {
            let text = text.add("what runs until the drain is a `#[worker");
            let text = if owned { text } else { text.add("(track = ").add(spec.tracker).add(")") };
            text.add("]`, without a timeout; for what ends by itself, shorten the timeout")
        } else {
            text.add(if is_grace { "shorten the grace" } else { "shorten the timeout" })
        };
        let text = if is_endless && needed.as_secs() > ENDS_IN_A_DRAIN {
            text
        } else {
            text.add(if owned {
                ", or give the service an `OwnedTracker<"
            } else {
                ", or make the tracker a `Tracker<"
            })
            .number(seconds as u128)
            .add(">`, with `.drain_budget::<")
            .number(seconds as u128)
            .add(">()`")
        };
        panic!("{}", text.show());
    }
}

/// Does not compile if a grace is zero or without an end.
#[track_caller]
pub(crate) const fn is_grace(grace: Duration) {
    assert!(!grace.is_zero(), "a grace of zero is no grace: leave `grace` out");
    assert!(
        grace.as_nanos() != Duration::MAX.as_nanos(),
        "a grace of `Duration::MAX` has no end, and a drain has one: write a shorter one, as in `grace = \"500ms\"`"
    );
}

/// The deployment's grace period that is needed, in whole seconds. `None` if no number of seconds is enough.
pub(crate) const fn grace_period(sum: Duration) -> Option<u64> {
    if sum.subsec_nanos() == 0 { Some(sum.as_secs()) } else { sum.as_secs().checked_add(1) }
}

#[track_caller]
pub(crate) const fn does_not_fit(sum: Duration, grace: Duration) -> ! {
    let text = Text::new()
        .add("the phases of the shutdown may take ")
        .time(sum)
        .add(", and the deployment gives ")
        .time(grace);
    let text = match grace_period(sum) {
        Some(seconds) => text
            .add(": set `terminationGracePeriodSeconds: ")
            .number(seconds as u128)
            .add("`, or shorten the drain budgets"),
        None => text.add(": no `terminationGracePeriodSeconds` is long enough: shorten the drain budgets"),
    };
    panic!("{}", text.show())
}

/// The same for the method of a service.
#[track_caller]
pub(crate) const fn within(spec: &Spec, budget: Duration) {
    covers(spec, budget, true);
}
