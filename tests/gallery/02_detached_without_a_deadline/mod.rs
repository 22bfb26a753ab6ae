//! # 2. Detached without a deadline
//!
//! Level: C. Escapes: a `#[worker]`, by intention: the drain ends it
//!
//! In Go the goroutine gets a context that nothing ends. The database hangs, and each request leaves one behind:
//!
//! ```go
//! go audit.Write(context.WithoutCancel(r.Context()), event)
//! ```
//!
//! In Rust it is `tokio::spawn` of a future without a `timeout` around it.
//!
//! With outlive a missing `timeout` does not compile, nor does one of zero, nor one that cannot be read: see
//! `refused.rs`, `refused_zero.rs` and `refused_unreadable.rs`.

mod naive;
mod outlive;

use tokio::time::sleep;

use crate::common::{Db, seconds, tasks};

/// The database hangs, and 100 requests come. How many tasks are there an hour later?
async fn left_after_an_hour(handler: impl Fn(Db)) -> usize {
    let before = tasks();
    for _ in 0..100 {
        handler(Db::that_hangs());
    }
    sleep(seconds(3_600)).await;
    tasks() - before
}

#[tokio::test(start_paused = true)]
async fn naive_leaks_a_task_a_request() {
    assert_eq!(left_after_an_hour(naive::handler).await, 100);
}

#[tokio::test(start_paused = true)]
async fn outlive_ends_them_all() {
    assert_eq!(left_after_an_hour(outlive::handler).await, 0);
}

#[tokio::test(start_paused = true)]
async fn what_escapes_is_ended_by_the_drain() {
    assert_eq!(left_after_an_hour(outlive::follow_for_ever).await, 100);
    let report = outlive::FOLLOWERS.drain().await;
    // As each asked for: a worker without a grace is to be dropped.
    assert_eq!((report.finished(), report.is_clean(), tasks()), (100, true, 0));
}
