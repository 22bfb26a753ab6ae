//! An append-only map by address, for a few or for many items that live as long as their owner.

use std::sync::OnceLock;

const CHILDREN: usize = 4;

/// An append-only map. It is read and iterated without a lock, and its items can be borrowed. The first item is found at once,
/// and one of ten thousand after some eight others: the hash of its address leads to it, two bits for each step.
pub(crate) struct AppendMap<T>(OnceLock<Box<Node<T>>>);

struct Node<T> {
    item: T,
    children: [AppendMap<T>; CHILDREN],
}

impl<T> AppendMap<T> {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The items, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        let (mut next, mut left) = (Some(self), Vec::new());
        std::iter::from_fn(move || {
            loop {
                let map = next.take().or_else(|| left.pop())?;
                if let Some(node) = map.0.get() {
                    left.extend(node.children.iter().rev());
                    return Some(&node.item);
                }
            }
        })
    }

    /// The item of this address, which `is` recognises, or else a `new` one.
    #[inline]
    pub(crate) fn find(&self, address: usize, new: impl Fn() -> T, is: impl Fn(&T) -> bool) -> &T {
        // The upper bits of the product depend on all bits of the address.
        let mut hash = (address as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut at = self;
        loop {
            let node = at.0.get_or_init(|| Box::new(Node { item: new(), children: [const { Self::new() }; CHILDREN] }));
            if is(&node.item) {
                return &node.item;
            }
            hash = hash.rotate_left(2);
            at = &node.children[(hash & 3) as usize];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AppendMap;

    /// How many items lie on the way to this one.
    fn way(map: &AppendMap<usize>, wanted: usize) -> usize {
        let passed = std::cell::Cell::new(0);
        map.find(
            wanted,
            || unreachable!("it is there"),
            |item| {
                passed.set(passed.get() + 1);
                *item == wanted
            },
        );
        passed.get()
    }

    #[test]
    fn each_item_is_made_once_and_found_again() {
        let map = AppendMap::new();
        let addresses: Vec<usize> = (1..=10_000).map(|at| at * 320).collect();
        for _ in 0..2 {
            for address in &addresses {
                assert_eq!(map.find(*address, || *address, |item| item == address), address);
            }
        }
        let mut all: Vec<usize> = map.iter().copied().collect();
        all.sort_unstable();
        assert_eq!(all, addresses);
    }

    #[test]
    fn the_way_to_one_of_many_is_short() {
        for distance in [8, 16, 320, 336, 4096] {
            let map = AppendMap::new();
            for at in 1..=10_000 {
                map.find(at * distance, || at * distance, |item| *item == at * distance);
            }
            assert_eq!(way(&map, distance), 1);
            let sum: usize = (1..=10_000).map(|at| way(&map, at * distance)).sum();
            assert!(sum < 12 * 10_000, "{distance}: {sum}");
        }
    }
}
