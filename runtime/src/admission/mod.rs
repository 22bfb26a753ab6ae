//! Who is in a tracker: admission, the queue, and the signals of a drain. No clock, no runtime, no user code.
//!
//! Invariants, all under the one lock:
//!
//! 1. `running <= running_limit`, `waiting.len() <= waiting_limit`.
//! 2. Somebody waits only while every running place is taken; somebody knocks only while the queue is full too.
//! 3. A task counts from its admission, which is before it is spawned, until its last trace is gone. It has an entry
//!    while it waits for its turn; beyond that, one that is `Light` is only counted.
//! 4. The phase only grows, and an owner_gone roster stays one. An admission reads both under the lock that wrote them,
//!    or a word that says that neither has changed: nobody is admitted late.
//! 5. A place that was given to somebody who knocked is theirs only once they have looked: until then a drain, which
//!    has no call to wait for there, takes it back. A loop's run stands apart: the place is its loop's.
//!
//! While nobody waits and nothing has begun to end, all there is to know is how many run: calls come and go by `word`
//! alone, without the lock. Whoever takes the lock to change that number sets its last bit first, and so has the others
//! come to the lock as well; where there is nothing to see to, the bit is cleared again. So nothing is ever decided by
//! two who see different numbers.
//!
//! What a handle has to say of a task that has no entry stands in `notes`, by the task's id.
//!
//! `signals` counts reasons for a task to take the lock and look: one for a drain that has begun, one for a last owner
//! that has gone, one for each abort that the task itself has to obey. It is changed under the lock and read without it, so
//! that a poll costs one load. A task that misses a change is woken: its waker was stored under the lock, or it is
//! about to take the lock to store it.
//!
//! Wakers are woken and dropped after the lock is released: either may run a task's destructor, which comes back here.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{BuildHasherDefault, Hash};
use std::mem;
use std::num::NonZeroU16;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::task::Waker;
use std::time::Duration;

use crate::util::quietly;
use crate::util::sync::{AtomicUsize, Mutex};

