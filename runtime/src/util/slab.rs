//! A slab: values with small indices, in one allocation, with linked lists through them.
//!
//! Invariants:
//!
//! 1. An index belongs to its value from `insert` to `remove`.
//! 2. A value is in at most one list. The caller of `unlink` passes that list. A linked value is never removed.
//! 3. With generations, an index and a generation together never mean two values (until a slot has been used again 65,535
//!    times).
//! 4. After a burst, the memory behind the last value in use is given back.

use std::mem;
use std::num::NonZeroU16;

const NONE: u32 = u32::MAX;
/// The `prev` of a value that is in no list.
const UNLINKED: u32 = u32::MAX - 1;
/// Indices are smaller than this.
const END: u32 = UNLINKED;

/// Distinguishes successive values of one slot. `()` if no index is used after its value was removed.
pub(crate) trait Generation: Copy + Ord {
    const FIRST: Self;

    fn next(self) -> Self;
}

impl Generation for () {
    const FIRST: Self = ();

    fn next(self) -> Self {}
}

impl Generation for NonZeroU16 {
    const FIRST: Self = Self::MIN;

    fn next(self) -> Self {
        self.checked_add(1).unwrap_or(Self::MIN)
    }
}

/// An index with an alignment of two bytes. With it a key has six bytes, and its enum eight, instead of twelve with a plain
/// `u32`. So a task's state has 48 bytes and not 56, and fits with a body of 96 bytes into the 152 bytes that tokio's cell
/// of 256 leaves.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct PackedIndex([u16; 2]);

impl From<u32> for PackedIndex {
    #[inline]
    fn from(index: u32) -> Self {
        let [a, b, c, d] = index.to_ne_bytes();
        Self([u16::from_ne_bytes([a, b]), u16::from_ne_bytes([c, d])])
    }
}

impl PackedIndex {
    #[inline]
    pub(crate) fn get(self) -> u32 {
        let [[a, b], [c, d]] = self.0.map(u16::to_ne_bytes);
        u32::from_ne_bytes([a, b, c, d])
    }
}

struct Slot<T, G> {
    generation: G,
    /// The previous value in the list, or `UNLINKED`.
    prev: u32,
    /// The next value in the list, or the next free slot.
    next: u32,
    /// `None` if the slot is free.
    value: Option<T>,
}

pub(crate) struct Slab<T, G = ()> {
    slots: Vec<Slot<T, G>>,
    free: u32,
    len: usize,
    /// When this few values are left, it looks for memory to free.
    few: usize,
    /// The generation of a new slot: later than that of any slot that was freed.
    first: G,
}

/// A first-in-first-out list of values of one slab.
pub(crate) struct List {
    head: u32,
    tail: u32,
    len: usize,
}

impl List {
    pub(crate) const EMPTY: Self = Self { head: NONE, tail: NONE, len: 0 };

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn first(&self) -> Option<u32> {
        (self.head != NONE).then_some(self.head)
    }

    pub(crate) fn last(&self) -> Option<u32> {
        (self.tail != NONE).then_some(self.tail)
    }
}

