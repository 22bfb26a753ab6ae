//! # 11. Closing twice panics
//!
//! Level: N. Escapes: –
//!
//! In Go the pool's `Close` closes its channel, and both the signal handler and a deferred call of `main` call it:
//!
//! ```go
//! func (p *Pool) Close() { close(p.jobs); p.workers.Wait() } // panic: close of closed channel
//! ```
//!
//! In Rust what is waited for is taken out, and the second caller finds nothing there.
//!
//! With outlive any number of callers may drain, at the same time or later. Each gets the same report.

mod naive;
mod outlive;

use std::future::Future;

use crate::common::{Db, seconds};

/// Two callers close the pool, and a third does so later. Who panics? And was the job done before the first returned?
async fn panics<F, C>(close: impl Fn() -> F, closed: impl FnOnce() -> C) -> Vec<bool>
where
    F: Future<Output: Send> + Send + 'static,
    C: Future,
{
    let closing = [tokio::spawn(close()), tokio::spawn(close())];
    let mut results = Vec::new();
    for one in closing {
        results.push(one.await.is_err_and(|error| error.is_panic()));
    }
    closed().await;
    results.push(tokio::spawn(close()).await.is_err_and(|error| error.is_panic()));
    results
}

#[tokio::test(start_paused = true)]
async fn naive_panics_at_the_second_close() {
    let db = Db::that_takes(seconds(1));
    let pool = naive::Pool::start(db.clone());
    let close = || {
        let pool = pool.clone();
        async move { pool.close().await }
    };
    assert_eq!(panics(close, || async { assert_eq!(db.rows(), [7]) }).await, [false, true, true]);
}

#[tokio::test(start_paused = true)]
async fn outlive_drains_for_all_of_them() {
    let db = Db::that_takes(seconds(1));
    outlive::write_audit(db.clone(), 7);
    let close = || async { assert_eq!(outlive::AUDIT.drain().await.finished(), 1) };
    assert_eq!(panics(close, || async { assert_eq!(db.rows(), [7]) }).await, [false, false, false]);
}
