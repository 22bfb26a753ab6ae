//! A method's task knows its deadline whenever it asks, also after it has waited, and in a tracker's queue.

use std::time::Duration;

use outlive::{Context, OwnedTracker, TaskOwner, detached, owned_tasks};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

#[derive(Clone, TaskOwner)]
struct Service {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Service {
    /// Its deadline after a second, and after a second more.
    #[detached(timeout = "5s")]
    async fn asks(&self) -> [Option<Instant>; 2] {
        sleep(SECOND).await;
        let first = Context::current().deadline();
        sleep(SECOND).await;
        [first, Context::current().deadline()]
    }

    #[detached(timeout = "5s")]
    async fn waits(&self) {
        sleep(10 * SECOND).await;
    }
}

fn service(running: usize) -> Service {
    Service { tasks: OwnedTracker::bounded("methods_deadline", running).queue(8) }
}

#[tokio::test(start_paused = true)]
async fn a_method_that_has_waited_knows_its_deadline() {
    let (service, began) = (service(8), Instant::now());
    assert_eq!(service.asks().await.unwrap(), [Some(began + 5 * SECOND); 2]);
}

#[tokio::test(start_paused = true)]
async fn a_method_that_was_queued_has_its_timeout_from_its_start() {
    let (service, began) = (service(1), Instant::now());
    let (first, second) = (service.asks(), service.asks());
    assert_eq!(first.await.unwrap(), [Some(began + 5 * SECOND); 2]);
    assert_eq!(second.await.unwrap(), [Some(began + 7 * SECOND); 2]);
}

#[tokio::test(start_paused = true)]
async fn a_method_that_waits_too_long_is_dropped_at_its_deadline() {
    let (service, began) = (service(8), Instant::now());
    assert!(service.waits().await.is_err());
    assert_eq!(began.elapsed(), 5 * SECOND);
}
