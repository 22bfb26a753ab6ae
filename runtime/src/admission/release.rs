//! Giving places back: through the gate, or with an entry.

use std::hash::Hash;
use std::sync::atomic::Ordering::{Relaxed, Release};
use std::time::Duration;

use super::Admission;
use super::entry::{Entry, EntryState};
use super::key::Key;
use super::types::{Exit, Phase, Request};
use super::wakes::Wakes;

impl<I: Copy, C: Clone, N: Copy + Eq + Hash> Admission<I, C, N> {
    /// Adds a second holder of the same place, which is free when both have left.
    pub(crate) fn share(&self, key: Key) {
        self.look(|registry| {
            if let Some(entry) = registry.get(key) {
                entry.holders += 1;
            }
        });
    }

    /// A task without an entry gets one, and a second holder of its place. `count` takes it from the tasks without an entry
    /// at the same moment.
    pub(crate) fn list_shared(&self, task: Request<I>, count: impl FnOnce()) -> Key {
        self.with(|registry| {
            count();
            registry.insert(Entry { holders: 2, ..Entry::new(task, EntryState::Running) })
        })
    }

    /// Gives the place of a task without an entry back. `exit` makes the record for a drain. `count` counts the task's end:
    /// if a drain may read the counters, both happen under the lock.
    #[inline]
    #[allow(clippy::redundant_closure, reason = "a closure of its own is made where it is used, and not before")]
    pub(crate) fn release(
        &self,
        count: impl FnOnce() + Copy,
        exit: impl FnOnce() -> Option<(I, Exit, Duration)> + Copy,
    ) {
        // What the cold function gets is made for it, so that what the closures hold need not lie in memory before.
        if !self.gate.is_open() {
            return self.release_under_lock(move || count(), move || exit());
        }
        count();
        if !self.gate.try_leave() {
            self.release_under_lock(|| (), move || exit());
        }
    }

    #[cold]
    #[inline(never)]
    fn release_under_lock(&self, count: impl FnOnce(), exit: impl FnOnce() -> Option<(I, Exit, Duration)>) {
        // It may read the clock, and so not under the lock.
        let exit = exit();
        let mut wakes = Wakes::default();
        self.with(|registry| {
            count();
            registry.running -= 1;
            if let Some((info, exit, age)) = exit {
                registry.record(info, exit, age);
            }
            registry.fill_places(&mut wakes);
        });
        wakes.wake();
    }

    /// A run leaves its loop's place: as [`release`](Self::release).
    pub(crate) fn leave_loop(&self, count: impl FnOnce(), exit: impl FnOnce() -> Option<(I, Exit, Duration)>) {
        if !self.gate.is_open() {
            return self.leave_loop_under_lock(count, exit());
        }
        count();
        self.in_loop.fetch_sub(1, Release);
        if !self.gate.is_open_still() {
            // Who closed it may have seen this run, and waits for it.
            let mut wakes = Wakes::default();
            self.with(|registry| registry.fill_places(&mut wakes));
            wakes.wake();
        }
    }

    #[cold]
    fn leave_loop_under_lock(&self, count: impl FnOnce(), exit: Option<(I, Exit, Duration)>) {
        let mut wakes = Wakes::default();
        self.with(|registry| {
            count();
            registry.in_loop = self.in_loop.fetch_sub(1, Release) - 1;
            if let Some((info, exit, age)) = exit {
                registry.record(info, exit, age);
            }
            registry.fill_places(&mut wakes);
        });
        wakes.wake();
    }

    /// Gives one holder's share of a place back. `exit` says how the task ended, and is kept until the place is free.
    /// Without it nothing is recorded, for a caller that no longer waits, or a thread whose task has recorded it.
    pub(crate) fn release_entry(&self, key: Key, exit: Option<(Exit, Duration)>) {
        self.release_aged(key, exit.map(|(exit, age)| (exit, move || age)));
    }

    /// As `release_entry`. The age is computed only if a drain may report it, because that reads the clock.
    pub(crate) fn release_aged(&self, key: Key, exit: Option<(Exit, impl FnOnce() -> Duration)>) {
        let mut wakes = Wakes::default();
        let entry = self.with(|registry| {
            let is_wanted = registry.phase != Phase::Open;
            let entry = registry.get(key)?;
            entry.holders -= 1;
            if entry.exit.is_none() && (is_wanted || entry.holders > 0) {
                entry.exit = exit.map(|(exit, age)| (exit, age()));
            }
            if entry.holders > 0 {
                return None;
            }
            if entry.abort.is_some() {
                self.signals.fetch_sub(1, Relaxed);
            }
            let (info, exit) = (entry.info, entry.exit);
            if let Some((exit, age)) = exit {
                registry.record(info, exit, age);
            }
            registry.take_out(key, &mut wakes)
        });
        wakes.wake();
        drop(entry);
    }
}
