//! # 1. Work is cancelled with its request
//!
//! Level: N. Escapes: –
//!
//! In Go the goroutine is given the request's context, which is cancelled once the response is written:
//!
//! ```go
//! func handler(w http.ResponseWriter, r *http.Request) {
//!     go audit.Write(r.Context(), event) // "context canceled", and the row is lost
//! }
//! ```
//!
//! In Rust the work is awaited inside of the handler's future, and that future is dropped when the client hangs up, or
//! when the request's deadline passes. Nothing is logged: code after an await simply never runs.
//!
//! With outlive the call is a task of its own. It takes the request's values along, and neither its cancel nor its
//! deadline; no argument could ask for them.

mod naive;
mod outlive;

use std::future::Future;

use ::outlive::{CancelCause, CancelSource, Context};
use tokio::time::sleep;

use crate::common::{Db, seconds};

/// A client hangs up a second into its request, whose audit row takes two. What is in the database in the end?
async fn rows_after_a_hang_up<F: Future>(handler: impl FnOnce(Db) -> F) -> Vec<u64> {
    let db = Db::that_takes(seconds(2));
    let connection = CancelSource::new();
    let request = Context::root().with_cancel(&connection);
    tokio::select! {
        _ = request.scope(handler(db.clone())) => unreachable!("the response takes longer"),
        () = sleep(seconds(1)) => connection.cancel(CancelCause::Disconnected),
    }
    sleep(seconds(60)).await;
    db.rows()
}

/// The same, where the request had a second's time, and it is over.
async fn rows_after_a_deadline<F: Future>(handler: impl FnOnce(Db) -> F) -> Vec<u64> {
    let db = Db::that_takes(seconds(2));
    let request = Context::root().with_timeout(seconds(1));
    assert!(request.scope(handler(db.clone())).await.is_err());
    sleep(seconds(60)).await;
    db.rows()
}

#[tokio::test(start_paused = true)]
async fn naive_loses_the_row() {
    assert!(rows_after_a_hang_up(naive::handler).await.is_empty());
    assert!(rows_after_a_deadline(naive::handler).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn outlive_writes_it() {
    assert_eq!(rows_after_a_hang_up(outlive::handler).await, [7]);
    assert_eq!(rows_after_a_deadline(outlive::handler).await, [7]);
}
