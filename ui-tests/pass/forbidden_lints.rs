//! What the macros write allows no lint that the crate forbids: that would be an error, in the user's name.
#![forbid(
    dead_code,
    future_incompatible,
    missing_docs,
    non_camel_case_types,
    non_snake_case,
    rust_2018_idioms,
    trivial_casts,
    unreachable_code,
    unsafe_code,
    unused,
    unused_imports,
    unused_must_use,
    unused_mut,
    unused_variables
)]

use std::sync::Arc;

use outlive::{OwnedTracker, TaskOwner, Tracker, detach, detached, owned_tasks, periodic, worker};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write(user: u64, _kept: u8) -> u64 {
    user
}

/// The attribute is all that uses it.
#[detached(timeout = "5s", track = tasks)]
async fn track_elsewhere(tasks: Arc<Tracker>) {}

#[detached(timeout = "5s", track = AUDIT, retry = "3, 100ms..2s")]
async fn send(mail: String) -> Result<usize, String> {
    Ok(mail.len())
}

#[detached(timeout = "5s", track = AUDIT, blocking)]
fn compress(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.dedup();
    bytes
}

#[periodic(every = "1h", timeout = "5s", track = AUDIT)]
async fn refresh() {}

#[worker(track = AUDIT)]
async fn deliver(name: &'static str) {
    assert_eq!(name, "mail");
}

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
    shelves: Arc<str>,
    sold: (u8, Vec<u8>),
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "4s")]
    async fn refill(&self) -> usize {
        self.shelves.len() + self.sold.1.len() + usize::from(self.sold.0)
    }

    #[worker]
    async fn sell(&self) {}
}

#[tokio::main]
async fn main() {
    let shop = Shop { tasks: OwnedTracker::bounded("shop", 8), shelves: "full".into(), sold: (0, Vec::new()) };
    assert_eq!(shop.refill().await.unwrap(), 4);
    shop.sell();
    assert_eq!(write(7, 8).await.unwrap(), 7);
    track_elsewhere(Arc::new(Tracker::bounded("other", 8))).await.unwrap();
    assert_eq!(send("hello".to_owned()).await.unwrap(), Ok(5));
    assert_eq!(compress(vec![1, 1]).await.unwrap(), [1]);
    refresh();
    deliver("mail");
    assert_eq!(detach!(timeout = "5s", track = AUDIT, async { 7 }).await.unwrap(), 7);
}
