//! # 8. Detached inside a group: a sibling's failure does not reach it
//!
//! Level: R. Escapes: –
//!
//! In Go the group's context ends what the group has started, at the first failure; and not what that has started itself:
//!
//! ```go
//! g.Go(func() error { go cache.Fill(context.WithoutCancel(ctx), shard); return nil })
//! ```
//!
//! In Rust a task of a `JoinSet` spawns another one, of which the set knows nothing. Its siblings are not told either.
//!
//! With outlive the first failure of a `Group` tells the others, and `wait` waits for all of them. A detached call inside
//! of a group may be meant; the first at each place is reported.

mod naive;
mod outlive;

use std::future::Future;

use outlive_tests::Trace;
use tokio::time::sleep;

use crate::common::{Db, seconds};

/// A request fills a cache and asks a database side by side. The database fails after a second, the cache would take two:
/// is it filled all the same, for a request that has failed?
async fn filled<F: Future<Output = Result<(), &'static str>>>(handler: impl FnOnce(Db) -> F) -> Vec<u64> {
    let cache = Db::that_takes(seconds(2));
    assert_eq!(handler(cache.clone()).await, Err("the database is down"));
    sleep(seconds(60)).await;
    cache.rows()
}

pub(crate) async fn ask_the_database() -> Result<(), &'static str> {
    sleep(seconds(1)).await;
    Err("the database is down")
}

#[tokio::test(start_paused = true)]
async fn naive_goes_on_after_its_group_has_failed() {
    assert_eq!(filled(naive::handler).await, [7]);
}

#[tokio::test(start_paused = true)]
async fn outlive_tells_what_belongs_to_the_group() {
    assert!(filled(outlive::handler).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn outlive_reports_a_detached_call_inside_a_group_once() {
    let trace = Trace::record();
    for _ in 0..100 {
        assert_eq!(filled(outlive::detaches).await, [7]);
    }
    let report = trace.report();
    assert_eq!(report.field("task"), "fill");
    assert!(report.field("called_from").starts_with(&file!().replace("mod.rs", "outlive.rs")), "{report:?}");
    assert_eq!(
        report.field("message"),
        "called inside a group, and not part of it: the failure of a sibling will not reach this task. Await its work in \
         the group if it should"
    );
}
