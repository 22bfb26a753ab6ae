//! Giving free places to waiting calls, and ending waits.

use super::entry::{Entry, EntryState, Progress};
use super::registry::Registry;
use super::wakes::Wakes;

impl<I, C, N> Registry<I, C, N> {
    /// Puts an entry into this state, at the end of the state's queue.
    pub(super) fn push_back(&mut self, state: EntryState, index: u32) {
        self.entries.push_back(self.queue.list(state), index);
        self.set_state(index, state);
    }

    pub(super) fn unlink(&mut self, index: u32) {
        if let Some(entry) = self.entries.get(index) {
            self.entries.unlink(self.queue.list(entry.state), index);
        }
    }

    pub(super) fn set_state(&mut self, index: u32, state: EntryState) -> Option<&mut Entry<I, C, N>> {
        let entry = self.entries.get_mut(index)?;
        entry.state = state;
        Some(entry)
    }

    /// Moves an entry to another state, and wakes its task or caller.
    fn move_to(&mut self, index: u32, state: EntryState, wakes: &mut Wakes) {
        if let Some(entry) = self.set_state(index, state) {
            wakes.add(entry.waker.take());
        }
    }

    /// Gives free places to waiting calls, first come first served.
    pub(super) fn promote(&mut self, wakes: &mut Wakes) {
        while self.running < self.running_limit {
            let Some(index) = self.queue.waiting.first() else { break };
            self.unlink(index);
            self.running += 1;
            self.move_to(index, EntryState::Running, wakes);
        }
        while let Some(index) = self.queue.acquiring.first() {
            if self.running < self.running_limit {
                self.unlink(index);
                self.running += 1;
                self.move_to(index, EntryState::Running, wakes);
            } else if self.queue.has_room() {
                self.unlink(index);
                self.push_back(EntryState::Waiting, index);
                self.move_to(index, EntryState::Waiting, wakes);
            } else {
                break;
            }
        }
    }

    /// Ends the wait of queued tasks: of those that wait, and of those that have a place and have not been polled since. It
    /// does not give the free places to others.
    pub(super) fn end_waits(&mut self, whose: impl Fn(&Entry<I, C, N>) -> bool, wakes: &mut Wakes) {
        // Tasks that have a place and have not been polled are not in the queue, so all entries are searched.
        let ended = self.entries.iter().filter(|(_, entry)| {
            entry.progress == Progress::Claimed
                && matches!(entry.state, EntryState::Waiting | EntryState::Running)
                && whose(entry)
        });
        let ended: Vec<u32> = ended.map(|(index, _)| index).collect();
        for index in ended {
            self.give_up_place(index);
            self.queue_ended += 1;
            self.move_to(index, EntryState::QueueEnded, wakes);
        }
    }

    /// Refuses all acquiring callers, except those for which `keeps` is true.
    pub(super) fn refuse_acquiring(&mut self, keeps: impl Fn(&Entry<I, C, N>) -> bool, wakes: &mut Wakes) {
        let mut next = self.queue.acquiring.first();
        while let Some(index) = next {
            next = self.entries.next(index);
            if !self.entries.get(index).is_some_and(&keeps) {
                self.unlink(index);
                self.move_to(index, EntryState::Refused, wakes);
            }
        }
    }

    /// Takes places back from callers that acquired them and have not polled since, except those for which `keeps` is true:
    /// they have made no call.
    pub(super) fn reclaim_unclaimed(&mut self, keeps: impl Fn(&Entry<I, C, N>) -> bool, wakes: &mut Wakes) {
        let unclaimed = self.entries.iter().filter(|(_, entry)| {
            !entry.is_claimed() && matches!(entry.state, EntryState::Waiting | EntryState::Running) && !keeps(entry)
        });
        let unclaimed: Vec<u32> = unclaimed.map(|(index, _)| index).collect();
        for index in unclaimed {
            self.give_up_place(index);
            self.move_to(index, EntryState::Refused, wakes);
        }
    }

    /// Gives up the entry's place, in the queue or among the running.
    fn give_up_place(&mut self, index: u32) {
        match self.entries.get(index).map(|entry| entry.state) {
            Some(EntryState::Waiting) => self.unlink(index),
            Some(EntryState::Running) => self.running -= 1,
            _ => {}
        }
    }
}
