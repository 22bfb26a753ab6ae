//! A task's place in its tracker.

use std::mem;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use super::{Binding, Function, Owned, OwnedBinding, TaskInfo, TaskSite, TrackerCore, TrackerRef};
use crate::admission::{Exit, Key, Kind, Request};
use crate::timer::{NoClock, TimerEntry};
use crate::util::Ticks;

/// A task's place in its tracker, or a share of it. Dropping it gives the place back without recording an exit.
pub(crate) struct Permit<B: Binding> {
    binding: B,
    hold: Hold,
}

#[derive(Clone, Copy)]
pub(crate) enum Hold {
    /// The task is only counted.
    Light,
    Timed(TimerEntry),
    Entry(Key),
    Left,
    /// The task is only counted, and will have no timeout: a worker before its first await.
    Endless,
    /// A loop's run, which is counted with its loop's runs.
    InLoop,
    TimedInLoop(TimerEntry),
}

impl Hold {
    /// Its entry in a queue, if it is a call's.
    #[inline(always)]
    pub(crate) fn entry(self) -> Option<TimerEntry> {
        if let Self::Timed(entry) = self { Some(entry) } else { None }
    }

    /// Whether it is that of a call that has not waited.
    #[inline(always)]
    pub(crate) fn is_light(self) -> bool {
        matches!(self, Self::Light)
    }

    #[inline(always)]
    fn of(key: Option<Key>, binding: &impl Binding) -> Self {
        if let Some(key) = key {
            return Self::Entry(key);
        }
        binding.function().task_arrived();
        Self::Light
    }
}

/// How long a task has run, or waited. `Since` is not computed until it is needed, because that reads the clock.
#[derive(Clone, Copy)]
pub(crate) enum Age {
    Since(Ticks),
    Of(Duration),
}

impl Age {
    pub(crate) fn get(self) -> Duration {
        match self {
            Self::Since(since) => since.elapsed(),
            Self::Of(age) => age,
        }
    }

    /// With the time that a queue knew.
    fn known(self, since: Ticks) -> Self {
        match self {
            Self::Since(entry) if TimerEntry::are(entry) => Self::Since(since),
            other => other,
        }
    }
}

impl Permit<OwnedBinding> {
    /// Takes it apart. Nothing is left that would have to be given back.
    #[inline(always)]
    pub(crate) fn packed(mut self) -> (Option<Arc<Owned>>, Hold) {
        (self.binding.take(), mem::replace(&mut self.hold, Hold::Left))
    }

    /// Whether there is nothing to drop.
    #[inline(always)]
    pub(crate) fn is_spent(&self) -> bool {
        matches!(self.hold, Hold::Left) && self.binding.is_taken()
    }

    #[inline(always)]
    pub(crate) fn unpacked(site: &'static TaskSite, tracker: Arc<Owned>, hold: Hold) -> Self {
        Self { binding: OwnedBinding::of(site, tracker), hold }
    }
}

impl<B: Binding> Permit<B> {
    #[inline(always)]
    pub(crate) fn new(binding: B, key: Option<Key>) -> Self {
        let hold = Hold::of(key, &binding);
        Self { binding, hold }
    }

    /// Of a task without an entry, which [`Binding::task_arrived`] has counted.
    #[inline(always)]
    pub(crate) fn light(binding: B) -> Self {
        Self { binding, hold: Hold::Light }
    }

    pub(crate) fn binding(&self) -> &B {
        &self.binding
    }

    pub(crate) fn binding_mut(&mut self) -> &mut B {
        &mut self.binding
    }

