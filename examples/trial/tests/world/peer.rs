//! The other ends of a chat: a webhook that takes each message at the second attempt, and an export of a room.

use std::collections::{BTreeSet, HashSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    shared: Shared,
    events: mpsc::UnboundedReceiver<Event>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A message has come for the first time.
    Came(i64),
    /// A page was asked for.
    Page(String, i64),
}

#[derive(Clone)]
struct Shared {
    seen: Arc<Mutex<HashSet<i64>>>,
    taken: Arc<Mutex<BTreeSet<i64>>>,
    held: watch::Sender<bool>,
    has_moved: Arc<AtomicBool>,
    tell: mpsc::UnboundedSender<Event>,
}

impl Shared {
    async fn released(&self) {
        self.held.subscribe().wait_for(|held| !held).await.unwrap();
    }
}

impl Peer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, events) = mpsc::unbounded_channel();
        let shared = Shared {
            seen: Arc::default(),
            taken: Arc::default(),
            held: watch::channel(false).0,
            has_moved: Arc::default(),
            tell,
        };
        let router = Router::new()
            .route("/hook", post(hook))
            .route("/gone", post(async || StatusCode::GONE))
            .route("/export/{name}", get(export))
            .with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, shared, events }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// From now on the first attempt of a message, and the second page of an export, get no answer.
    pub(crate) fn hold(&self) {
        self.shared.held.send_replace(true);
    }

    /// From now on a second attempt is answered with 410.
    pub(crate) fn moves(&self) {
        self.shared.has_moved.store(true, Relaxed);
    }

    pub(crate) fn release(&self) {
        self.shared.held.send_replace(false);
    }

    pub(crate) async fn next(&mut self) -> Event {
        self.events.recv().await.unwrap()
    }

    /// The messages that were taken.
    pub(crate) fn taken(&self) -> Vec<i64> {
        self.shared.taken.lock().unwrap().iter().copied().collect()
    }
}

/// Busy at first.
async fn hook(State(shared): State<Shared>, Json(message): Json<Value>) -> StatusCode {
    let id = message["id"].as_i64().unwrap();
    let is_first = shared.seen.lock().unwrap().insert(id);
    if is_first {
        shared.tell.send(Event::Came(id)).ok();
        shared.released().await;
        StatusCode::SERVICE_UNAVAILABLE
    } else if shared.has_moved.load(Relaxed) {
        StatusCode::GONE
    } else {
        shared.taken.lock().unwrap().insert(id);
        StatusCode::OK
    }
}

/// Three lines on two pages; or one that is not as it should be.
async fn export(State(shared): State<Shared>, Path(name): Path<String>, uri: Uri) -> &'static str {
    let page = uri.query().and_then(|query| query.strip_prefix("page=")?.parse().ok()).unwrap();
    shared.tell.send(Event::Page(name.clone(), page)).ok();
    match (name.as_str(), page) {
        ("odd", 1) => "nobody said this",
        (_, 1) => "ada: hello\nbob: hi",
        (_, 2) => {
            shared.released().await;
            "ada: bye"
        }
        _ => "",
    }
}
