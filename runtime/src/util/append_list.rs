//! A list that is only ever added to, for what is few and never goes before its owner.

use std::sync::OnceLock;

/// It can be walked, and its items referred to, without a lock.
pub struct AppendList<T>(OnceLock<Box<Node<T>>>);

struct Node<T> {
    item: T,
    next: AppendList<T>,
}

impl<T> AppendList<T> {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::successors(self.0.get(), |node| node.next.0.get()).map(|node| &node.item)
    }

    /// The first that `find` finds something in. Added to where there is none.
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