    pub(crate) fn site(&self) -> &'static TaskSite {
        self.binding.site()
    }

    pub(crate) fn core(&self) -> &TrackerCore {
        self.binding.core()
    }

    /// The key of its entry, if it has one.
    pub(crate) fn key(&self) -> Option<Key> {
        if let Hold::Entry(key) = self.hold { Some(key) } else { None }
    }

    /// The task has left the queue. `key` is that of its entry, if it keeps one.
    pub(crate) fn turn(&mut self, key: Option<Key>) {
        self.hold = Hold::of(key, &self.binding);
    }

    /// The task has no timeout.
    pub(crate) fn never_expires(&mut self) {
        if self.is_light() {
            self.hold = Hold::Endless;
        }
    }

    /// The task is in its loop's place.
    pub(crate) fn joins_loop(&mut self) {
        self.hold = match self.hold {
            Hold::Light => Hold::InLoop,
            Hold::Timed(entry) => Hold::TimedInLoop(entry),
            other => other,
        };
    }

    /// Whether it has a timeout, which has not begun, and a place of its own.
    #[inline]
    pub(crate) fn is_light(&self) -> bool {
        matches!(self.hold, Hold::Light)
    }

    /// The task is pending for the first time. Returns whether its queue expires it; otherwise it needs its own timer.
    pub(crate) fn start_timeout(&mut self, since: Ticks, timed: bool, waker: &Waker) -> Result<bool, NoClock> {
        let (entry, timed) =
            self.binding.function().timeouts().insert(self.site().default_timeout(), since, timed, waker)?;
        self.hold = Hold::Timed(entry);
        Ok(timed)
    }

    pub(crate) fn is_expired(&self) -> bool {
        if let Hold::Timed(entry) | Hold::TimedInLoop(entry) = self.hold {
            return self.binding.function().timeouts().is_expired(entry);
        }
        false
    }

    /// Since when the task is pending, if its queue knows.
    pub(crate) fn since(&self) -> Ticks {
        match self.hold {
            Hold::Timed(entry) | Hold::TimedInLoop(entry) => self.binding.function().timeouts().since(entry),
            _ => Ticks::NONE,
        }
    }

    /// The task waits on, and does not expire any more.
    pub(crate) fn stop_timing(&self, waker: &Waker) {
        if let Hold::Timed(entry) | Hold::TimedInLoop(entry) = self.hold {
            self.binding.function().timeouts().stop_timing(entry, waker);
        }
    }

    /// A second holder of the place of a task, for its thread, which outlives it. A task without an entry gets one: see
    /// [`is_listed`](Self::is_listed).
    #[cold]
    pub(crate) fn of_thread(binding: B, entry: Option<Key>, since: Ticks) -> (Self, Key) {
        let (site, core) = (binding.site(), binding.core());
        let key = if let Some(key) = entry {
            core.admission().share(key);
            key
        } else {
            let info = TaskInfo { site, since: since.instant() };
            let request = Request { info, ..core.request(site, None, Kind::Bounded) };
            core.admission().list_shared(request, || binding.function_in(core).task_left())
        };
        (Self { binding, hold: Hold::Entry(key) }, key)
    }

    /// The task has got an entry, which it shares with its thread.
    #[cold]
    pub(crate) fn is_listed(&mut self, key: Key) {
        if let Hold::Timed(entry) = mem::replace(&mut self.hold, Hold::Entry(key)) {
            self.binding.function().timeouts().remove(entry);
        }
    }

    /// Counts the task's end, and gives its place back. Without an `exit`, no exit is recorded.
    #[inline]
    pub(crate) fn leave(&mut self, count: impl FnOnce() + Copy, exit: impl FnOnce() -> Option<(Exit, Age)> + Copy) {
        // Most are only counted. Of these, nothing but the tag is read.
        let mut timed = None;
        if !matches!(self.hold, Hold::Light) {
            match mem::replace(&mut self.hold, Hold::Left) {
                Hold::Timed(entry) => timed = Some(entry),
                Hold::Light => {}
                other => return self.leave_otherwise(other, count, exit),
            }
        }
        self.hold = Hold::Left;
        self.release(timed, count, exit);
    }

    #[inline(always)]
    fn release(
        &self,
        timed: Option<TimerEntry>,
        count: impl FnOnce() + Copy,
        exit: impl FnOnce() -> Option<(Exit, Age)> + Copy,
    ) {
        let (site, core) = (self.site(), self.core());
        let function = self.binding.function_in(core);
        let since = timed.map_or(Ticks::NONE, |entry| function.timeouts().remove(entry));
        let count = move || {
            count();
            function.task_left();
        };
        let exit = move || exit().map(|(exit, age)| (TaskInfo { site, since: None }, exit, age.known(since).get()));
        core.admission().release(count, exit);
    }

    /// Not inlined: in a plain call's end it would take nine instructions.
    #[inline(never)]
    fn leave_otherwise(
        &self,
        hold: Hold,
        count: impl FnOnce() + Copy,
        exit: impl FnOnce() -> Option<(Exit, Age)> + Copy,
    ) {
        match hold {
            Hold::Light | Hold::Endless => self.release(None, count, exit),
            Hold::Timed(entry) => self.release(Some(entry), count, exit),
            Hold::Left => count(),
            Hold::Entry(key) => {
                count();
                let admission = self.core().admission();
                match exit() {
                    None => admission.release_entry(key, None),
                    Some((exit, age)) => admission.release_aged(key, Some((exit, move || age.get()))),
                }
            }
            Hold::InLoop => self.leave_loop(None, count, exit),
            Hold::TimedInLoop(entry) => self.leave_loop(Some(entry), count, exit),
        }
    }

    fn leave_loop(&self, timed: Option<TimerEntry>, count: impl FnOnce(), exit: impl FnOnce() -> Option<(Exit, Age)>) {
        let (site, core) = (self.site(), self.core());
        let function = self.binding.function_in(core);
        let since = timed.map_or(Ticks::NONE, |entry| function.timeouts().remove(entry));
        let count = || {
            count();
            function.task_left();
        };
        let exit = || exit().map(|(exit, age)| (TaskInfo { site, since: None }, exit, age.known(since).get()));
        core.admission().leave_loop(count, exit);
    }

    #[cold]
    fn give_back(&mut self) {
        self.leave(|| (), || None);
    }

    /// Moves the tracker's reference out, after `leave`.
    #[inline]
    pub(crate) fn take_tracker(&mut self) -> TrackerRef {
        self.binding.take_tracker()
    }
}

impl<B: Binding> Drop for Permit<B> {
    #[inline]
    fn drop(&mut self) {
        if !matches!(self.hold, Hold::Left) {
            self.give_back();
        }
    }
}
