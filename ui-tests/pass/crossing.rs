//! What crosses into a task: everything that neither belongs to a request nor goes stale before the deadline.

#![deny(warnings)]

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http;
use axum::response::{IntoResponse, Response};
use outlive::{MaxAge, RequestBound, Tracker, detach, detached, periodic, worker};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

/// No relation of axum's.
#[derive(Debug)]
struct Next(u8);

#[detached(timeout = "5s", track = AUDIT)]
async fn of_the_users_own(next: Next) -> Next {
    next
}

struct Upload;

impl RequestBound for Upload {}

#[detached(timeout = "5s", track = AUDIT, allow_request_bound = "it is stored, or it is not")]
async fn allowed(upload: Upload, request: Request) -> (Upload, Response) {
    (upload, request.into_body().into_response())
}

#[detached(timeout = "5s", track = AUDIT, allow_request_bound = "there is nothing to allow, and no harm in it")]
async fn needless(user: u64) -> u64 {
    user
}

#[periodic(every = "30s", timeout = "10s", track = AUDIT, allow_request_bound = "nothing")]
async fn refreshes() {}

#[worker(track = AUDIT, allow_request_bound = "a session of its own")]
async fn keeps(upload: Upload, body: Body) {
    drop((upload, body));
}

/// What a client of ours sends is none of the request's.
#[detached(timeout = "5s", track = AUDIT)]
async fn posts(request: http::Request<Bytes>) -> http::Response<Bytes> {
    http::Response::new(request.into_body())
}

#[detached(timeout = "5s", track = AUDIT)]
async fn generic<T: Debug + Send + 'static, U>(value: T, _: PhantomData<U>, shown: impl Debug + Send + 'static) -> T
where
    U: Send + 'static,
{
    drop(shown);
    value
}

struct Token;

impl MaxAge for Token {
    const MAX_AGE: Duration = Duration::from_millis(5500);
}

/// To the millisecond.
#[detached(timeout = "5s", grace = "500ms", track = AUDIT)]
async fn long_enough(token: Token, more: (Vec<Token>, [Box<Token>; 2])) {
    drop((token, more));
}

/// What is behind a lock may be renewed.
#[detached(timeout = "15s", track = AUDIT)]
async fn renewed(token: Arc<Mutex<Token>>) {
    drop(token);
}

struct Store<T>(T);

impl<T: Send + Clone + 'static> Store<T> {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn save(self, token: Token, value: Option<T>, other: Self) -> (T, Option<T>) {
        drop((token, other));
        (self.0, value)
    }
}

#[tokio::main]
async fn main() {
    assert_eq!(of_the_users_own(Next(7)).await.unwrap().0, 7);
    allowed(Upload, Request::default()).await.unwrap();
    assert_eq!(needless(7).await.unwrap(), 7);
    posts(http::Request::default()).await.unwrap();
    assert_eq!(generic(7, PhantomData::<u8>, "seven").await.unwrap(), 7);
    long_enough(Token, (Vec::new(), [Box::new(Token), Box::new(Token)])).await.unwrap();
    renewed(Arc::new(Mutex::new(Token))).await.unwrap();
    assert_eq!(Store(7).save(Token, Some(8), Store(9)).await.unwrap(), (7, Some(8)));
    assert!(detach!(timeout = "5s", track = AUDIT, async { Some(Upload) }).await.unwrap().is_some());
    keeps(Upload, Body::empty()).await.unwrap();
    refreshes();
    assert!(AUDIT.drain().await.is_clean());
}
