//! What crosses into a task: everything that neither belongs to a request nor goes stale before the deadline.

#![deny(warnings)]

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt::Debug;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http;
use axum::response::{IntoResponse, Response};
use outlive::{
    MaxAge, OwnedTracker, RequestBound, TaskOwner, Tracker, detach, detached, owned_tasks, periodic, worker,
};

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

/// What escapes, and is said to: the function's bounds show nothing of the body, and a tuple is not looked for inside.
#[detached(timeout = "5s", track = AUDIT)]
async fn escapes<B: Send + 'static>(request: http::Request<B>, tuple: Option<(Upload, Body)>) -> Option<(u8, Response)> {
    drop((request, tuple));
    None
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

/// What holds something of a request belongs to it as well.
fn belongs_to_a_request<T: RequestBound + ?Sized>() {}

fn containers() {
    belongs_to_a_request::<Option<Upload>>();
    belongs_to_a_request::<Result<Upload, u8>>();
    belongs_to_a_request::<Vec<Upload>>();
    belongs_to_a_request::<VecDeque<Upload>>();
    belongs_to_a_request::<[Upload; 2]>();
    belongs_to_a_request::<Box<[Upload]>>();
    belongs_to_a_request::<BTreeMap<u8, Upload>>();
    belongs_to_a_request::<HashMap<u8, Upload>>();
    belongs_to_a_request::<Box<dyn RequestBound>>();
    belongs_to_a_request::<Pin<Box<Upload>>>();
    belongs_to_a_request::<Arc<Mutex<Upload>>>();
    belongs_to_a_request::<Arc<RwLock<Upload>>>();
    belongs_to_a_request::<Arc<tokio::sync::Mutex<Upload>>>();
    belongs_to_a_request::<Arc<tokio::sync::RwLock<Upload>>>();
    belongs_to_a_request::<axum::middleware::Next>();
    belongs_to_a_request::<axum::body::BodyDataStream>();
    belongs_to_a_request::<Request>();
    belongs_to_a_request::<Response>();
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[detached(timeout = "5s")]
    async fn greet(&self, _: PhantomData<Self>, token: Token) -> Option<Self> {
        drop(token);
        None
    }
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
    assert!(escapes::<Body>(Request::default(), Some((Upload, Body::empty()))).await.unwrap().is_none());
    long_enough(Token, (Vec::new(), [Box::new(Token), Box::new(Token)])).await.unwrap();
    renewed(Arc::new(Mutex::new(Token))).await.unwrap();
    assert_eq!(Store(7).save(Token, Some(8), Store(9)).await.unwrap(), (7, Some(8)));
    assert!(detach!(timeout = "5s", track = AUDIT, async { Some(Upload) }).await.unwrap().is_some());
    keeps(Upload, Body::empty()).await.unwrap();
    refreshes();
    containers();
    let server = Server { tasks: OwnedTracker::bounded("server", 64) };
    assert!(server.greet(PhantomData, Token).await.unwrap().is_none());
    assert!(AUDIT.drain().await.is_clean());
}
