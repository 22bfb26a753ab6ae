//! A job goes through the queue: with its arguments, with the worker's state, again after an `Err`, and with what its run may know.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use outlive::{Context, TaskOwner as _, Tracker, sites};
use outlive_durable::{Attempt, Enqueued, JobId, Jobs, OriginDeadline, durable};
use serde::{Deserialize, Serialize};
use support::{Database, until};

static JOBS: Tracker = Tracker::bounded("jobs of the test", 4);

#[derive(Serialize, Deserialize)]
struct Item {
    number: u64,
}

#[derive(Clone, Default)]
struct Sum(Arc<AtomicU64>);

/// Adds.
#[durable(timeout = "5s", attempts = 3, backoff = "1ms..2ms", track = JOBS)]
async fn add(#[state] sum: Sum, item: Item, mut note: Option<String>) -> Result<(), std::io::Error> {
    let context = Context::current();
    if context.get::<Attempt>().unwrap().number < 2 && item.number == 3 {
        return Err(std::io::Error::other("once more"));
    }
    if let Some(note) = note.take() {
        assert_eq!(note, "labelled");
        assert!(format!("{context:?}").contains("request=\"a b\""), "{context:?}");
        assert!(context.get::<OriginDeadline>().is_some());
        assert!(
            context.deadline().is_none_or(|at| at < tokio::time::Instant::now() + std::time::Duration::from_secs(6))
        );
    }
    assert!(context.get::<JobId>().is_some());
    sum.0.fetch_add(item.number, Ordering::Relaxed);
    Ok(())
}

#[tokio::test]
async fn a_job_goes_through_the_queue_and_is_tried_again() {
    let database = Database::new("a_job");
    let queue = database.queue().await;
    for number in 1..=4 {
        add(Item { number }, None).enqueue(&queue).await.unwrap();
    }
    let request = Context::root().with_label("request", "a b").with_timeout(std::time::Duration::from_mins(1));
    let enqueued = request.scope(add(Item { number: 5 }, Some("labelled".to_owned())).enqueue(&queue)).await.unwrap();
    assert!(matches!(enqueued, Ok(Enqueued::New(_))));

    let sum = Sum::default();
    let worker = Jobs::on(&queue).state(sum.clone()).start();
    database.until_all("Done").await;
    // A worker counts a row after it has written it.
    until("all are counted", || async { worker.counts().done == 5 }).await;
    assert_eq!(sum.0.load(Ordering::Relaxed), 15);
    assert_eq!(worker.counts().failed, 1);
    let site = sites().find(|site| site.name() == "add").expect("a run is a call of a site");
    assert_eq!((site.counts().completed, site.counts().failed), (5, 1));
    let report = worker.shutdown().await;
    assert!(report.is_clean(), "{report}");
    let workers = database.look().await.number("SELECT count(*) FROM Workers").await;
    assert_eq!(workers, 0, "who has left is no worker any more");
}
