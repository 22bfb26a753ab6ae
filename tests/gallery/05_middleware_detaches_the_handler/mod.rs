//! # 5. A middleware detaches the whole handler
//!
//! Level: C. Escapes: generic arguments, the fields of a struct, `detach!`'s captures
//!
//! In Go one line in the middleware ends row 1 for all handlers at once, and the server now works for clients that have
//! left. They press reload, and it works twice:
//!
//! ```go
//! next.ServeHTTP(w, r.WithContext(context.WithoutCancel(r.Context())))
//! ```
//!
//! In Rust the middleware spawns `next.run(request)`, and awaits the handle.
//!
//! With outlive an argument that belongs to the request is refused, and so is a response as the result: axum's own types
//! (`refused.rs`, `refused_response.rs`), a connection that a pool lends (`refused_connection.rs`), and whatever is
//! marked `RequestBound`. Where a handler must not be cut half-way, `allow_request_bound = "reason"` says so.

mod naive;
mod outlive;

use std::future::Future;
use std::time::Duration;

use ::outlive::RequestBound;
use tokio::time::{sleep, timeout};

use crate::common::{Db, seconds};

/// Stands for the server's own: what comes after the middleware.
pub(crate) struct Next {
    search: Db,
    pub(crate) audit: Db,
}

impl RequestBound for Next {}

impl Next {
    /// The handler: it takes ten seconds, of which the client waits for one.
    pub(crate) async fn run(self) -> &'static str {
        self.search.insert(1).await;
        "found"
    }
}

/// 100 clients hang up. How many searches does the server finish for them, and how many are in the audit log?
async fn searched_and_audited<F: Future>(middleware: impl Fn(Next) -> F) -> (usize, usize) {
    let (search, audit) = (Db::that_takes(seconds(10)), Db::that_takes(Duration::from_millis(10)));
    for _ in 0..100 {
        let next = Next { search: search.clone(), audit: audit.clone() };
        assert!(timeout(seconds(1), middleware(next)).await.is_err());
    }
    sleep(seconds(60)).await;
    (search.rows().len(), audit.rows().len())
}

#[tokio::test(start_paused = true)]
async fn naive_works_for_clients_that_have_left() {
    assert_eq!(searched_and_audited(naive::middleware).await, (100, 100));
}

#[tokio::test(start_paused = true)]
async fn outlive_detaches_what_must_be_kept_and_nothing_else() {
    assert_eq!(searched_and_audited(outlive::middleware).await, (0, 100));
}

#[tokio::test(start_paused = true)]
async fn outlive_lets_through_what_is_meant() {
    assert_eq!(searched_and_audited(outlive::meant).await, (100, 0));
}

#[tokio::test(start_paused = true)]
async fn what_escapes_is_what_a_future_captures() {
    assert_eq!(searched_and_audited(outlive::captured).await, (100, 0));
}
