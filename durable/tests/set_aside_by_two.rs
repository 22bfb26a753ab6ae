//! A job that neither of two programs can read, each for a reason of its own, is tried by each of them, and then by none.

mod support;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use outlive::Tracker;
use outlive_durable::{Jobs, Queue, durable};
use serde::{Deserialize, Deserializer, Serialize};
use support::{Database, until};

static JOBS: Tracker = Tracker::bounded("set aside by two", 4);
static READS: AtomicU32 = AtomicU32::new(0);

#[derive(Serialize)]
struct Letter;

impl<'de> Deserialize<'de> for Letter {
    /// Each program is a thread, and says something else. No text of PostgreSQL's has a NUL.
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        READS.fetch_add(1, Ordering::Relaxed);
        let program = std::thread::current().name().unwrap_or_default().to_owned();
        Err(serde::de::Error::custom(format!("{program}\0 cannot read it")))
    }
}

#[durable(timeout = "5s", track = JOBS, name = "reads")]
async fn reads(letter: Letter) {
    let _ = letter;
}

#[durable(timeout = "5s", track = JOBS)]
async fn nothing() {}

/// Another program, until the test ends.
fn program(name: &str, url: String) {
    let works = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let queue: Queue = support::store::queue_at(&url);
            let _worker = Jobs::on(&queue).heartbeat(Duration::from_secs(1)).start();
            std::future::pending::<()>().await;
        });
    };
    std::thread::Builder::new().name(name.to_owned()).spawn(works).unwrap();
}

/// Until each of the two has looked at what was set aside, as often.
async fn beats(times: usize) {
    let seen = || outlive::status().queues.iter().map(|queue| queue.seen).collect::<Vec<_>>();
    for _ in 0..times {
        let before = seen();
        until("both have beaten", || async { seen().iter().zip(&before).all(|(now, before)| now > before) }).await;
    }
}

#[tokio::test]
async fn each_tries_a_job_that_none_can_read_and_then_it_rests() {
    let database = Database::new("by_two");
    let queue = database.queue().await;
    let job = reads(Letter).enqueue(&queue).await.unwrap().id();
    for name in ["old", "new"] {
        program(name, database.url().to_owned());
    }
    until("both have tried", || async {
        let row = database.row(job).await;
        let why = row.last_result.unwrap_or_default();
        row.status == "Failed" && why.contains("old\u{fffd} cannot") && why.contains("new\u{fffd} cannot")
    })
    .await;
    let reads = READS.load(Ordering::Relaxed);
    beats(4).await;
    assert_eq!(READS.load(Ordering::Relaxed), reads, "and then it rests");
    nothing().enqueue(&queue).await.unwrap();
    until("the next has run", || async { database.count("Done").await == 1 }).await;
}
