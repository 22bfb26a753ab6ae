//! The state under the lock of an admission: the entries, the number of running tasks, and the phase of a drain.

use std::mem;
use std::num::NonZeroU16;
use std::task::Waker;
use std::time::Duration;

use super::entry::{Entry, EntryState};
use super::idle::IdleWaiters;
use super::key::Key;
use super::side_entries::SideEntries;
use super::types::{Exit, Failings, Kind, Phase, Refusal, Snapshot};
use super::wait_queue::WaitQueue;
use super::wakes::Wakes;
use crate::util::Slab;

/// What a drain's report says of tasks, besides their number.
struct Reported<I> {
    failings: Failings,
    exits: Vec<(I, Exit, Duration)>,
}

pub(crate) struct Registry<I, C, N> {
    pub(super) entries: Slab<Entry<I, C, N>, NonZeroU16>,
    pub(super) running_limit: usize,
    /// The number of running tasks, while `exclusive`. Otherwise it is in the gate's word.
    pub(super) running: usize,
    pub(super) exclusive: bool,
    pub(super) queue: WaitQueue,
    /// How many queued tasks have not seen yet that the queue was closed.
    pub(super) queue_ended: usize,
    /// The number of runs in their loops' places, when the lock was taken.
    pub(super) in_loop: usize,
    pub(super) phase: Phase,
    pub(super) owner_gone: bool,
    /// The wakers of drains.
    pub(super) watchers: Vec<Waker>,
    pub(super) idle_waiters: IdleWaiters,
    finished: usize,
    /// Boxed, because a tracker is small, and few drains have any.
    reported: Option<Box<Reported<I>>>,
    pub(super) refused: usize,
    pub(super) side_entries: SideEntries<C, N>,
}

impl<I, C, N> Registry<I, C, N> {
    pub(crate) const fn new(running_limit: usize, waiting_limit: usize) -> Self {
        Self {
            entries: Slab::new(),
            running_limit,
            running: 0,
            exclusive: false,
            queue: WaitQueue::new(waiting_limit),
            queue_ended: 0,
            in_loop: 0,
            phase: Phase::Open,
            owner_gone: false,
            watchers: Vec::new(),
            idle_waiters: IdleWaiters::new(),
            finished: 0,
            reported: None,
            refused: 0,
            side_entries: SideEntries::new(),
        }
    }

    pub(super) fn live(&self) -> usize {
        self.running + self.queue.waiting.len() + self.queue_ended + self.in_loop
    }

    /// Whether calls may start and end without the lock.
    pub(super) fn is_uncontended(&self) -> bool {
        self.phase == Phase::Open && !self.owner_gone && self.queue.is_empty() && self.idle_waiters.is_empty()
    }

    pub(super) fn insert(&mut self, entry: Entry<I, C, N>) -> Key {
        let index = self.entries.insert(entry);
        let generation = self.entries.generation(index).unwrap_or(NonZeroU16::MIN);
        Key { index: index.into(), generation }
    }

    fn is_current(&self, key: Key) -> bool {
        self.entries.generation(key.at()) == Some(key.generation)
    }

    pub(super) fn get(&mut self, key: Key) -> Option<&mut Entry<I, C, N>> {
        if self.is_current(key) { self.entries.get_mut(key.at()) } else { None }
    }

    pub(super) fn remove(&mut self, key: Key) -> Option<Entry<I, C, N>> {
        if self.is_current(key) { self.entries.remove(key.at()) } else { None }
    }

    /// The entry of a handle's task.
    pub(super) fn of_handle(&mut self, key: Option<Key>, id: N) -> Option<&mut Entry<I, C, N>>
    where
        N: PartialEq,
    {
        self.get(key?).filter(|entry| entry.id == Some(id))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry<I, C, N>> {
        self.entries.iter().map(|(_, entry)| entry)
    }

    pub(super) fn closed_to(&self, kept: bool) -> Option<Refusal> {
        let draining = match self.phase {
            Phase::Open => false,
            Phase::Closing => !kept,
            Phase::Cancelled | Phase::Dropped => true,
        };
        // If both are true, the drain is the more useful reason.
        if draining { Some(Refusal::Draining) } else { self.owner_gone.then_some(Refusal::OwnerGone) }
    }

    /// The reason for an ended wait.
    pub(super) fn refusal(&self) -> Refusal {
        if self.phase == Phase::Open { Refusal::OwnerGone } else { Refusal::Draining }
    }

    /// Cancels workers, including queued ones.
    pub(super) fn cancel_workers(&mut self, wakes: &mut Wakes) {
        self.reclaim_unclaimed(|entry| !entry.kind.is_worker(), wakes);
        self.end_waits(|entry| entry.kind.is_worker(), wakes);
        for entry in self.iter().filter(|entry| entry.kind.is_worker()) {
            wakes.add(entry.waker.clone());
        }
    }

    /// Wakes the tasks of this kind that have begun, so that they read their signals.
    pub(super) fn wake_running(&self, kind: Kind, wakes: &mut Wakes) {
        for entry in self.iter().filter(|entry| entry.kind == kind && entry.has_begun()) {
            wakes.add(entry.waker.clone());
        }
    }

    /// Removes a task, gives its place to the next call, and wakes the drains if it was the last one.
    pub(super) fn take_out(&mut self, key: Key, wakes: &mut Wakes) -> Option<Entry<I, C, N>> {
        match self.get(key)?.state {
            EntryState::Running => self.running -= 1,
            EntryState::Waiting | EntryState::Acquiring => self.unlink(key.at()),
            EntryState::QueueEnded => self.queue_ended -= 1,
            EntryState::Refused => {}
        }
        let entry = self.remove(key);
        self.fill_places(wakes);
        entry
    }

    /// Gives the place of a task that has left to the next call.
    pub(super) fn fill_places(&mut self, wakes: &mut Wakes) {
        self.promote(wakes);
        if self.live() == 0 {
            wakes.add_all(mem::take(&mut self.watchers));
            wakes.add_all(self.idle_waiters.take());
        }
    }

    /// Records how a task ended, during a drain.
    pub(super) fn record(&mut self, info: I, exit: Exit, age: Duration) {
        match exit {
            _ if self.phase == Phase::Open => {}
            Exit::Finished => self.finished += 1,
            Exit::Failed(how) => {
                self.finished += 1;
                self.reported().failings.add(how);
            }
            _ => self.reported().exits.push((info, exit, age)),
        }
    }

    fn reported(&mut self) -> &mut Reported<I> {
        self.reported.get_or_insert_with(|| Box::new(Reported { failings: Failings::default(), exits: Vec::new() }))
    }

    pub(super) fn snapshot(&self) -> Snapshot<I>
    where
        I: Copy,
    {
        let admitted = self.iter().filter(|entry| !matches!(entry.state, EntryState::Acquiring | EntryState::Refused));
        let listed = self.iter().filter(|entry| entry.state == EntryState::Running).count();
        let reported = self.reported.as_deref();
        Snapshot {
            finished: self.finished,
            failings: reported.map(|reported| reported.failings).unwrap_or_default(),
            refused: self.refused,
            exits: reported.map(|reported| reported.exits.clone()).unwrap_or_default(),
            present: admitted.map(|entry| (entry.info, entry.has_yet_to_begin())).collect(),
            unlisted: self.running - listed + self.in_loop,
        }
    }
}
