//! What panics beside the body, in the user's own code all the same, ends its run and no more: the worker goes on.

mod support;

use std::fmt;

use outlive::Tracker;
use outlive_durable::{Jobs, durable};
use serde::{Deserialize, Deserializer, Serialize};
use support::{Database, until};

static JOBS: Tracker = Tracker::bounded("panics", 4);

#[derive(Serialize)]
struct Torn;

impl<'de> Deserialize<'de> for Torn {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("a torn letter")
    }
}

struct Printer;

impl Clone for Printer {
    fn clone(&self) -> Self {
        panic!("no second printer")
    }
}

struct Mute;

impl fmt::Display for Mute {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("no words for it")
    }
}

#[durable(timeout = "5s", attempts = 2, backoff = "1ms..2ms", track = JOBS)]
async fn reads(torn: Torn) {
    let _ = torn;
}

#[durable(timeout = "5s", attempts = 2, backoff = "1ms..2ms", track = JOBS)]
async fn prints(#[state] _printer: Printer) {}

#[durable(timeout = "5s", attempts = 2, backoff = "1ms..2ms", track = JOBS)]
async fn fails() -> Result<(), Mute> {
    Err(Mute)
}

#[durable(timeout = "5s", track = JOBS)]
async fn nothing() {}

#[tokio::test]
async fn a_worker_outlives_what_panics_before_and_after_the_body() {
    let database = Database::new("panics");
    let queue = database.queue().await;
    let mut jobs = Vec::new();
    for job in [reads(Torn), prints(), fails()] {
        jobs.push(job.enqueue(&queue).await.unwrap().id());
    }
    let worker = Jobs::on(&queue).state(Printer).start();
    database.until_all("Killed").await;
    for (job, said) in jobs.into_iter().zip(["a torn letter", "no second printer", "no words for it"]) {
        let row = database.row(job).await;
        assert_eq!((row.attempts, row.lock_by.as_deref()), (2, None), "{row:?}");
        assert!(row.last_result.as_ref().unwrap().contains(said), "{row:?}");
    }
    nothing().enqueue(&queue).await.unwrap();
    until("the next has run", || async { worker.counts().done == 1 }).await;
}
