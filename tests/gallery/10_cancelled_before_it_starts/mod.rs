//! # 10. The cancel runs before the work does
//!
//! Level: N. Escapes: –
//!
//! In Go the call of `cancel` is deferred in the function that starts the goroutine, and not in the one that it runs:
//!
//! ```go
//! ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
//! defer cancel()
//! go audit.Write(ctx, event) // the handler returns, and has cancelled it
//! ```
//!
//! In Rust it is a drop guard bound to `_`, which is no binding at all: the guard is dropped on its own line.
//!
//! With outlive a deadline is data and needs no guard; and a `CancelSource` cancels when its *last* clone goes, so that
//! one clone thrown away cancels nothing.

mod naive;
mod outlive;

use std::future::Future;

use tokio::time::sleep;

use crate::common::{Db, seconds};

/// Work that is to be cancelled with its connection, and after 5 s at the latest. It takes one: is it done?
async fn rows<F: Future>(handler: impl FnOnce(Db) -> F) -> Vec<u64> {
    let db = Db::that_takes(seconds(1));
    handler(db.clone()).await;
    sleep(seconds(60)).await;
    db.rows()
}

#[tokio::test(start_paused = true)]
async fn naive_cancels_it_at_once() {
    assert!(rows(naive::handler).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn outlive_lets_it_run() {
    assert_eq!(rows(outlive::handler).await, [7]);
}

#[tokio::test(start_paused = true)]
async fn outlive_cancels_it_at_its_deadline_and_with_the_last_clone() {
    let hangs = Db::that_hangs();
    assert_eq!(outlive::import(hangs.clone()).await.unwrap_err().to_string(), "timed out");
    assert_eq!(
        outlive::hung_up_in_the_middle(hangs).await.unwrap_err().to_string(),
        "the other side has gone away: its source, group or handle was dropped"
    );
}
