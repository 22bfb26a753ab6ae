use std::sync::Arc;

use super::{ITEMS, Index};

pub(crate) fn add_all(index: &Arc<Index>) {
    for item in 0..ITEMS {
        let index = Arc::clone(index);
        tokio::spawn(async move { index.add(item).await });
    }
}
