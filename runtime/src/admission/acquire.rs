//! Admitting calls: by the gate, under the lock, or after a wait.

use std::hash::Hash;
use std::mem;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Waker;

use super::entry::{Entry, EntryState, Progress};
use super::gate::Look;
use super::key::Key;
use super::types::{Admitted, Kind, Phase, Refusal, Request, Turn};
use super::wakes::Wakes;
use super::{Admission, Registry};

impl<I: Copy, C: Clone, N: Copy + Eq + Hash> Admission<I, C, N> {
    /// Admits a light call without the lock. `None` if the gate is contended: then call
    /// [`try_acquire`](Self::try_acquire).
    #[inline]
    pub(crate) fn try_acquire_uncontended(&self) -> Option<Result<(), Refusal>> {
        self.gate.try_enter()
    }

    /// Whether a `Light` call would be admitted now. It takes no lock.
    #[inline]
    pub(crate) fn look_at_gate(&self) -> Look {
        self.gate.look()
    }

    /// As [`try_acquire_uncontended`](Self::try_acquire_uncontended), after a look. It reads the gate again only if that has
    /// changed.
    #[inline]
    pub(crate) fn try_acquire_after(&self, look: Look) -> Option<Result<(), Refusal>> {
        self.gate.try_enter_after(look)
    }

    /// Admits a loop's run without the lock. `None` if the gate is contended: then call [`try_acquire`](Self::try_acquire).
    /// The loop must be in the tracker.
    pub(crate) fn try_enter_loop(&self) -> Option<Admitted> {
        self.in_loop.fetch_add(1, Relaxed);
        if self.gate.is_open_still() {
            return Some(Admitted::IN_LOOP);
        }
        // Nobody waits for this: the loop is there.
        self.in_loop.fetch_sub(1, Relaxed);
        None
    }

    pub(crate) fn try_acquire(&self, call: Request<I>) -> Result<Admitted, Refusal> {
        let mut wakes = Wakes::default();
        let admitted = self.with(|registry| {
            if let Some(refusal) = registry.closed_to(call.kept) {
                registry.refused += usize::from(refusal == Refusal::Draining);
                return Err(refusal);
            }
            let draining = registry.phase != Phase::Open;
            if draining {
                // Its grace may be the longest so far: the drain has to compute its times again.
                wakes.add_all(mem::take(&mut registry.watchers));
            }
            if call.kind == Kind::Run {
                registry.in_loop = self.in_loop.fetch_add(1, Relaxed) + 1;
                return Ok(Admitted { draining, ..Admitted::IN_LOOP });
            }
            if registry.running < registry.running_limit {
                registry.running += 1;
                let is_listed = !call.kind.is_light();
                let key = is_listed.then(|| registry.insert(Entry::new(call, EntryState::Running)));
                return Ok(Admitted { key, draining, ..Admitted::UNCONTENDED });
            }
            if registry.queue.has_room() {
                let key = registry.insert(Entry::new(call, EntryState::Waiting));
                registry.push_back(EntryState::Waiting, key.at());
                return Ok(Admitted { key: Some(key), queued: true, draining, in_loop: false });
            }
            Err(Refusal::Full)
        });
        wakes.wake();
        admitted
    }

    /// Appends a call to the callers that wait to be admitted. Poll it with [`poll_acquire`](Self::poll_acquire); call
    /// [`release_entry`](Self::release_entry) if the caller is dropped.
    pub(crate) fn acquire(&self, call: Request<I>) -> Key {
        let mut wakes = Wakes::default();
        let key = self.with(|registry| {
            let is_refused = registry.closed_to(call.kept).is_some();
            let state = if is_refused { EntryState::Refused } else { EntryState::Acquiring };
            let key = registry.insert(Entry::new(call, state));
            if !is_refused {
                registry.push_back(state, key.at());
                registry.promote(&mut wakes);
            }
            key
        });
        wakes.wake();
        key
    }

    /// Whether the waiting caller is admitted or refused. `None` while it has to wait.
    pub(crate) fn poll_acquire(&self, key: Key, waker: &Waker) -> Option<Result<Admitted, Refusal>> {
        let mut old = None;
        let polled = self.look(|registry| {
            let draining = registry.phase != Phase::Open;
            let refusal = registry.refusal();
            let entry = registry.get(key)?;
            match entry.state {
                EntryState::Acquiring => {
                    old = entry.waker.replace(waker.clone());
                    None
                }
                EntryState::Running => {
                    entry.progress = Progress::Begun;
                    let key = self.release_light_entry(registry, key);
                    Some(Ok(Admitted { key, draining, ..Admitted::UNCONTENDED }))
                }
                EntryState::Waiting | EntryState::QueueEnded => {
                    entry.progress = Progress::Claimed;
                    Some(Ok(Admitted { key: Some(key), queued: true, draining, in_loop: false }))
                }
                EntryState::Refused => {
                    registry.refused += usize::from(draining);
                    old = registry.remove(key).and_then(|entry| entry.waker);
                    Some(Err(refusal))
                }
            }
        });
        drop(old);
        polled
    }

    /// Whether a queued task may begin. If it has to wait, `waker` is woken when that changes.
    pub(crate) fn poll_turn(&self, key: Key, waker: &Waker) -> Turn<C> {
        let mut old = None;
        let turn = self.look(|registry| {
            let refusal = registry.refusal();
            let Some(entry) = registry.get(key) else {
                return Turn::Refused(Refusal::Draining);
            };
            if let Some(cause) = entry.abort.take() {
                self.signals.fetch_sub(1, Relaxed);
                return Turn::Aborted(cause);
            }
            match entry.state {
                EntryState::Running => {
                    entry.progress = Progress::Begun;
                    Turn::Go(self.release_light_entry(registry, key))
                }
                EntryState::QueueEnded | EntryState::Refused => Turn::Refused(refusal),
                EntryState::Waiting | EntryState::Acquiring => {
                    old = entry.waker.replace(waker.clone());
                    Turn::Wait
                }
            }
        });
        drop(old);
        turn
    }

    /// Removes the entry of a task that has its place, if the task is light. What its handle has asked for is kept as a
    /// side entry.
    fn release_light_entry(&self, registry: &mut Registry<I, C, N>, key: Key) -> Option<Key> {
        if !registry.get(key)?.kind.is_light() {
            return Some(key);
        }
        let entry = registry.remove(key)?;
        if let Some(id) = entry.id.filter(|_| entry.handle_dropped) {
            self.side_entry(registry, id).handle_dropped = true;
        }
        None
    }
}
