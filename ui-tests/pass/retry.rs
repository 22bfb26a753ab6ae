//! Each right form of a call that is tried again.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use outlive::{Context, OwnedTracker, TaskOwner, Tracker, Unfinished, detached, owned_tasks};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const ATTEMPTS: u32 = 3;
const FIRST: Duration = Duration::from_millis(1);
const MOST: Duration = Duration::from_millis(4);

type Outcome<T = u32> = Result<T, Error>;

#[derive(Debug)]
struct Error(u32);

impl Error {
    fn is_transient(&self) -> bool {
        self.0 < 3
    }
}

fn third_time() -> Outcome {
    match Context::current().attempt() {
        attempt if attempt < 3 => Err(Error(attempt)),
        attempt => Ok(attempt),
    }
}

#[detached(timeout = "5s", track = AUDIT, retry = "3, 1ms..4ms")]
async fn literal(_user: &'static str) -> Outcome {
    third_time()
}

#[detached(timeout = Duration::from_secs(5), track = AUDIT, retry = (ATTEMPTS, FIRST..MOST), attempt = Duration::from_secs(1))]
async fn constant((a, _): (u32, u32), mut more: Vec<u32>) -> Result<u32, Error> {
    more.push(a);
    third_time()
}

#[detached(timeout = "5s", track = AUDIT, retry = (2 + 1, "1ms"..MOST), retry_if = Error::is_transient)]
async fn judged() -> Outcome {
    third_time()
}

#[detached(timeout = limit, max_timeout = "5s", track = AUDIT, retry = "3, 1ms..4ms", retry_if = |error| error.0 < 3)]
async fn judged_in_place(limit: Duration) -> Outcome {
    third_time()
}

#[detached(timeout = "5s", grace = "1s", track = AUDIT, retry = "3, 1ms..4ms", unfinished = spill, when_full = wait)]
async fn generic<T: Clone + Send + 'static>(value: T, called: impl Fn() + Clone + Send + 'static) -> Outcome<T> {
    called();
    third_time().map(|_| value)
}

fn spill<A>(call: Unfinished<A>) {
    panic!("{}", call.reason());
}

#[detached(timeout = "5s", track = AUDIT, retry = "3, 1ms..4ms")]
async fn nameless() -> Result<impl Send + 'static, impl std::fmt::Debug + Send + 'static> {
    third_time()
}

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s", retry = "3, 1ms..4ms")]
    async fn sell(&self, _what: String) -> Outcome {
        third_time()
    }

    #[detached(timeout = "5s", retry = "3, 1ms..4ms")]
    async fn buy(self: Arc<Self>) -> Outcome {
        third_time()
    }
}

#[derive(Clone)]
struct Letter;

impl Letter {
    #[detached(timeout = "5s", track = AUDIT, site = caller, retry = "3, 1ms..4ms")]
    async fn send(self) -> Outcome {
        third_time()
    }

    #[detached(timeout = "5s", track = AUDIT, retry = "3, 1ms..4ms")]
    async fn send_shared(self: &Arc<Self>) -> Outcome {
        third_time()
    }
}

async fn is_three(call: impl Future<Output = Result<Outcome, outlive::TaskError>>) {
    assert_eq!(call.await.unwrap().unwrap(), 3);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    is_three(literal("ada")).await;
    is_three(constant((1, 2), Vec::new())).await;
    is_three(judged()).await;
    is_three(judged_in_place(Duration::from_secs(1))).await;
    assert_eq!(generic("kept", || ()).await.await.unwrap().unwrap(), "kept");
    assert!(nameless().await.unwrap().is_ok());
    let shop = Arc::new(Shop { tasks: OwnedTracker::bounded("shop", 8) });
    is_three(shop.sell(String::new())).await;
    is_three(Arc::clone(&shop).buy()).await;
    is_three(Letter.send()).await;
    is_three(Arc::new(Letter).send_shared()).await;
}
