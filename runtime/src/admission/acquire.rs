//! Coming in: by the gate, under the lock, or by a wait.

use std::hash::Hash;
use std::mem;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Waker;

use super::entry::{Entry, Progress, Standing};
use super::key::Key;
use super::types::{Admitted, Kind, Phase, Refusal, Request, Turn};
use super::wakes::Wakes;
use super::{Admission, Registry};

impl<I: Copy, C: Clone, N: Copy + Eq + Hash> Admission<I, C, N> {
    /// Admits one that is `Light`, without the lock. `None` where there is something to see to: then
    /// [`try_acquire`](Self::try_acquire) does it.
    #[inline]
    pub(crate) fn try_acquire_uncontended(&self) -> Option<Result<(), Refusal>> {
        self.gate.try_enter()
    }

    /// Whether a call that is `Light` would be refused for want of a place, as it seems now, without the lock.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.gate.is_full()
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
                // Its grace may be longer than any so far: the drain has to think again.
                wakes.add_all(mem::take(&mut registry.watchers));
            }
            if call.kind == Kind::Run {
                registry.in_loop += 1;
                let key = Some(registry.insert(Entry::new(call, Standing::InLoop)));
                return Ok(Admitted { key, queued: false, draining });
            }
            if registry.running < registry.running_limit {
                registry.running += 1;
                let is_listed = call.kind != Kind::Light;
                let key = is_listed.then(|| registry.insert(Entry::new(call, Standing::Running)));
                return Ok(Admitted { key, queued: false, draining });
            }
            if registry.queue.has_room() {
                let key = registry.insert(Entry::new(call, Standing::Waiting));
                registry.push_back(Standing::Waiting, key.at());
                return Ok(Admitted { key: Some(key), queued: true, draining });
            }
            Err(Refusal::Full)
        });
        wakes.wake();
        admitted
    }

    /// Puts a call at the end of those who wait to be admitted. Poll with [`poll_acquire`](Self::poll_acquire), then
    /// [`release_entry`](Self::release_entry) where the caller goes away.
    pub(crate) fn acquire(&self, call: Request<I>) -> Key {
        let mut wakes = Wakes::default();
        let key = self.with(|registry| {
            let is_refused = registry.closed_to(call.kept).is_some();
            let standing = if is_refused { Standing::Refused } else { Standing::Acquiring };
            let key = registry.insert(Entry::new(call, standing));
            if !is_refused {
                registry.push_back(standing, key.at());
                registry.promote(&mut wakes);
            }
            key
        });
        wakes.wake();
        key
    }

    /// `None` while the caller has to wait.
    pub(crate) fn poll_acquire(&self, key: Key, waker: &Waker) -> Option<Result<Admitted, Refusal>> {
        let mut old = None;
        let polled = self.look(|registry| {
            let draining = registry.phase != Phase::Open;
            let refusal = registry.refusal();
            let entry = registry.get(key)?;
            match entry.standing {
                Standing::Acquiring => {
                    old = entry.waker.replace(waker.clone());
                    None
                }
                Standing::Running | Standing::InLoop => {
                    entry.progress = Progress::Begun;
                    Some(Ok(Admitted { key: self.lighten(registry, key), queued: false, draining }))
                }
                Standing::Waiting | Standing::QueueEnded => {
                    entry.progress = Progress::Claimed;
                    Some(Ok(Admitted { key: Some(key), queued: true, draining }))
                }
                Standing::Refused => {
                    registry.refused += usize::from(draining);
                    old = registry.remove(key).and_then(|entry| entry.waker);
                    Some(Err(refusal))
                }
            }
        });
        drop(old);
        polled
    }

    /// Whether a queued task may begin; where it has to wait, `waker` is woken when that changes.
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
            match entry.standing {
                Standing::Running | Standing::InLoop => {
                    entry.progress = Progress::Begun;
                    Turn::Go(self.lighten(registry, key))
                }
                Standing::QueueEnded | Standing::Refused => Turn::Refused(refusal),
                Standing::Waiting | Standing::Acquiring => {
                    old = entry.waker.replace(waker.clone());
                    Turn::Wait
                }
            }
        });
        drop(old);
        turn
    }

    /// It has its turn, and where it needs no entry for more, it has none. What its handle has said stays known.
    fn lighten(&self, registry: &mut Registry<I, C, N>, key: Key) -> Option<Key> {
        if registry.get(key)?.kind != Kind::Light {
            return Some(key);
        }
        let entry = registry.remove(key)?;
        if let Some(id) = entry.id.filter(|_| entry.handle_dropped) {
            self.side_entry(registry, id).handle_dropped = true;
        }
        None
    }
}
