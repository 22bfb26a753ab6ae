//! The slab against a plain model of it: what is in it, in which list, and which generations.

#![allow(dead_code, unreachable_pub, reason = "it is made for the crate, and only part of it is tested")]

#[path = "../src/util/slab.rs"]
mod slab;

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::num::NonZeroU16;

use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use slab::{List, PackedIndex, Slab};

#[derive(Clone, Debug)]
enum Step {
    Insert,
    /// So many, of which as many go again, the first of them or the last first.
    Burst(u16, bool),
    /// The one at this place among those who are there, as are the others.
    Remove(usize),
    PushBack(usize, bool),
    Unlink(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Insert),
        1 => (0_u16..3_000, any::<bool>()).prop_map(|(size, rises)| Step::Burst(size, rises)),
        3 => any::<usize>().prop_map(Step::Remove),
        4 => (any::<usize>(), any::<bool>()).prop_map(|(at, first)| Step::PushBack(at, first)),
        3 => any::<usize>().prop_map(Step::Unlink),
    ]
}

/// In which of the two lists a value is.
#[derive(Default)]
struct Model {
    next: u32,
    values: BTreeMap<u32, (u32, Option<usize>)>,
    lists: [VecDeque<u32>; 2],
    seen: HashSet<(u32, NonZeroU16)>,
}

impl Model {
    fn insert(&mut self, slab: &mut Slab<u32, NonZeroU16>) -> u32 {
        self.next += 1;
        let index = slab.insert(self.next);
        assert!(self.values.insert(index, (self.next, None)).is_none(), "an index is two values'");
        let generation = slab.generation(index).unwrap();
        assert!(self.seen.insert((index, generation)), "a key means two values");
        index
    }

    fn remove(&mut self, slab: &mut Slab<u32, NonZeroU16>, lists: &mut [List; 2], index: u32) {
        self.unlink(slab, lists, index);
        let (value, _) = self.values.remove(&index).unwrap();
        assert_eq!(slab.remove(index), Some(value));
        assert_eq!(slab.remove(index), None);
    }

    fn unlink(&mut self, slab: &mut Slab<u32, NonZeroU16>, lists: &mut [List; 2], index: u32) {
        if let Some(list) = self.values.get_mut(&index).and_then(|(_, list)| list.take()) {
            self.lists[list].retain(|linked| *linked != index);
            slab.unlink(&mut lists[list], index);
        }
    }

    fn at(&self, place: usize) -> Option<u32> {
        let len = self.values.len();
        self.values.keys().nth(place.checked_rem(len)?).copied()
    }
}

fn walk<T>(slab: &Slab<T, NonZeroU16>, list: &List) -> Vec<u32> {
    std::iter::successors(list.first(), |index| slab.next(*index)).collect()
}

proptest! {
    #[test]
    fn a_slab_is_a_map_with_lists(steps in proptest::collection::vec(step(), 1..60)) {
        let mut slab: Slab<u32, NonZeroU16> = Slab::new();
        let (mut lists, mut model) = ([List::EMPTY, List::EMPTY], Model::default());
        for step in steps {
            match step {
                Step::Insert => drop(model.insert(&mut slab)),
                Step::Burst(size, rises) => {
                    let mut burst: Vec<u32> = (0..size).map(|_| model.insert(&mut slab)).collect();
                    if !rises {
                        burst.reverse();
                    }
                    for index in burst {
                        model.remove(&mut slab, &mut lists, index);
                    }
                }
                Step::Remove(place) => {
                    if let Some(index) = model.at(place) {
                        model.remove(&mut slab, &mut lists, index);
                    }
                }
                Step::PushBack(place, first) => {
                    if let Some(index) = model.at(place) {
                        model.unlink(&mut slab, &mut lists, index);
                        slab.push_back(&mut lists[usize::from(first)], index);
                        model.lists[usize::from(first)].push_back(index);
                        model.values.get_mut(&index).unwrap().1 = Some(usize::from(first));
                    }
                }
                Step::Unlink(place) => {
                    if let Some(index) = model.at(place) {
                        model.unlink(&mut slab, &mut lists, index);
                    }
                }
            }
            prop_assert_eq!(slab.len(), model.values.len());
            let there: Vec<_> = slab.iter().map(|(index, value)| (index, *value)).collect();
            let expected: Vec<_> = model.values.iter().map(|(index, (value, _))| (*index, *value)).collect();
            prop_assert_eq!(there, expected);
            for (list, expected) in lists.iter().zip(&model.lists) {
                prop_assert_eq!(walk(&slab, list), Vec::from(expected.clone()));
                prop_assert_eq!(list.len(), expected.len());
                prop_assert_eq!((list.first(), list.last()), (expected.front().copied(), expected.back().copied()));
            }
            for (index, (_, list)) in &model.values {
                prop_assert!(slab.is_linked(*index) == list.is_some());
            }
        }
    }
}

#[test]
fn a_bursts_slots_are_given_back_and_those_in_use_stay() {
    const BURST: u32 = 100_000;
    /// More than what is kept.
    const KEPT: u32 = 32 * 1024;
    let mut slab: Slab<u8> = Slab::new();
    let indices: Vec<u32> = (0..BURST).map(|_| slab.insert(0)).collect();
    for index in &indices[1..] {
        slab.remove(*index);
    }
    // The slot that was freed last is taken first, where it is still there.
    let again = slab.insert(1);
    assert!(again != 0 && again < KEPT, "slot {again} of a burst is still there");
    assert_eq!((slab.get(0), slab.len()), (Some(&0), 2));
}

#[test]
fn a_key_of_a_slot_that_was_given_back_means_nobody_of_those_who_come_later() {
    const BURST: usize = 10_000;
    let mut slab: Slab<u8, NonZeroU16> = Slab::new();
    let mut seen = HashSet::new();
    for _ in 0..20 {
        let indices: Vec<u32> = (0..BURST).map(|_| slab.insert(0)).collect();
        for index in indices {
            assert!(seen.insert((index, slab.generation(index).unwrap())), "a key means two values");
            slab.remove(index);
        }
    }
}

#[test]
fn a_packed_index_is_the_index() {
    for index in [0, 1, 0x1_0000, 0x1234_5678, u32::MAX] {
        assert_eq!(PackedIndex::from(index).get(), index);
    }
    assert_eq!(align_of::<PackedIndex>(), 2);
}
