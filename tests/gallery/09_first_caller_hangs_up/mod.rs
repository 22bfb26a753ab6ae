//! # 9. The first caller's hang-up fails everyone who waits for the same key
//!
//! Level: N. Escapes: who does not use it
//!
//! In Go the work runs under the context of the request that happened to be the first:
//!
//! ```go
//! v, err, _ := group.Do(key, func() (any, error) { return load(r.Context(), key) }) // "context canceled", ten times
//! ```
//!
//! In Rust it runs inside of that caller's future, and is dropped with it.
//!
//! With outlive the work of a `Singleflight` is a detached task, with a timeout and a tracker. It belongs to nobody who
//! waits, and has nobody's values.

mod naive;
mod outlive;

use std::future::Future;
use std::sync::Arc;

use ::outlive::Context;
use tokio::time::{sleep, timeout};

use crate::common::{Db, seconds};

pub(crate) struct User(u64);

/// What is expensive. The row says for whom it was done: 0 is nobody.
pub(crate) async fn load(db: Db) -> &'static str {
    let user = Context::current().get::<User>().map_or(0, |user| user.0);
    db.insert(user).await;
    "loaded"
}

/// Ten users ask for the same page, which takes two seconds. The first one hangs up after one. How many of the others get
/// it, and for whom was it loaded?
async fn served_and_loaded_for<F>(cache: impl Fn(Db) -> F) -> (usize, Vec<u64>)
where
    F: Future<Output = Option<&'static str>> + Send + 'static,
{
    let db = Db::that_takes(seconds(2));
    let callers: Vec<_> = (1..=10)
        .map(|user| {
            let (request, call) = (Context::root().with(User(user)), cache(db.clone()));
            let patience = if user == 1 { seconds(1) } else { seconds(60) };
            tokio::spawn(async move { timeout(patience, request.scope(call)).await })
        })
        .collect();
    let mut served = 0;
    for caller in callers {
        served += usize::from(matches!(caller.await.unwrap(), Ok(Ok(Some("loaded")))));
    }
    sleep(seconds(60)).await;
    (served, db.rows())
}

#[tokio::test(start_paused = true)]
async fn naive_fails_everybody() {
    let cache = Arc::<naive::Cache>::default();
    assert_eq!(served_and_loaded_for(|db| naive::Cache::get(Arc::clone(&cache), db)).await, (0, vec![]));
}

#[tokio::test(start_paused = true)]
async fn outlive_serves_the_others_and_works_for_nobody() {
    assert_eq!(served_and_loaded_for(outlive::get).await, (9, vec![0]));
}

#[tokio::test(start_paused = true)]
async fn what_escapes_is_a_load_that_nobody_shares() {
    let alone = |db| async { Some(load(db).await) };
    assert_eq!(served_and_loaded_for(alone).await, (9, (2..=10).collect()));
}
