//! A map that is never changed: what it becomes with one entry more is a new map, which shares its older entries.

use std::iter::once;
use std::sync::Arc;

/// A persistent map that remembers the order in which its keys were added. A new value of a known key takes the old one's place.
///
/// Its newest entries are a short array, which is copied when one is added: while there are few, a lookup is a scan. A full
/// array becomes a layer, sorted by key. A layer that is not twice as long as the one above it is merged with that: so there are
/// few layers, an entry is copied once for each of them, and replaced values do not add up.
#[derive(Clone)]
pub(crate) struct LayeredMap<K, V> {
    /// At most `FEW`, each of another key, in the order in which they were added. `None` only in an empty map.
    newest: Option<Entries<K, V>>,
    older: Option<Arc<Layer<K, V>>>,
}

type Entries<K, V> = Arc<[Entry<K, V>]>;

#[derive(Clone)]
struct Entry<K, V> {
    key: K,
    /// Its place in the order: how many were added before it.
    at: u32,
    value: V,
}

struct Layer<K, V> {
    /// Each of another key, sorted by key.
    entries: Vec<Entry<K, V>>,
    older: Option<Arc<Layer<K, V>>>,
}

impl<K, V> Default for LayeredMap<K, V> {
    fn default() -> Self {
        Self { newest: None, older: None }
    }
}

impl<K, V> LayeredMap<K, V> {
    fn newest(&self) -> &[Entry<K, V>] {
        self.newest.as_deref().unwrap_or_default()
    }

    /// The layers below the newest entries, the newest first.
    fn layers(&self) -> impl Iterator<Item = &Layer<K, V>> {
        std::iter::successors(self.older.as_deref(), |layer| layer.older.as_deref())
    }
}

impl<K: Copy + Ord, V: Clone> LayeredMap<K, V> {
    const FEW: usize = 8;

    #[inline]
    pub(crate) fn get(&self, key: K) -> Option<&V> {
        match self.newest().iter().find(|entry| entry.key == key) {
            Some(entry) => Some(&entry.value),
            None => self.layers().find_map(|layer| layer.get(key)),
        }
    }

    /// This map with one more entry.
    pub(crate) fn with(&self, key: K, value: V) -> Self {
        let newest = self.newest();
        if let Some(place) = newest.iter().position(|entry| entry.key == key) {
            let mut replaced = newest.to_vec();
            replaced[place].value = value;
            return Self { newest: Some(replaced.into()), older: self.older.clone() };
        }
        let Some(last) = newest.last() else {
            return Self { newest: Some(Arc::new([Entry { key, at: 0, value }])), older: None };
        };
        let new = Entry { key, at: last.at.saturating_add(1), value };
        if newest.len() == Self::FEW {
            let mut full = newest.to_vec();
            full.sort_unstable_by_key(|entry| entry.key);
            return Self { newest: Some(Arc::new([new])), older: Some(Layer::on(full, self.older.clone())) };
        }
        // Its length is known beforehand, so it is allocated once.
        Self { newest: Some(newest.iter().cloned().chain(once(new)).collect()), older: self.older.clone() }
    }

    /// The entries, in the order in which their keys were added. While there are few, nothing is allocated.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = (K, &V)> {
        let (few, many) = if self.older.is_none() { (self.newest(), Vec::new()) } else { (&[][..], self.sorted()) };
        few.iter().map(Entry::place).chain(many).map(|(key, _, value)| (key, value))
    }

    fn sorted(&self) -> Vec<(K, u32, &V)> {
        let layers = self.layers().flat_map(|layer| &layer.entries);
        let mut all: Vec<_> = self.newest().iter().chain(layers).map(Entry::place).collect();
        // The sort is stable: of one key, the first has the newest value, and the last has the place.
        all.sort_by_key(|(key, ..)| *key);
        all.dedup_by(|older, newer| {
            let is_known = older.0 == newer.0;
            if is_known {
                newer.1 = older.1;
            }
            is_known
        });
        all.sort_unstable_by_key(|(_, at, _)| *at);
        all
    }
}

impl<K: Copy, V> Entry<K, V> {
    fn place(&self) -> (K, u32, &V) {
        (self.key, self.at, &self.value)
    }
}

impl<K: Copy + Ord, V: Clone> Layer<K, V> {
    fn get(&self, key: K) -> Option<&V> {
        let place = self.entries.binary_search_by_key(&key, |entry| entry.key).ok()?;
        Some(&self.entries[place].value)
    }

    /// A layer on top of others, merged with those that are not twice as long.
    fn on(mut entries: Vec<Entry<K, V>>, mut older: Option<Arc<Self>>) -> Arc<Self> {
        while let Some(layer) = older.take_if(|layer| layer.entries.len() < 2 * entries.len()) {
            entries = merged(&entries, &layer.entries);
            older.clone_from(&layer.older);
        }
        Arc::new(Self { entries, older })
    }
}

/// Both, sorted by key. A key of both has the newer value, at the older place.
fn merged<K: Copy + Ord, V: Clone>(newer: &[Entry<K, V>], older: &[Entry<K, V>]) -> Vec<Entry<K, V>> {
    let mut all = Vec::with_capacity(newer.len() + older.len());
    let mut left = older;
    for entry in newer {
        let smaller = left.partition_point(|other| other.key < entry.key);
        let (before, rest) = left.split_at(smaller);
        all.extend_from_slice(before);
        left = rest;
        match rest.split_first() {
            Some((same, rest)) if same.key == entry.key => {
                all.push(Entry { at: same.at, ..entry.clone() });
                left = rest;
            }
            _ => all.push(entry.clone()),
        }
    }
    all.extend_from_slice(left);
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::LayeredMap;

    type Map = LayeredMap<u16, usize>;

    fn entries(map: &Map) -> Vec<(u16, usize)> {
        map.in_order().map(|(key, value)| (key, *value)).collect()
    }

    fn lengths(map: &Map) -> Vec<usize> {
        map.layers().map(|layer| layer.entries.len()).collect()
    }

    proptest! {
        #[test]
        fn it_has_what_was_added_in_the_order_in_which_the_keys_came(keys in prop::collection::vec(0..100_u16, 0..300)) {
            let (mut map, mut model) = (Map::default(), Vec::<(u16, usize)>::new());
            for (value, key) in keys.into_iter().enumerate() {
                let (before, expected) = (map.clone(), model.clone());
                map = map.with(key, value);
                prop_assert_eq!(entries(&before), expected); // it does not change
                match model.iter_mut().find(|(known, _)| *known == key) {
                    Some(entry) => entry.1 = value,
                    None => model.push((key, value)),
                }
                prop_assert_eq!(entries(&map), model.clone());
            }
            for key in 0..100 {
                let expected = model.iter().find(|(known, _)| *known == key).map(|(_, value)| *value);
                prop_assert_eq!(map.get(key).copied(), expected);
            }
        }
    }

    #[test]
    fn each_layer_is_twice_as_long_as_the_one_above_it() {
        let mut map = Map::default();
        for key in 0..10_000 {
            map = map.with(key, 0);
            let lengths = lengths(&map);
            assert!(lengths.windows(2).all(|pair| pair[1] >= 2 * pair[0]), "{lengths:?}");
        }
    }

    #[test]
    fn values_that_were_replaced_do_not_add_up() {
        let mut map = Map::default();
        for value in 0..10_000 {
            map = map.with(u16::try_from(value % 20).expect("it is small"), value);
            assert!(lengths(&map).iter().sum::<usize>() <= 40, "{:?}", lengths(&map));
        }
    }
}
