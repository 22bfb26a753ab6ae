//! Traits that every type has take no name away from what the macros make.

#![deny(warnings)]

use std::sync::Arc;
use std::time::Duration;

use outlive::{
    Context, MaxAge, OwnedTracker, RequestBound, TaskError, TaskOwner, Tracker, Unfinished, detach, detached,
    owned_tasks, periodic, worker,
};

macro_rules! of_every_type {
    ($($by_value:ident $by_reference:ident: $($name:ident)*;)*) => {$(
        #[allow(dead_code)]
        trait $by_value: Sized {
            $(fn $name(self) -> u8 {
                0
            })*
        }

        impl<T> $by_value for T {}

        #[allow(dead_code)]
        trait $by_reference {
            $(fn $name(&self) -> u8 {
                0
            })*
        }

        impl<T: ?Sized> $by_reference for T {}
    )*};
}

of_every_type! {
    Asked AskedByReference: remaining fault check_field disown_field storable check disown upgrade budget tracker lend;
    Built BuiltByReference: lives timeout context on once wait spawn spawn_blocking periodic worker restarted unfinished;
}

#[allow(dead_code)]
trait Bounded {
    const AGE: usize = 1;
    const BOUND: usize = 1;
    const BUDGET: usize = 1;
    const NEW: usize = 1;
    const SPEC: usize = 1;
}

impl<T: ?Sized> Bounded for T {}

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Token;

impl MaxAge for Token {
    const MAX_AGE: Duration = Duration::from_secs(60);
}

struct Upload;

impl RequestBound for Upload {}

#[detached(timeout = "5s", grace = "1s", track = AUDIT, unfinished = spill)]
async fn free(user: u64, name: &'static str) -> Result<u64, String> {
    if name.is_empty() { Err("nobody".to_owned()) } else { Ok(user) }
}

fn spill(call: Unfinished<(u64, &'static str)>) {
    drop(call);
}

#[detached(timeout = "5s", track = AUDIT, blocking, when_full = wait)]
fn blocks(token: Token) -> bool {
    drop(token);
    true
}

#[detached(timeout = limit, max_timeout = "9s", track = tracker, context = context, on = runtime)]
async fn elsewhere<T: Send + 'static>(
    limit: Duration,
    value: Option<T>,
    tracker: Arc<Tracker>,
    context: Context,
    runtime: tokio::runtime::Handle,
) -> Option<T> {
    drop((limit, tracker, context, runtime));
    value
}

#[detached(timeout = "5s", track = AUDIT, allow_request_bound = "it is stored, or it is not")]
async fn allowed(upload: Upload) -> Upload {
    upload
}

#[periodic(every = "30s", timeout = "10s", track = AUDIT)]
async fn refreshes(name: &'static str) -> Result<usize, String> {
    Ok(name.len())
}

#[worker(grace = "1s", restart = "1s..1m", track = AUDIT)]
async fn follows(name: &'static str) -> Result<(), String> {
    Context::current().cancelled().await;
    if name.is_empty() { Err("nobody".to_owned()) } else { Ok(()) }
}

#[derive(Clone, TaskOwner)]
struct Inner {
    tasks: OwnedTracker,
}

#[derive(Clone, TaskOwner)]
struct Server<T> {
    tasks: OwnedTracker,
    inner: Inner,
    value: T,
}

#[owned_tasks]
impl<T: Clone + Send + Sync + 'static> Server<T> {
    #[detached(timeout = "5s")]
    async fn greet(&self, token: Token) -> (T, Inner) {
        drop(token);
        (self.value.clone(), self.inner.clone())
    }

    #[periodic(every = "30s", timeout = "10s")]
    async fn refresh(&self) {}

    #[worker(grace = "1s")]
    async fn consume(&self) {
        Context::current().cancelled().await;
    }
}

#[owned_tasks]
impl Inner {
    #[detached(timeout = "5s")]
    async fn share(self: &Arc<Self>, user: u64) -> u64 {
        user
    }

    #[periodic(every = "30s", timeout = "10s")]
    async fn again(self: &Arc<Self>) {}
}

#[tokio::main]
async fn main() {
    assert_eq!(free(7, "ada").await.unwrap().unwrap(), 7);
    assert!(blocks(Token).await.await.unwrap());
    let (tracker, runtime) = (Arc::new(Tracker::bounded("here", 8)), tokio::runtime::Handle::current());
    let value = elsewhere(Duration::from_secs(1), Some(7), tracker, Context::root(), runtime).await;
    assert_eq!(value.unwrap(), Some(7));
    allowed(Upload).await.unwrap();
    let seven: Result<u8, TaskError> = detach!(timeout = "1s", track = AUDIT, async { 7 }).await;
    assert_eq!(seven.unwrap(), 7);
    refreshes("ada");
    follows("ada");
    let inner = Arc::new(Inner { tasks: OwnedTracker::bounded("inner", 8) });
    assert_eq!(inner.share(7).await.unwrap(), 7);
    inner.again();
    let server =
        Server { tasks: OwnedTracker::bounded("server", 8), inner: Inner::clone(&inner), value: 7 };
    assert_eq!(server.greet(Token).await.unwrap().0, 7);
    server.refresh();
    server.consume();
    assert!(TaskOwner::shutdown(&server).await.is_clean());
    assert!(TaskOwner::shutdown(&*inner).await.is_clean());
    assert!(AUDIT.drain().await.is_clean());
}
