//! Services that own their tasks: their shapes, their fields, and the receivers of their methods.

#![deny(warnings)]

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use outlive::{OwnedTracker, Rejected, TaskOwner, Tracker, detached, owned_tasks, periodic, worker};
use tokio_util::sync::CancellationToken;

static AUDIT: Tracker = Tracker::bounded("audit", 8);

/// A type of one's own by that name.
#[derive(Clone, Debug, Default)]
struct Context {
    tenant: u32,
}

/// Nor are these what they are called.
mod own {
    #[derive(Clone, Debug, Default)]
    pub struct CancellationToken;

    #[derive(Clone, Debug)]
    pub struct JoinHandle<T>(pub T);
}

type Tasks = OwnedTracker<30>;

#[derive(Clone, Debug, TaskOwner)]
struct Shop {
    #[tasks]
    tasks: Tasks,
    name: String,
    context: Context,
    contexts: Arc<Mutex<HashMap<u32, Vec<Context>>>>,
    token: Option<own::CancellationToken>,
    joined: [(u8, own::JoinHandle<u8>); 1],
    /// The server's, which hands it out to downloads.
    #[tasks(allow = "cancels downloads of others, which pass it in")]
    downloads: CancellationToken,
}

impl Shop {
    fn new() -> Self {
        Self {
            tasks: OwnedTracker::bounded("shop", 8).queue(4).drain_budget(),
            name: "shop".to_owned(),
            context: Context { tenant: 7 },
            contexts: Arc::default(),
            token: None,
            joined: [(1, own::JoinHandle(2))],
            downloads: CancellationToken::new(),
        }
    }
}

#[owned_tasks]
impl Shop {
    const LONGEST: Duration = Duration::from_secs(25);

    #[detached(timeout = Shop::LONGEST, grace = "5s")]
    async fn exactly_the_budget(&self, more: &'static str) -> String {
        tokio::task::yield_now().await;
        format!("{}{more} of {}", self.name, self.context.tenant)
    }

    #[detached(timeout = "5s")]
    async fn by_arc(self: Arc<Self>) -> impl Debug {
        self.contexts.lock().unwrap().len()
    }

    #[detached(timeout = "5s")]
    async fn by_arc_reference(self: &Arc<Self>) -> bool {
        self.token.is_none() && self.joined[0].1.0 == 2
    }

    #[detached(timeout = "5s", blocking)]
    fn blocks(&self, more: usize) -> usize {
        self.name.len() + more
    }

    #[detached(timeout = "5s", when_full = wait)]
    async fn waits_for_a_place(&self) -> bool {
        self.downloads.is_cancelled()
    }

    #[detached(timeout = "5s", track = AUDIT)]
    async fn has_no_service(event: String) -> usize {
        event.len()
    }

    #[cfg_attr(all(), periodic(every = "30s", timeout = "10s", immediate))]
    async fn refresh(&self) {
        drop(self.clone());
    }

    #[worker(grace = "30s")]
    async fn listen(&self) -> u32 {
        outlive::Context::current().cancelled().await;
        self.context.tenant
    }

    /// Not a task.
    async fn plain(&self) -> usize {
        self.tasks.live()
    }
}

/// A second block of the same type.
#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn again(&self) -> Self {
        self.clone()
    }
}

/// A block without a task.
#[owned_tasks]
impl Shop {
    fn nothing(&self) -> &str {
        &self.name
    }
}

/// Not `Clone`; a service in a service; a tuple; of any type.
#[derive(TaskOwner)]
struct Cache<K, V, const DRAIN: u64>(OwnedTracker<DRAIN>, Mutex<Vec<(K, V)>>, Shop)
where
    K: Ord;

#[owned_tasks]
impl<K: Ord + Send + 'static, V: Clone + Send + 'static, const DRAIN: u64> Cache<K, V, DRAIN> {
    #[detached(timeout = "5s")]
    async fn get(self: &Arc<Self>, key: K) -> Option<V> {
        let entries = self.1.lock().unwrap();
        entries.iter().find(|(own, _)| *own == key).map(|(_, value)| value.clone())
    }

    #[periodic(every = "1m", timeout = "5s")]
    async fn evict(self: &Arc<Self>) {
        self.1.lock().unwrap().clear();
    }
}

async fn end(owner: &impl TaskOwner) {
    let report = owner.shutdown().await;
    assert!(report.is_clean(), "{report}");
}

#[tokio::main]
async fn main() {
    let shop = Shop::new();
    assert_eq!(shop.exactly_the_budget("keeper").await.unwrap(), "shopkeeper of 7");
    assert_eq!(shop.blocks(3).await.unwrap(), 7);
    assert!(!shop.waits_for_a_place().await.await.unwrap());
    assert_eq!(Shop::has_no_service("signed in".to_owned()).await.unwrap(), 9);
    assert_eq!(shop.again().await.unwrap().nothing(), "shop");
    shop.refresh();
    assert_eq!(shop.refresh().admitted().map(drop), Err(Rejected::AlreadyStarted));
    let listens = shop.listen();
    assert!(shop.plain().await >= 2);
    let shared = Arc::new(shop.clone());
    assert_eq!(format!("{:?}", shared.clone().by_arc().await.unwrap()), "0");
    assert!(shared.by_arc_reference().await.unwrap());
    assert_eq!(Shop::DRAIN_BUDGET, Duration::from_secs(30));

    let entries = Mutex::new(vec![("tea", 7)]);
    let cache = Arc::new(Cache(OwnedTracker::unbounded("cache").drain_budget::<10>(), entries, shop.clone()));
    assert_eq!(cache.get("tea").await.unwrap(), Some(7));
    cache.evict();
    assert_eq!(cache.2.exactly_the_budget("").await.unwrap(), "shop of 7");
    end(&*cache).await;

    end(&shop).await;
    assert_eq!(listens.await.unwrap(), 7);
    assert_eq!(shop.again().admitted().map(drop), Err(Rejected::Draining));
    assert!(AUDIT.drain().await.is_clean());
}
