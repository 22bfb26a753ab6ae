//! An append-only list, for a few items that live as long as their owner.

use std::sync::OnceLock;

/// An append-only list. It is iterated without a lock, and its items can be borrowed.
pub(crate) struct AppendList<T>(OnceLock<Box<Node<T>>>);

struct Node<T> {
    item: T,
    next: AppendList<T>,
}

impl<T> AppendList<T> {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.get().is_none()
    }

    #[inline]
    pub(crate) fn first(&self) -> Option<&T> {
        self.0.get().map(|node| &node.item)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::successors(self.0.get(), |node| node.next.0.get()).map(|node| &node.item)
    }

    /// Returns the first result of `find`. While `find` returns `None` for every item, it appends items from `new`.
    #[inline]
    pub(crate) fn find<'a, R>(&'a self, new: impl Fn() -> T, mut find: impl FnMut(&'a T) -> Option<R>) -> R {
        let mut at = self;
        loop {
            let node = at.0.get_or_init(|| Box::new(Node { item: new(), next: Self::new() }));
            if let Some(found) = find(&node.item) {
                return found;
            }
            at = &node.next;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::AppendList;

    #[test]
    fn what_is_looked_for_is_found_again_or_added_at_the_end() {
        let list = AppendList::new();
        let of = |wanted: usize| {
            list.find(
                || Mutex::new(0),
                |item| {
                    let mut item = item.lock().unwrap();
                    if *item == 0 {
                        *item = wanted;
                    }
                    (*item == wanted).then(|| std::ptr::from_ref(&*item))
                },
            )
        };
        let (first, second) = (of(7), of(8));
        assert_ne!(first, second);
        assert_eq!((of(7), of(8)), (first, second));
        assert_eq!(list.iter().map(|item| *item.lock().unwrap()).collect::<Vec<_>>(), [7, 8]);
    }
}
