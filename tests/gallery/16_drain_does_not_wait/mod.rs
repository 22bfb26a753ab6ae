//! # 16. The drain returns without waiting
//!
//! Level: N + lint. Escapes: –
//!
//! In Go the pool is told to stop, and nobody waits until it has:
//!
//! ```go
//! pool.Stop() // and main returns; meant: pool.StopAndWait()
//! ```
//!
//! In Rust it is `TaskTracker::close()`, whose name says that it closes, without `wait().await` after it. No warning: it
//! returns a `bool`.
//!
//! With outlive there is one call, which closes and waits. Not awaited it does neither, and rustc warns by itself;
//! `refused.rs` denies that warning.

mod naive;
mod outlive;

use std::future::Future;

use crate::common::{Db, seconds};

/// A service has accepted three writes, and shuts down. What is written when it says that it is done?
async fn rows_at_the_end<F: Future>(main: impl FnOnce(Db) -> F) -> Vec<u64> {
    let db = Db::that_takes(seconds(1));
    main(db.clone()).await;
    db.rows()
}

#[tokio::test(start_paused = true)]
async fn naive_has_written_nothing() {
    assert!(rows_at_the_end(naive::main).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn outlive_has_written_everything() {
    assert_eq!(rows_at_the_end(outlive::main).await, [1, 2, 3]);
}