impl<T, G: Generation> Slab<T, G> {
    pub(crate) const fn new() -> Self {
        Self { slots: Vec::new(), free: NONE, len: 0, few: 0, first: G::FIRST }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// # Panics
    ///
    /// If there are 2^32 values.
    #[inline]
    pub(crate) fn insert(&mut self, value: T) -> u32 {
        self.len += 1;
        let index = self.free;
        if index == NONE {
            return self.grow(value);
        }
        let slot = &mut self.slots[index as usize];
        self.free = mem::replace(&mut slot.next, NONE);
        slot.value = Some(value);
        index
    }

    fn grow(&mut self, value: T) -> u32 {
        let index = u32::try_from(self.slots.len()).ok().filter(|&index| index < END).expect("under 2^32 live tasks");
        self.slots.push(Slot { generation: self.first, prev: UNLINKED, next: NONE, value: Some(value) });
        self.few = self.slots.len() / 16;
        index
    }

    /// The value must be in no list.
    #[inline]
    pub(crate) fn remove(&mut self, index: u32) -> Option<T> {
        let slot = self.slots.get_mut(index as usize)?;
        let value = slot.value.take()?;
        debug_assert!(slot.prev == UNLINKED, "a value that is removed while it is in a list breaks the list");
        slot.generation = slot.generation.next();
        slot.next = mem::replace(&mut self.free, index);
        self.len -= 1;
        if self.len <= self.few && self.slots.len() > Self::KEPT {
            self.shrink();
        }
        Some(value)
    }

    #[inline]
    pub(crate) fn get(&self, index: u32) -> Option<&T> {
        self.slots.get(index as usize)?.value.as_ref()
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        self.slots.get_mut(index as usize)?.value.as_mut()
    }

    /// The generation of the current value.
    pub(crate) fn generation(&self, index: u32) -> Option<G> {
        self.slots.get(index as usize).map(|slot| slot.generation)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (0..).zip(&self.slots).filter_map(|(index, slot)| Some((index, slot.value.as_ref()?)))
    }

    pub(crate) fn is_linked(&self, index: u32) -> bool {
        self.slots.get(index as usize).is_some_and(|slot| slot.prev != UNLINKED)
    }

    /// The value, if it is in a list.
    #[inline]
    pub(crate) fn linked(&self, index: u32) -> Option<&T> {
        let slot = self.slots.get(index as usize)?;
        if slot.prev == UNLINKED { None } else { slot.value.as_ref() }
    }

    /// The next value in its list.
    pub(crate) fn next(&self, index: u32) -> Option<u32> {
        let slot = self.slots.get(index as usize)?;
        (slot.prev != UNLINKED && slot.next != NONE).then_some(slot.next)
    }

    /// Appends a value that is in no list to `list`.
    #[inline]
    pub(crate) fn push_back(&mut self, list: &mut List, index: u32) {
        debug_assert!(!self.is_linked(index), "a value is in one list at most");
        let tail = mem::replace(&mut list.tail, index);
        list.len += 1;
        if tail == NONE {
            list.head = index;
        } else {
            self.slots[tail as usize].next = index;
        }
        let slot = &mut self.slots[index as usize];
        (slot.prev, slot.next) = (tail, NONE);
    }

    /// Removes a value from its list.
    #[inline]
    pub(crate) fn unlink(&mut self, list: &mut List, index: u32) {
        let slot = &mut self.slots[index as usize];
        let prev = mem::replace(&mut slot.prev, UNLINKED);
        let next = mem::replace(&mut slot.next, NONE);
        debug_assert!(prev != UNLINKED, "it is in a list");
        list.len -= 1;
        if prev == NONE {
            list.head = next;
        } else {
            self.slots[prev as usize].next = next;
        }
        if next == NONE {
            list.tail = prev;
        } else {
            self.slots[next as usize].prev = prev;
        }
    }

    /// Frees the memory behind the last slot in use, after a burst. It scans all slots, so it runs only when a quarter of
    /// the values is left since the last time.
    #[cold]
    fn shrink(&mut self) {
        self.few = (self.len / 4).max(1);
        let used = self.slots.iter().rposition(|slot| slot.value.is_some()).map_or(0, |last| last + 1);
        if used == self.slots.len() {
            return;
        }
        let kept = used.max(Self::KEPT).min(self.slots.len());
        if let Some(last) = self.slots[kept..].iter().map(|slot| slot.generation).max() {
            self.first = self.first.max(last);
        }
        self.slots.truncate(kept);
        self.slots.shrink_to_fit();
        self.free = NONE;
        for (index, slot) in (0..).zip(&mut self.slots).filter(|(_, slot)| slot.value.is_none()) {
            slot.next = mem::replace(&mut self.free, index);
        }
    }

    /// The slots that are never freed: 64 KiB. With fewer, bursts that follow each other allocate and free them each time.
    const KEPT: usize = 64 * 1024 / size_of::<Slot<T, G>>();
}
