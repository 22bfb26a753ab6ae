//! # 15. A borrow is captured
//!
//! Level: C. Escapes: –
//!
//! In Go, until 1.22, all goroutines of a loop saw one variable; those that share one still do:
//!
//! ```go
//! for _, user := range users { go func() { audit.Write(ctx, user) }() } // the last one, three times
//! ```
//!
//! In Rust the borrow is refused, in words about lifetimes; what people then write is a shared cell, and the bug is back.
//!
//! With outlive the work is a function, and its arguments are taken at the call. One that borrows is refused with the
//! type to write in its place: a reference (`refused.rs`), a text (`refused_text.rs`), a capture of `detach!`
//! (`refused_capture.rs`).

mod naive;
mod outlive;

use tokio::time::sleep;

use crate::common::{Db, seconds};

/// Three users sign in. Who is in the audit log?
async fn rows(handler: impl FnOnce(&Db, &[u64])) -> Vec<u64> {
    let db = Db::that_takes(seconds(1));
    handler(&db, &[1, 2, 3]);
    sleep(seconds(60)).await;
    db.rows()
}

#[tokio::test(start_paused = true)]
async fn naive_writes_the_last_one_three_times() {
    assert_eq!(rows(naive::handler).await, [3, 3, 3]);
}

#[tokio::test(start_paused = true)]
async fn outlive_writes_each() {
    assert_eq!(rows(outlive::handler).await, [1, 2, 3]);
}