/// What was said of the task when it was admitted, and what it is told.
pub(crate) struct Entry<I, C, N> {
    pub(crate) info: I,
    /// By which its handle finds it. A handle's key may be older than the slot's tasks can be told apart.
    id: Option<N>,
    grace: Duration,
    standing: Standing,
    /// A blocking call has two: the task that waits, and the thread that cannot be stopped.
    holders: u8,
    /// A live task of this tracker made the call: a drain lets it pass.
    kept: bool,
    kind: Kind,
    /// The caller knows that it has a place: it made the call, or has looked since it knocked.
    claimed: bool,
    /// The handle has been dropped, and the task wants to know.
    handle_dropped: bool,
    abort: Option<C>,
    exit: Option<(Exit, Duration)>,
    waker: Option<Waker>,
    prev: u32,
    next: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Standing {
    Running,
    Waiting,
    /// Not admitted: the caller waits for a place, and goes on holding the arguments.
    Knocking,
    /// Waited, and a drain ended the wait: live until it has seen it.
    Flushed,
    /// Knocked, and a drain closed the door.
    TurnedAway,
    /// Runs in a place that is not its own.
    Apart,
}

/// How long a task means to stay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Ends by itself, and is no more than one future: tokio can drop that, and wake it.
    Light,
    /// Ends by itself.
    Bounded,
    /// Ends when it is told: at a drain's start, or when the last owner goes.
    Worker,
    /// Ends by itself, in the place of the loop that has started it.
    Run,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Phase {
    Open,
    /// Outside calls are refused.
    Closing,
    /// The tasks have been told to stop; nothing starts any more.
    Cancelled,
    /// The tasks are to be dropped.
    Dropped,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Key {
    index: Index,
    /// Small, as a key is kept by a task and its handle: a task uses it only while it has its entry, a handle with the
    /// task's id.
    generation: NonZeroU16,
}

/// The number of a slot, in as little room as it needs among others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Index([u16; 2]);

impl From<u32> for Index {
    fn from(index: u32) -> Self {
        let [a, b, c, d] = index.to_ne_bytes();
        Self([u16::from_ne_bytes([a, b]), u16::from_ne_bytes([c, d])])
    }
}

impl Index {
    pub(crate) fn get(self) -> u32 {
        let [[a, b], [c, d]] = self.0.map(u16::to_ne_bytes);
        u32::from_ne_bytes([a, b, c, d])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refusal {
    Full,
    Draining,
    OwnerGone,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Admitted {
    /// Of its entry, where it has one.
    pub(crate) key: Option<Key>,
    pub(crate) queued: bool,
    /// A drain has begun, and lets this call pass.
    pub(crate) draining: bool,
}

impl Admitted {
    /// There was nothing to see to.
    pub(crate) const UNCONTENDED: Self = Self { key: None, queued: false, draining: false };
}

/// How a task left, in the words of a drain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    Finished,
    Cancelled,
    Aborted,
    NeverStarted,
}

/// What a waiting task finds when it looks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Turn<C> {
    Wait,
    /// With its entry, where it keeps one.
    Go(Option<Key>),
    /// Its wait was ended, and why.
    Refused(Refusal),
    Aborted(C),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Signals<C> {
    pub(crate) phase: Phase,
    /// The last owner has gone.
    pub(crate) owner_gone: bool,
    pub(crate) abort: Option<C>,
}

const NONE: u32 = u32::MAX;

enum Slot<I, C, N> {
    Free { next: u32 },
    Taken(Entry<I, C, N>),
}

/// A first-come-first-served line through the slots.
struct Line {
    head: u32,
    tail: u32,
    len: usize,
}

impl Line {
    const EMPTY: Self = Self { head: NONE, tail: NONE, len: 0 };
}

/// What a handle has said of a task that has no entry, and what the task has said of itself.
struct Note<C> {
    abort: Option<C>,
    /// The task is to see to it itself: there is an order.
    ordered: bool,
    handle_dropped: bool,
    /// The task has been dropped, and has left the cause for its handle.
    ended: bool,
    /// How many sections it is in that shall not be cut short.
    sections: u32,
    waker: Option<Waker>,
}

impl<C> Default for Note<C> {
    fn default() -> Self {
        Self { abort: None, ordered: false, handle_dropped: false, ended: false, sections: 0, waker: None }
    }
}

/// How a task without an entry ends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LastSignals<C> {
    /// Its handle has asked for it.
    pub(crate) abort: Option<C>,
    /// Nobody will take what it gives.
    pub(crate) handle_dropped: bool,
}

/// `N` tells tasks apart.
pub(crate) struct Registry<I, C, N> {
    slots: Vec<(NonZeroU16, Slot<I, C, N>)>,
    free: u32,
    taken: usize,
    /// So few are left that the rest of the slots may be given back.
    few: usize,
    /// Of a new slot: later than any that has been given back, so that no key means two tasks.
    first: NonZeroU16,
    running_limit: usize,
    waiting_limit: usize,
    /// Where `exclusive`: else the number is in the roster's word.
    running: usize,
    exclusive: bool,
    waiting: Line,
    knocking: Line,
    flushed: usize,
    apart: usize,
    phase: Phase,
    owner_gone: bool,
    watchers: Vec<Waker>,
    /// Since the drain began.
    finished: usize,
    refused: usize,
    exits: Vec<(I, Exit, Duration)>,
    notes: HashMap<N, Note<C>, BuildHasherDefault<DefaultHasher>>,
}

/// What a drain has seen so far.
pub(crate) struct Snapshot<I> {
    pub(crate) finished: usize,
    pub(crate) refused: usize,
    /// Everybody that left otherwise than by finishing, with its age.
    pub(crate) exits: Vec<(I, Exit, Duration)>,
    /// Everybody who has an entry, and whether it waits for its turn.
    pub(crate) present: Vec<(I, bool)>,
    pub(crate) unlisted: usize,
}

/// Wakers to be woken once the lock is gone. At most one in the common case, which therefore never allocates.
#[derive(Default)]
#[must_use = "somebody waits for these"]
pub(crate) struct Wakes {
    one: Option<Waker>,
    more: Vec<Waker>,
}

impl Wakes {
    fn add(&mut self, waker: Option<Waker>) {
        let Some(waker) = waker else { return };
        if self.one.is_none() {
            self.one = Some(waker);
        } else {
            self.more.push(waker);
        }
    }

    fn add_all(&mut self, wakers: Vec<Waker>) {
        self.more.extend(wakers);
    }

    /// One that panics, as a caller's own executor may have it, harms neither the others nor whoever wakes it.
    pub(crate) fn wake(self) {
        if let Some(waker) = self.one {
            quietly(|| waker.wake());
        }
        for waker in self.more {
            quietly(|| waker.wake());
        }
    }
}

impl<I, C, N> Registry<I, C, N> {
    pub(crate) const fn new(running_limit: usize, waiting_limit: usize) -> Self {
        Self {
            slots: Vec::new(),
            free: NONE,
            taken: 0,
            few: 0,
            first: NonZeroU16::MIN,
            running_limit,
            waiting_limit,
            running: 0,
            exclusive: false,
            waiting: Line::EMPTY,
            knocking: Line::EMPTY,
            flushed: 0,
            apart: 0,
            phase: Phase::Open,
            owner_gone: false,
            watchers: Vec::new(),
            finished: 0,
            refused: 0,
            exits: Vec::new(),
            notes: HashMap::with_hasher(BuildHasherDefault::new()),
        }
    }

    fn live(&self) -> usize {
        self.running + self.waiting.len + self.flushed + self.apart
    }

    /// Nothing to see to when somebody comes or goes.
    fn is_calm(&self) -> bool {
        self.phase == Phase::Open && !self.owner_gone && self.waiting.head == NONE && self.knocking.head == NONE
    }

    fn insert(&mut self, entry: Entry<I, C, N>) -> Key {
        self.taken += 1;
        if self.free == NONE {
            let index = u32::try_from(self.slots.len()).ok().filter(|&at| at != NONE).expect("under 2^32 live tasks");
            self.slots.push((self.first, Slot::Taken(entry)));
            self.few = self.slots.len() / 16;
            return Key { index: index.into(), generation: self.first };
        }
        let index = self.free;
        let (generation, slot) = &mut self.slots[index as usize];
        let Slot::Free { next } = *slot else { unreachable!("the free list holds free slots") };
        self.free = next;
        *slot = Slot::Taken(entry);
        Key { index: index.into(), generation: *generation }
    }

    fn remove(&mut self, key: Key) -> Option<Entry<I, C, N>> {
        self.get(key)?;
        let (generation, slot) = &mut self.slots[key.index.get() as usize];
        *generation = generation.checked_add(1).unwrap_or(NonZeroU16::MIN);
        let taken = mem::replace(slot, Slot::Free { next: self.free });
        self.free = key.index.get();
        self.taken -= 1;
        self.shrink();
        match taken {
            Slot::Taken(entry) => Some(entry),
            Slot::Free { .. } => None,
        }
    }

    /// Gives a burst's memory back, behind the last slot that is taken. A look at all of them, so each time a quarter
    /// is left of the last time.
    fn shrink(&mut self) {
        const KEPT: usize = 128;
        if self.taken > self.few || self.slots.len() <= KEPT {
            return;
        }
        self.few = (self.taken / 4).max(1);
        let used = self.slots.iter().rposition(|(_, slot)| matches!(slot, Slot::Taken(_))).map_or(0, |last| last + 1);
        if used == self.slots.len() {
            return;
        }
        let kept = used.max(KEPT).min(self.slots.len());
        let last = self.slots[kept..].iter().map(|(generation, _)| *generation).max();
        self.first = self.first.max(last.unwrap_or(NonZeroU16::MIN));
        self.slots.truncate(kept);
        self.slots.shrink_to_fit();
        self.free = NONE;
        for ((_, slot), at) in self.slots.iter_mut().zip(0..) {
            if let Slot::Free { next } = slot {
                *next = mem::replace(&mut self.free, at);
            }
        }
    }

    fn get(&mut self, key: Key) -> Option<&mut Entry<I, C, N>> {
        match self.slots.get_mut(key.index.get() as usize)? {
            (generation, Slot::Taken(entry)) if *generation == key.generation => Some(entry),
            _ => None,
        }
    }

    /// The entry of the task that a handle means.
    fn named(&mut self, key: Option<Key>, id: N) -> Option<&mut Entry<I, C, N>>
    where
        N: PartialEq,
    {
        self.get(key?).filter(|entry| entry.id == Some(id))
    }

    fn at(&mut self, index: u32) -> &mut Entry<I, C, N> {
        match &mut self.slots[index as usize].1 {
            Slot::Taken(entry) => entry,
            Slot::Free { .. } => unreachable!("a line links taken slots"),
        }
    }

    fn line(&mut self, standing: Standing) -> &mut Line {
        if standing == Standing::Waiting { &mut self.waiting } else { &mut self.knocking }
    }

    fn push_back(&mut self, standing: Standing, index: u32) {
        let line = self.line(standing);
        let tail = mem::replace(&mut line.tail, index);
        line.len += 1;
        if tail == NONE {
            line.head = index;
        } else {
            self.at(tail).next = index;
        }
        let entry = self.at(index);
        entry.standing = standing;
        entry.prev = tail;
        entry.next = NONE;
    }

    fn unlink(&mut self, index: u32) {
        let (standing, prev, next) = {
            let entry = self.at(index);
            (entry.standing, entry.prev, entry.next)
        };
        let line = self.line(standing);
        line.len -= 1;
        if prev == NONE {
            line.head = next;
        }
        if next == NONE {
            line.tail = prev;
        }
        if prev != NONE {
            self.at(prev).next = next;
        }
        if next != NONE {
            self.at(next).prev = prev;
        }
    }

    /// Gives freed places to those who came first.
    fn promote(&mut self, wakes: &mut Wakes) {
        while self.waiting.head != NONE && self.running < self.running_limit {
            let index = self.waiting.head;
            self.unlink(index);
            self.running += 1;
            let entry = self.at(index);
            entry.standing = Standing::Running;
            wakes.add(entry.waker.take());
        }
        while self.knocking.head != NONE {
            let index = self.knocking.head;
            if self.running < self.running_limit {
                self.unlink(index);
                self.running += 1;
                self.at(index).standing = Standing::Running;
            } else if self.waiting.len < self.waiting_limit {
                self.unlink(index);
                self.push_back(Standing::Waiting, index);
            } else {
                break;
            }
            wakes.add(self.at(index).waker.take());
        }
    }

    /// Ends the wait of everybody in a line who is not to be kept.
    fn flush(&mut self, from: Standing, to: Standing, keep: impl Fn(&Entry<I, C, N>) -> bool, wakes: &mut Wakes) {
        let mut index = self.line(from).head;
        while index != NONE {
            let next = self.at(index).next;
            if !keep(self.at(index)) {
                self.unlink(index);
                self.flushed += usize::from(to == Standing::Flushed);
                let entry = self.at(index);
                entry.standing = to;
                wakes.add(entry.waker.take());
            }
            index = next;
        }
    }

    fn entries(&self) -> impl Iterator<Item = &Entry<I, C, N>> {
        self.slots.iter().filter_map(|(_, slot)| match slot {
            Slot::Taken(entry) => Some(entry),
            Slot::Free { .. } => None,
        })
    }

    fn claim(&mut self, key: Key) {
        if let Some(entry) = self.get(key) {
            entry.claimed = true;
        }
    }

    /// Takes places back from those who knocked, were let in, and have not looked since: they made no call.
    fn reclaim(&mut self, keep: bool, wakes: &mut Wakes) {
        for index in 0..self.slots.len() {
            let Slot::Taken(entry) = &self.slots[index].1 else { continue };
            if entry.claimed || (keep && entry.kept) {
                continue;
            }
            let Ok(at) = u32::try_from(index) else { continue };
            match entry.standing {
                Standing::Running => self.running -= 1,
                Standing::Waiting => self.unlink(at),
                _ => continue,
            }
            let entry = self.at(at);
            entry.standing = Standing::TurnedAway;
            wakes.add(entry.waker.take());
        }
    }

    fn closed_to(&self, kept: bool) -> Option<Refusal> {
        let draining = match self.phase {
            Phase::Open => false,
            Phase::Closing => !kept,
            Phase::Cancelled | Phase::Dropped => true,
        };
        // A drain is what its caller waits for, and says more.
        if draining { Some(Refusal::Draining) } else { self.owner_gone.then_some(Refusal::OwnerGone) }
    }

    /// Wakes those who end when they are told, also from the queue.
    fn tell_early(&mut self, wakes: &mut Wakes) {
        self.flush(Standing::Waiting, Standing::Flushed, |entry| entry.kind != Kind::Worker, wakes);
        for entry in self.entries().filter(|entry| entry.kind == Kind::Worker) {
            wakes.add(entry.waker.clone());
        }
    }

    /// Takes a task out, gives its place to the next, and tells the drains that wait for the last one.
    fn depart(&mut self, key: Key, wakes: &mut Wakes) -> Option<Entry<I, C, N>> {
        match self.get(key)?.standing {
            Standing::Running => self.running -= 1,
            Standing::Waiting | Standing::Knocking => self.unlink(key.index.get()),
            Standing::Flushed => self.flushed -= 1,
            Standing::Apart => self.apart -= 1,
            Standing::TurnedAway => {}
        }
        let entry = self.remove(key);
        self.move_up(wakes);
        entry
    }

    /// Somebody has left.
    fn move_up(&mut self, wakes: &mut Wakes) {
        self.promote(wakes);
        if self.phase != Phase::Open && self.live() == 0 {
            wakes.add_all(mem::take(&mut self.watchers));
        }
    }

    fn record(&mut self, info: I, exit: Exit, age: Duration) {
        match exit {
            _ if self.phase == Phase::Open => {}
            Exit::Finished => self.finished += 1,
            _ => self.exits.push((info, exit, age)),
        }
    }
}

/// A call that asks to be let in.
#[derive(Clone, Copy)]
pub(crate) struct Request<I> {
    pub(crate) info: I,
    pub(crate) grace: Duration,
    pub(crate) kept: bool,
    pub(crate) kind: Kind,
}

impl<I> Request<I> {
    fn entry<C, N>(self, standing: Standing) -> Entry<I, C, N> {
        Entry {
            info: self.info,
            id: None,
            grace: self.grace,
            standing,
            holders: 1,
            kept: self.kept,
            kind: self.kind,
            claimed: standing != Standing::Knocking,
            handle_dropped: false,
            abort: None,
            exit: None,
            waker: None,
            prev: NONE,
            next: NONE,
        }
    }
}

pub(crate) struct Admission<I, C, N> {
    /// How many run, twice; and `ASK`.
    word: AtomicUsize,
    running_limit: usize,
    has_queue: bool,
    registry: Mutex<Registry<I, C, N>>,
    signals: AtomicUsize,
    /// How many notes there are.
    noted: AtomicUsize,
}

/// Come to the lock.
const ASK: usize = 1;

impl<I: Copy, C: Clone, N: Copy + Eq + Hash> Admission<I, C, N> {
    /// Zeroes, and a registry of the same limits: where they come from is for a model checker to say.
    pub(crate) const fn new(
        limits: (usize, usize),
        registry: Mutex<Registry<I, C, N>>,
        words: [AtomicUsize; 3],
    ) -> Self {
        let [word, signals, noted] = words;
        Self { word, running_limit: limits.0, has_queue: limits.1 > 0, registry, signals, noted }
    }

    /// For what changes nothing of who runs.
    fn look<R>(&self, work: impl FnOnce(&mut Registry<I, C, N>) -> R) -> R {
        // Nothing of the user's runs under the lock, so a poisoned one still holds sound data.
        work(&mut self.registry.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// For what may: from here to the end, nobody comes or goes but by the lock.
    fn with<R>(&self, work: impl FnOnce(&mut Registry<I, C, N>) -> R) -> R {
        self.look(|registry| {
            if !registry.exclusive {
                registry.running = self.word.fetch_or(ASK, Acquire) >> 1;
                registry.exclusive = true;
            }
            let result = work(registry);
            if registry.is_calm() {
                registry.exclusive = false;
                self.word.store(registry.running << 1, Release);
            }
            result
        })
    }

    /// How many run and wait. Whoever has an entry only is among those who run, or wait.
    pub(crate) fn live(&self) -> usize {
        self.look(|registry| {
            if !registry.exclusive {
                registry.running = self.word.load(Acquire) >> 1;
            }
            registry.live()
        })
    }

    /// How many may run, and how many may wait.
    #[cfg(feature = "testing")]
    pub(crate) fn limits(&self) -> (usize, usize) {
        self.look(|registry| (registry.running_limit, registry.waiting_limit))
    }

    pub(crate) fn phase(&self) -> Phase {
        self.look(|registry| registry.phase)
    }

    /// Admits one that is `Light`. `None` where there is something to see to: then `admit` does it.
    #[inline]
    pub(crate) fn try_acquire_uncontended(&self) -> Option<Result<(), Refusal>> {
        let mut word = self.word.load(Relaxed);
        loop {
            if word & ASK != 0 {
                return None;
            }
            if word >> 1 >= self.running_limit {
                return if self.has_queue { None } else { Some(Err(Refusal::Full)) };
            }
            // Pairs with the release of whoever left last: what it did is done.
            match self.word.compare_exchange_weak(word, word + 2, Acquire, Relaxed) {
                Ok(_) => return Some(Ok(())),
                Err(now) => word = now,
            }
        }
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
                registry.apart += 1;
                let key = Some(registry.insert(call.entry(Standing::Apart)));
                return Ok(Admitted { key, queued: false, draining });
            }
            if registry.running < registry.running_limit {
                registry.running += 1;
                let key = (call.kind != Kind::Light).then(|| registry.insert(call.entry(Standing::Running)));
                return Ok(Admitted { key, queued: false, draining });
            }
            if registry.waiting.len < registry.waiting_limit {
                let key = registry.insert(call.entry(Standing::Waiting));
                registry.push_back(Standing::Waiting, key.index.get());
                return Ok(Admitted { key: Some(key), queued: true, draining });
            }
            Err(Refusal::Full)
        });
        wakes.wake();
        admitted
    }

    /// Puts a call at the end of those who wait to be admitted. Poll with [`knocked`](Self::knocked), then
    /// [`leave`](Self::leave) where the caller goes away.
    pub(crate) fn acquire(&self, call: Request<I>) -> Key {
        let mut wakes = Wakes::default();
        let key = self.with(|registry| {
            let key = registry.insert(call.entry(Standing::Knocking));
            if registry.closed_to(call.kept).is_some() {
                registry.at(key.index.get()).standing = Standing::TurnedAway;
            } else {
                registry.push_back(Standing::Knocking, key.index.get());
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
        self.look(|registry| {
            let draining = registry.phase != Phase::Open;
            match registry.get(key)?.standing {
                Standing::Knocking => {
                    old = registry.get(key)?.waker.replace(waker.clone());
                    None
                }
                Standing::Running | Standing::Apart => {
                    registry.claim(key);
                    Some(Ok(Admitted { key: self.lighten(registry, key), queued: false, draining }))
                }
                Standing::Waiting | Standing::Flushed => {
                    registry.claim(key);
                    Some(Ok(Admitted { key: Some(key), queued: true, draining }))
                }
                Standing::TurnedAway => {
                    let refusal = if draining { Refusal::Draining } else { Refusal::OwnerGone };
                    registry.refused += usize::from(draining);
                    registry.remove(key);
                    Some(Err(refusal))
                }
            }
        })
    }

    /// Whether a queued task may start; where not, `waker` is woken when that changes.
    pub(crate) fn poll_turn(&self, key: Key, waker: &Waker) -> Turn<C> {
        let mut old = None;
        self.look(|registry| {
            let draining = registry.phase != Phase::Open;
            let Some(entry) = registry.get(key) else {
                return Turn::Refused(Refusal::Draining);
            };
            if let Some(cause) = entry.abort.take() {
                self.signals.fetch_sub(1, Relaxed);
                return Turn::Aborted(cause);
            }
            match entry.standing {
                Standing::Running | Standing::Apart => Turn::Go(self.lighten(registry, key)),
                Standing::Flushed | Standing::TurnedAway => {
                    Turn::Refused(if draining { Refusal::Draining } else { Refusal::OwnerGone })
                }
                Standing::Waiting | Standing::Knocking => {
                    old = entry.waker.replace(waker.clone());
                    Turn::Wait
                }
            }
        })
    }

    /// It has its turn, and needs no entry for more. What its handle has said stays known.
    fn lighten(&self, registry: &mut Registry<I, C, N>, key: Key) -> Option<Key> {
        if registry.get(key)?.kind != Kind::Light {
            return Some(key);
        }
        let entry = registry.remove(key)?;
        if let Some(id) = entry.id.filter(|_| entry.handle_dropped) {
            self.note(registry, id).handle_dropped = true;
        }
        None
    }

    /// Stores the waker of a task that has begun to wait, with what is now known of it, and gives what it may have
    /// missed.
    pub(crate) fn park(&self, key: Key, waker: &Waker, info: I) -> Signals<C> {
        let mut old = None;
        self.look(|registry| {
            if let Some(entry) = registry.get(key) {
                entry.info = info;
                old = entry.waker.replace(waker.clone());
            }
            self.read_orders(registry, key)
        })
    }

    /// `None` in the common case, at the cost of one load. A task without an entry is known by its id.
    #[inline]
    pub(crate) fn signals(&self, key: Option<Key>, id: impl FnOnce() -> Option<N>) -> Option<Signals<C>> {
        if self.signals.load(Acquire) == 0 {
            return None;
        }
        Some(self.look(|registry| {
            if let Some(key) = key {
                return self.read_orders(registry, key);
            }
            let note = id().and_then(|id| registry.notes.get_mut(&id)).filter(|note| note.ordered);
            let abort = note.and_then(|note| {
                note.ordered = false;
                note.abort.clone()
            });
            self.signals.fetch_sub(usize::from(abort.is_some()), Relaxed);
            Signals { phase: registry.phase, owner_gone: registry.owner_gone, abort }
        }))
    }

    fn read_orders(&self, registry: &mut Registry<I, C, N>, key: Key) -> Signals<C> {
        let abort = registry.get(key).and_then(|entry| entry.abort.take());
        if abort.is_some() {
            self.signals.fetch_sub(1, Relaxed);
        }
        Signals { phase: registry.phase, owner_gone: registry.owner_gone, abort }
    }

    /// Whether what ends when it is told is told.
    pub(crate) fn is_ending(&self) -> bool {
        self.signals.load(Acquire) != 0 && self.look(|registry| registry.owner_gone || registry.phase != Phase::Open)
    }

    /// Says which task an entry is: to be said before its handle is used.
    pub(crate) fn set_task_id(&self, key: Key, id: N) {
        self.look(|registry| {
            if let Some(entry) = registry.get(key) {
                entry.id = Some(id);
            }
        });
    }

    /// Asks one task to stop. The first cause stands; a task that has ended is left alone. `true` where the task has no
    /// entry, and is to be dropped by whoever asks.
    pub(crate) fn abort(&self, key: Option<Key>, id: N, cause: C) -> bool {
        let mut unused = None;
        let (waker, is_to_be_dropped) = self.look(|registry| {
            if let Some(entry) = registry.named(key, id) {
                if entry.abort.is_some() {
                    unused = Some(cause);
                    return (None, false);
                }
                entry.abort = Some(cause);
                self.signals.fetch_add(1, Release);
                return (entry.waker.clone(), false);
            }
            let note = self.note(registry, id);
            if note.abort.is_some() {
                unused = Some(cause);
                return (None, !note.ordered && note.sections == 0);
            }
            note.abort = Some(cause);
            if note.sections == 0 {
                return (None, true);
            }
            note.ordered = true;
            self.signals.fetch_add(1, Release);
            (note.waker.clone(), false)
        });
        drop(unused);
        if let Some(waker) = waker {
            quietly(|| waker.wake());
        }
        is_to_be_dropped
    }

    fn note<'a>(&self, registry: &'a mut Registry<I, C, N>, id: N) -> &'a mut Note<C> {
        registry.notes.entry(id).or_insert_with(|| {
            self.noted.fetch_add(1, Release);
            Note::default()
        })
    }

    #[inline]
    pub(crate) fn has_side_entries(&self) -> bool {
        self.noted.load(Acquire) != 0
    }

    /// Takes out what stands there of a task without an entry.
    fn strike(&self, registry: &mut Registry<I, C, N>, id: N) -> Option<Note<C>> {
        let note = registry.notes.remove(&id)?;
        if registry.notes.capacity() > 256 && registry.notes.len() < registry.notes.capacity() / 16 {
            registry.notes.shrink_to(registry.notes.capacity() / 4);
        }
        self.noted.fetch_sub(1, Relaxed);
        self.signals.fetch_sub(usize::from(note.ordered), Relaxed);
        Some(note)
    }

    /// A task without an entry begins a section that shall not be cut short, and is told instead. `false` where it is
    /// about to be dropped already: it shall not begin.
    pub(crate) fn shield(&self, id: N) -> bool {
        self.look(|registry| {
            let note = self.note(registry, id);
            let may_begin = note.abort.is_none() || note.sections > 0;
            note.sections += u32::from(may_begin);
            may_begin
        })
    }

    /// A task without an entry begins to wait in a section. Its signals are to be looked at after that.
    pub(crate) fn park_shielded(&self, id: N, waker: &Waker) {
        self.look(|registry| {
            if let Some(note) = registry.notes.get_mut(&id).filter(|note| note.sections > 0) {
                // The task's own, and so the same each time.
                note.waker.get_or_insert_with(|| waker.clone());
            }
        });
    }

    /// The section is over.
    pub(crate) fn unshield(&self, id: N) {
        let struck = self.look(|registry| {
            let note = registry.notes.get_mut(&id)?;
            // It may have been begun after the section: the one before went with the task's end.
            note.sections = note.sections.saturating_sub(1);
            let is_blank = note.sections == 0 && note.abort.is_none() && !note.handle_dropped;
            if is_blank { self.strike(registry, id) } else { None }
        });
        drop(struck);
    }

    /// A task without an entry ends. What is noted stays for its handle, where there is one.
    #[inline]
    pub(crate) fn last_signals(&self, id: impl FnOnce() -> Option<N>) -> LastSignals<C> {
        let nothing = LastSignals { abort: None, handle_dropped: false };
        if !self.has_side_entries() {
            return nothing;
        }
        let Some(id) = id() else { return nothing };
        let mut struck = None;
        let last = self.look(|registry| {
            let note = registry.notes.get_mut(&id)?;
            let last = LastSignals { abort: note.abort.clone(), handle_dropped: note.handle_dropped };
            if note.handle_dropped || note.abort.is_none() {
                struck = self.strike(registry, id);
            }
            Some(last)
        });
        drop(struck);
        last.unwrap_or(nothing)
    }

    /// A task without an entry has been dropped: nothing of it is left to strike its note. `is_watched` says that its
    /// handle is there, or has said that it goes.
    pub(crate) fn record_end(&self, id: N, is_watched: bool) {
        let struck = self.look(|registry| match registry.notes.get_mut(&id) {
            Some(note) if note.handle_dropped => self.strike(registry, id),
            Some(note) => {
                note.ended = true;
                None
            }
            None => {
                if is_watched {
                    self.note(registry, id).ended = true;
                }
                None
            }
        });
        drop(struck);
    }

    /// Why a task without an entry was asked to stop. Its handle takes it, and with it goes the note.
    #[inline]
    pub(crate) fn take_abort_cause(&self, id: impl FnOnce() -> Option<N>) -> Option<C> {
        if !self.has_side_entries() {
            return None;
        }
        let id = id()?;
        self.look(|registry| self.strike(registry, id)).and_then(|note| note.abort)
    }

    /// A second holder of the same place, which is free when both have left.
    pub(crate) fn share(&self, key: Key) {
        self.look(|registry| {
            if let Some(entry) = registry.get(key) {
                entry.holders += 1;
            }
        });
    }

    /// Gives the place of a task without an entry back. `exit` makes what a drain is to know of it.
    #[inline]
    pub(crate) fn release(&self, exit: impl FnOnce() -> Option<(I, Exit, Duration)>) {
        let mut word = self.word.load(Relaxed);
        while word & ASK == 0 {
            // Pairs with the acquire of whoever comes next, and of a drain.
            match self.word.compare_exchange_weak(word, word - 2, Release, Relaxed) {
                Ok(_) => return,
                Err(now) => word = now,
            }
        }
        self.go_by_the_book(exit());
    }

    #[cold]
    fn go_by_the_book(&self, exit: Option<(I, Exit, Duration)>) {
        let mut wakes = Wakes::default();
        self.with(|registry| {
            registry.running -= 1;
            if let Some((info, exit, age)) = exit {
                registry.record(info, exit, age);
            }
            registry.move_up(&mut wakes);
        });
        wakes.wake();
    }

    /// Gives one holder's share of a place back. `exit` says how the task ended, and is kept until the place is free;
    /// without one nothing is said: a caller that no longer waits, or a thread whose task speaks for it.
    pub(crate) fn release_entry(&self, key: Key, exit: Option<(Exit, Duration)>) {
        let mut wakes = Wakes::default();
        let entry = self.with(|registry| {
            let entry = registry.get(key)?;
            entry.holders -= 1;
            entry.exit = entry.exit.or(exit);
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
            registry.depart(key, &mut wakes)
        });
        wakes.wake();
        drop(entry);
    }

    /// Moves on to a later phase: a phase that has passed stays passed.
    pub(crate) fn advance(&self, to: Phase) {
        let mut wakes = Wakes::default();
        self.with(|registry| {
            if to <= registry.phase {
                return;
            }
            if registry.phase == Phase::Open {
                self.signals.fetch_add(1, Release);
                registry.tell_early(&mut wakes);
            }
            registry.reclaim(to < Phase::Cancelled, &mut wakes);
            if to >= Phase::Cancelled {
                registry.flush(Standing::Waiting, Standing::Flushed, |_| false, &mut wakes);
                for entry in
                    registry.entries().filter(|entry| matches!(entry.standing, Standing::Running | Standing::Apart))
                {
                    wakes.add(entry.waker.clone());
                }
            }
            registry.flush(
                Standing::Knocking,
                Standing::TurnedAway,
                |entry| to < Phase::Cancelled && entry.kept,
                &mut wakes,
            );
            registry.phase = to;
            // Who waits does so for a place, or for room in the queue, that may have been taken back.
            registry.promote(&mut wakes);
        });
        wakes.wake();
    }

    /// The last owner has gone: nothing starts any more, and what ends only when it is told is told.
    pub(crate) fn owner_gone(&self) {
        let mut wakes = Wakes::default();
        self.with(|registry| {
            if !registry.owner_gone {
                registry.owner_gone = true;
                self.signals.fetch_add(1, Release);
                registry.tell_early(&mut wakes);
                registry.flush(Standing::Knocking, Standing::TurnedAway, |_| false, &mut wakes);
            }
        });
        wakes.wake();
    }

    /// The handle goes, before the task's end. Where `tells`, the task wants to know.
    pub(crate) fn handle_dropped(&self, key: Option<Key>, id: N, tells: bool) {
        if !tells && key.is_none() && !self.has_side_entries() {
            return;
        }
        let struck = self.look(|registry| {
            if let Some(entry) = registry.named(key, id) {
                entry.handle_dropped = tells;
                return None;
            }
            if registry.notes.get(&id).is_some_and(|note| note.ended) {
                return self.strike(registry, id);
            }
            if tells || registry.notes.contains_key(&id) {
                self.note(registry, id).handle_dropped = true;
            }
            None
        });
        drop(struck);
    }

    pub(crate) fn is_handle_dropped(&self, key: Key) -> bool {
        self.look(|registry| registry.get(key).is_some_and(|entry| entry.handle_dropped))
    }

    /// The longest grace among those who have an entry, and are yet to be told.
    pub(crate) fn longest_grace(&self) -> Duration {
        self.look(|registry| {
            let yet = registry.entries().filter(|entry| entry.kind != Kind::Worker && entry.claimed);
            yet.map(|entry| entry.grace).max().unwrap_or_default()
        })
    }

    /// Whether nobody is left; where not, `drain` is woken when the last one leaves.
    pub(crate) fn is_empty(&self, drain: &Waker) -> bool {
        self.with(|registry| {
            let empty = registry.live() == 0;
            if !empty && !registry.watchers.iter().any(|known| known.will_wake(drain)) {
                registry.watchers.push(drain.clone());
            }
            empty
        })
    }

    pub(crate) fn snapshot<R>(&self, also: impl FnOnce() -> R) -> (Snapshot<I>, R) {
        self.look(|registry| {
            (
                Snapshot {
                    finished: registry.finished,
                    refused: registry.refused,
                    exits: registry.exits.clone(),
                    present: registry
                        .entries()
                        .filter(|entry| !matches!(entry.standing, Standing::Knocking | Standing::TurnedAway))
                        .map(|entry| (entry.info, matches!(entry.standing, Standing::Waiting | Standing::Flushed)))
                        .collect(),
                    unlisted: registry.running
                        - registry.entries().filter(|entry| entry.standing == Standing::Running).count(),
                },
                also(),
            )
        })
    }
}

impl From<Refusal> for crate::error::Rejected {
    #[inline]
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Full => Self::Full,
            Refusal::Draining => Self::Draining,
            Refusal::OwnerGone => Self::OwnerGone,
        }
    }
}
