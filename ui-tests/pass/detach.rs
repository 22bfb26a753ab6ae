//! `detach!`: any future, in any place that takes an expression.

#![deny(warnings)]

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use outlive::{Context, TaskHandle, Tracker, detach};

static CACHE: Tracker = Tracker::bounded("cache", 64);

mod trackers {
    pub(super) static MAIL: outlive::Tracker<30> = outlive::Tracker::unbounded("mail").drain_budget::<30>();
}

async fn refill(key: String) -> usize {
    key.len()
}

fn generic<F>(future: F) -> TaskHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    detach!(timeout = "5s", track = CACHE, future)
}

fn boxed() -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(ready(7))
}

struct Service {
    tasks: Arc<Tracker>,
}

impl Service {
    fn refill(&self, limit: Duration) -> TaskHandle<u32> {
        detach!(timeout = limit, max_timeout = "10s", grace = "1s", track = self.tasks, async { 7 })
    }
}

#[tokio::main]
async fn main() {
    let key = "users".to_owned();
    let handle = detach!(timeout = "5s", track = CACHE, async move { key.len() });
    assert_eq!(handle.await.unwrap(), 5);
    assert_eq!(detach!(timeout = "5s", track = CACHE, refill("four".to_owned())).await.unwrap(), 4);
    assert_eq!(detach!(timeout = "25s", track = trackers::MAIL, boxed(),).await.unwrap(), 7);
    assert_eq!(generic(ready(7)).await.unwrap(), 7);
    let service = Service { tasks: Arc::new(Tracker::bounded("service", 1)) };
    assert_eq!(service.refill(Duration::from_secs(60)).await.unwrap(), 7);
    let context = Context::root().with(7_u32);
    let seven = async { Context::current().get::<u32>().copied() };
    let handle = detach!(timeout = "5s", name = "cache.context", context = context, track = CACHE, seven);
    assert_eq!(handle.await.unwrap(), Some(7));
    for number in 0..2 {
        detach!(timeout = "5s", track = CACHE, async move { if number > 0 { Err("failed") } else { Ok(number) } });
    }
    let handles: Vec<TaskHandle<u32>> = (0..3).map(|n| detach!(timeout = "5s", track = CACHE, ready(n))).collect();
    for handle in handles {
        assert!(handle.await.is_ok());
    }
    match detach!(timeout = "5s", track = CACHE, ready(7)).admitted() {
        Ok(handle) => assert_eq!(handle.await.unwrap(), 7),
        Err(refused) => panic!("{refused}"),
    }
    assert!(CACHE.drain().await.is_clean());
}
