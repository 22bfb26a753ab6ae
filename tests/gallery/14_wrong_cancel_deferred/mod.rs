//! # 14. The wrong cancel is deferred
//!
//! Level: N. Escapes: –
//!
//! In Go two contexts mean two cancel functions, told apart by their names. The inner one is never called:
//!
//! ```go
//! ctx, cancel := context.WithCancel(background)
//! defer cancel()
//! lookup, cancelLookup := context.WithCancel(background)
//! defer cancel() // meant: cancelLookup
//! ```
//!
//! In Rust it is two tokens and two drop guards, one of them made of the wrong token.
//!
//! With outlive there are no pairs: a `CancelSource` is its own guard. What does not exist cannot be mixed up.

mod naive;
mod outlive;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::common::{settle, tasks};

/// Counts those that are open.
#[derive(Clone, Default)]
pub(crate) struct Cursors(Arc<AtomicUsize>);

impl Cursors {
    pub(crate) fn open(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    pub(crate) fn close(&self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// Each request opens two cursors, which are to be closed when it ends. How many are open after 100 of them, and how many
/// tasks wait?
async fn open_and_waiting(handler: impl Fn(&Cursors)) -> (usize, usize) {
    let cursors = Cursors::default();
    let before = tasks();
    for _ in 0..100 {
        handler(&cursors);
        settle().await;
    }
    (cursors.0.load(Relaxed), tasks() - before)
}

#[tokio::test]
async fn naive_leaks_the_inner_one() {
    assert_eq!(open_and_waiting(naive::handler).await, (100, 100));
}

#[tokio::test]
async fn outlive_closes_both() {
    assert_eq!(open_and_waiting(outlive::handler).await, (0, 0));
}
