//! Listed task-locals cross to the task with the value they have at the call, and no others do.

#![allow(clippy::async_yields_async, reason = "a request ends, and its task's handle is what is left")]

use std::cell::Cell;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use outlive::{CancelCause, Tracker, detach, detached};
use tokio::sync::oneshot;
use tokio::task::yield_now;

static TASKS: Tracker = Tracker::unbounded("tasks");

tokio::task_local! {
    static REQUEST: u64;
    static TENANT: String;
    static UNLISTED: u64;
    static BUDGET: Cell<u32>;
}

fn request() -> Option<u64> {
    REQUEST.try_with(|id| *id).ok()
}

fn tenant() -> Option<String> {
    TENANT.try_with(String::clone).ok()
}

fn unlisted() -> Option<u64> {
    UNLISTED.try_with(|id| *id).ok()
}

type Seen = (Option<u64>, Option<String>, Option<u64>);

fn seen() -> Seen {
    (request(), tenant(), unlisted())
}

/// A request in which all are set.
async fn in_request<F: Future>(handler: F) -> F::Output {
    REQUEST.scope(7, TENANT.scope("acme".to_owned(), UNLISTED.scope(9, handler))).await
}

#[detached(timeout = "5s", track = TASKS, inherit = [REQUEST])]
async fn one() -> (Seen, Seen) {
    let first = seen();
    yield_now().await;
    (first, seen())
}

#[detached(timeout = "5s", track = TASKS, inherit = [REQUEST, TENANT])]
async fn two() -> Seen {
    yield_now().await;
    seen()
}

#[detached(timeout = "5s", track = TASKS)]
async fn none() -> Seen {
    yield_now().await;
    seen()
}

#[detached(timeout = "5s", track = TASKS, inherit = [REQUEST, TENANT], blocking)]
fn on_a_thread() -> Seen {
    seen()
}

#[tokio::test(start_paused = true)]
async fn a_listed_task_local_crosses_and_another_does_not() {
    let (first, later) = in_request(async { one().await.unwrap() }).await;
    assert_eq!(first, (Some(7), None, None));
    assert_eq!(later, (Some(7), None, None), "also after an await");
}

#[tokio::test(start_paused = true)]
async fn several_cross() {
    assert_eq!(in_request(async { two().await.unwrap() }).await, (Some(7), Some("acme".to_owned()), None));
}

#[tokio::test(start_paused = true)]
async fn none_cross_where_none_is_listed() {
    assert_eq!(in_request(async { none().await.unwrap() }).await, (None, None, None));
}

#[tokio::test(start_paused = true)]
async fn one_that_is_not_set_at_the_call_stays_unset() {
    assert_eq!(two().await.unwrap(), (None, None, None));
    assert_eq!(TENANT.scope("acme".to_owned(), async { two().await.unwrap() }).await.1.as_deref(), Some("acme"));
    assert_eq!(REQUEST.scope(7, async { two().await.unwrap() }).await, (Some(7), None, None));
}

#[tokio::test]
async fn they_cross_to_a_blocking_thread() {
    assert_eq!(in_request(async { on_a_thread().await.unwrap() }).await, (Some(7), Some("acme".to_owned()), None));
    assert_eq!(on_a_thread().await.unwrap(), (None, None, None), "and do not stay there");
    assert_eq!(REQUEST.scope(8, async { on_a_thread().await.unwrap() }).await, (Some(8), None, None));
}

#[tokio::test(start_paused = true)]
async fn a_task_keeps_them_when_the_request_has_ended() {
    #[detached(timeout = "5s", track = TASKS, inherit = [REQUEST, TENANT])]
    async fn later(go: oneshot::Receiver<()>) -> Seen {
        go.await.unwrap();
        seen()
    }

    let mut calls = Vec::new();
    for id in 0..3 {
        let (go, gone) = oneshot::channel();
        calls.push((id, go, REQUEST.scope(id, async { later(gone) }).await));
    }
    assert_eq!(request(), None);
    for (id, go, handle) in calls.into_iter().rev() {
        go.send(()).unwrap();
        assert_eq!(handle.await.unwrap(), (Some(id), None, None), "each its own");
    }
}

#[tokio::test(start_paused = true)]
async fn the_value_is_a_clone_made_at_the_call() {
    #[detached(timeout = "5s", track = TASKS, inherit = [BUDGET])]
    async fn spends(go: oneshot::Receiver<()>) -> u32 {
        go.await.unwrap();
        BUDGET.with(|budget| {
            budget.set(budget.get() - 1);
            budget.get()
        })
    }

    let left = BUDGET.scope(Cell::new(10), async {
        let (go, gone) = oneshot::channel();
        let handle = spends(gone);
        BUDGET.with(|budget| budget.set(5));
        go.send(()).unwrap();
        assert_eq!(handle.await.unwrap(), 9);
        BUDGET.with(Cell::get)
    });
    assert_eq!(left.await, 5);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_dropped_still_has_them() {
    struct Witness(Option<oneshot::Sender<Option<u64>>>);
    impl Drop for Witness {
        fn drop(&mut self) {
            self.0.take().unwrap().send(request()).unwrap();
        }
    }

    #[detached(timeout = "5s", track = TASKS, inherit = [REQUEST])]
    async fn holds(witness: Witness) {
        let _witness = witness;
        std::future::pending::<()>().await;
    }

    let (tell, told) = oneshot::channel();
    let handle = REQUEST.scope(7, async { holds(Witness(Some(tell))) }).await;
    yield_now().await;
    handle.abort(CancelCause::Requested);
    assert_eq!(told.await.unwrap(), Some(7));
}

#[tokio::test(start_paused = true)]
async fn a_method_and_a_bare_future_have_them_too() {
    struct Service {
        prefix: &'static str,
    }

    impl Service {
        #[detached(timeout = "5s", track = TASKS, inherit = [REQUEST])]
        async fn write(self: Arc<Self>) -> String {
            yield_now().await;
            format!("{}{:?}", self.prefix, request())
        }
    }

    let service = Arc::new(Service { prefix: "request " });
    let (method, future) = in_request(async {
        let future = detach!(timeout = "5s", track = TASKS, inherit = [REQUEST, UNLISTED], async {
            yield_now().await;
            (request(), unlisted())
        });
        (service.write().await.unwrap(), future.await.unwrap())
    })
    .await;
    assert_eq!(method, "request Some(7)");
    assert_eq!(future, (Some(7), Some(9)));
}

#[tokio::test(start_paused = true)]
async fn they_cross_when_the_call_had_to_wait_for_its_turn() {
    static ONE: Tracker = Tracker::bounded("one", 1).queue(1);

    #[detached(timeout = "5s", track = ONE, inherit = [REQUEST])]
    async fn slow() -> Option<u64> {
        tokio::time::sleep(Duration::from_secs(1)).await;
        request()
    }

    let first = REQUEST.scope(1, async { slow() }).await;
    let second = REQUEST.scope(2, async { slow() }).await;
    assert_eq!((first.await.unwrap(), second.await.unwrap()), (Some(1), Some(2)));
}
