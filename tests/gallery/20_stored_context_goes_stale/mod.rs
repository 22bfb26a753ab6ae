//! # 20. A context stored in a struct goes stale
//!
//! Level: C. Escapes: structs without the derive
//!
//! In Go the client is made in the first request that needs it, with that request's context, and kept:
//!
//! ```go
//! type Client struct { ctx context.Context; db *sql.DB } // "context canceled", from the second request on
//! ```
//!
//! In Rust it is a field with a `CancellationToken`, and one with the user's id.
//!
//! With outlive a context is ambient, or an argument, so that nothing has to keep one; `derive(TaskOwner)` refuses fields
//! of such types, also inside of an `Option`, a `Vec` or an `Arc<Mutex<…>>`: `refused.rs`, `refused_token.rs`.

mod naive;
mod outlive;

use ::outlive::{CancelSource, Context};
use tokio_util::sync::CancellationToken;

use crate::common::{Db, seconds};

pub(crate) struct User(u64);

/// Two users, one after the other, use a client that the first one's request has made. Whom does it write down?
#[tokio::test(start_paused = true)]
async fn naive_works_for_the_first_one_only() {
    let db = Db::that_takes(seconds(1));
    let client = naive::Client::new(db.clone(), CancellationToken::new(), 1);
    client.audit().await.unwrap();
    client.request_has_ended();
    assert!(client.audit().await.is_none(), "the second user's work is cancelled with the first one's request");
    assert_eq!(db.rows(), [1]);
}

#[tokio::test(start_paused = true)]
async fn outlive_works_for_each() {
    let db = Db::that_takes(seconds(1));
    let client = outlive::Client::new(db.clone());
    for user in [1, 2] {
        let connection = CancelSource::new();
        let request = Context::root().with(User(user)).with_cancel(&connection);
        let handle = request.scope(async { client.audit().admitted() }).await.unwrap();
        drop(connection);
        handle.unwrap().await.unwrap();
    }
    assert_eq!(db.rows(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn what_escapes_is_a_struct_without_the_derive() {
    let stored = outlive::Stores { context: Context::root().with_timeout(seconds(1)) };
    tokio::time::sleep(seconds(2)).await;
    assert!(stored.context.is_cancelled());
}
