//! # 4. Request id, user, trace are lost
//!
//! Level: N. Escapes: task-locals that are not listed
//!
//! In Go, who has learnt that the request's context is cancelled (row 1) writes the other line that compiles:
//!
//! ```go
//! go audit.Write(context.Background(), event) // no trace id, no user, no request id
//! ```
//!
//! In Rust `tokio::spawn` starts with nothing: task-locals are not set, no span is entered.
//!
//! With outlive the values of the request's `Context`, its labels, and its trace cross by themselves, and those of
//! tokio's task-locals that the attribute lists. Under a `ContextLayer` every request has its `Context`: there is nothing
//! to forget.

mod naive;
mod outlive;

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use ::outlive::{Context, ContextLayer};
use outlive_tests::Trace;
use tower::{ServiceBuilder, ServiceExt};
use tracing::Instrument;

use crate::common::settle;

pub(crate) struct User(u64);

tokio::task_local! {
    pub(crate) static REQUEST_ID: u64;
}

/// What the work knows of the request that it is for.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Known {
    user: Option<u64>,
    request_id: Option<u64>,
}

/// The work asks.
pub(crate) fn ask() -> Known {
    tracing::info!("audited");
    Known { user: Context::current().get::<User>().map(|user| user.0), request_id: REQUEST_ID.try_with(|id| *id).ok() }
}

/// A request of user 7 with the id 42 detaches some work. What does that know, and does its log line stand in
/// the request's trace, with its label?
async fn known_and_traced(handler: impl FnOnce(Arc<Mutex<Known>>)) -> (Known, bool) {
    let trace = Trace::record();
    let known = Arc::default();
    let request = Context::root().with(User(7)).with_label("request", 42);
    let future = REQUEST_ID.scope(42, async { handler(Arc::clone(&known)) });
    request.scope(future).instrument(tracing::info_span!("request")).await.unwrap();
    settle().await;
    let (spans, events) = (trace.spans(), trace.events());
    let traced = events[0].spans.first().and_then(|name| spans.iter().find(|span| span.name == *name));
    let traced = traced.is_some_and(|span| {
        let follows = span.follows.iter().any(|&followed| spans[followed].name == "request");
        follows && span.fields["labels"] == "request=42"
    });
    (std::mem::take(&mut *known.lock().unwrap()), traced)
}

#[tokio::test]
async fn naive_knows_nothing() {
    assert_eq!(known_and_traced(naive::handler).await, (Known::default(), false));
}

#[tokio::test]
async fn outlive_takes_everything_along() {
    let known = Known { user: Some(7), request_id: Some(42) };
    assert_eq!(known_and_traced(outlive::handler).await, (known, true));
}

/// Two requests at once, and a handler that has never heard of contexts.
#[tokio::test]
async fn outlive_has_nothing_to_forget_under_its_layer() {
    struct Request {
        user: u64,
        known: Arc<Mutex<Known>>,
    }

    let service = ServiceBuilder::new()
        .layer(ContextLayer::new(|request: &Request| Context::root().with(User(request.user))))
        .service_fn(async |request: Request| {
            settle().await;
            outlive::handler(request.known);
            Ok::<_, Infallible>(())
        });
    let known_of = async |user| {
        let known: Arc<Mutex<Known>> = Arc::default();
        service.clone().oneshot(Request { user, known: Arc::clone(&known) }).await.unwrap();
        settle().await;
        known.lock().unwrap().user
    };
    assert_eq!(tokio::join!(known_of(7), known_of(8)), (Some(7), Some(8)));
}

#[tokio::test]
async fn what_escapes_is_a_task_local_that_is_not_listed() {
    let known = Known { user: Some(7), request_id: None };
    assert_eq!(known_and_traced(outlive::unlisted).await, (known, true));
}
