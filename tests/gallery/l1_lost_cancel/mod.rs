//! # L1. A lost cancel
//!
//! Level: N + lint. Escapes: –
//!
//! In Go each path out of the function has to call `cancel`, and the early one does not:
//!
//! ```go
//! ctx, cancel := context.WithCancel(ctx)
//! go watch(ctx)
//! if err := check(order); err != nil { return err } // vet: "this return statement may be reached without using cancel"
//! cancel()
//! ```
//!
//! In Rust `?` is the early return. Dropping a `CancellationToken` cancels nothing, and no lint looks for it.
//!
//! With outlive a `CancelSource` that goes out of scope cancels, on every path: Go's `defer cancel()`, which cannot be
//! forgotten. The lint set (`docs/lints.md`) bans the token: `banned.rs`.

mod naive;
mod outlive;

use crate::common::{settle, tasks};

/// 100 orders of which every second one is refused. How many watchers are left?
async fn watchers_left(handler: impl Fn(u64) -> Result<(), &'static str>) -> usize {
    let before = tasks();
    for order in 0..100 {
        assert_eq!(handler(order).is_ok(), order % 2 == 0);
        settle().await;
    }
    tasks() - before
}

pub(crate) fn check(order: u64) -> Result<(), &'static str> {
    if order % 2 == 0 { Ok(()) } else { Err("an odd order") }
}

#[tokio::test]
async fn naive_leaks_a_watcher_an_error() {
    assert_eq!(watchers_left(naive::handler).await, 50);
}

#[tokio::test]
async fn outlive_ends_them_on_every_path() {
    assert_eq!(watchers_left(outlive::handler).await, 0);
}
