//! A statement is committed, and its answer does not come: the connection is lost between. Nothing is lost with it, and nothing is
//! done twice.

#[path = "../support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use outlive::Tracker;
use outlive_durable::{Enqueued, Jobs, Queue, durable};
use support::{Database, until};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

static JOBS: Tracker = Tracker::bounded("lost answers", 4);

#[derive(Clone, Default)]
struct Runs(Arc<AtomicU32>);

#[durable(timeout = "5s", attempts = 5, track = JOBS)]
async fn run(#[state] runs: Runs) {
    runs.0.fetch_add(1, Ordering::Relaxed);
}

/// Fails at once, and then takes its time.
#[durable(timeout = "5s", attempts = 5, backoff = "1ms..2ms", track = JOBS)]
async fn fails_once(#[state] runs: Runs) -> Result<(), std::io::Error> {
    if runs.0.fetch_add(1, Ordering::Relaxed) == 0 {
        return Err(std::io::Error::other("once more"));
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(())
}

/// Between the queue and its server. It loses the next answer that has this in it: the server says so behind a commit.
#[derive(Clone)]
struct Between {
    folder: PathBuf,
    server: PathBuf,
    loses: Arc<Mutex<Option<&'static str>>>,
}

impl Between {
    fn new(database: &Database) -> (Self, String) {
        let (url, server) = database.url().split_once("?host=").unwrap();
        let (folder, server) = (database.folder.clone(), Path::new(server).join(".s.PGSQL.5432"));
        let url = format!("{url}?host={}", folder.display());
        let between = Self { folder, server, loses: Arc::default() };
        let listener = UnixListener::bind(between.folder.join(".s.PGSQL.5432")).unwrap();
        let this = between.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(this.clone().carry(client));
            }
        });
        (between, url)
    }

    fn lose(&self, answer: &'static str) {
        *self.loses.lock().unwrap() = Some(answer);
    }

    fn has_lost(&self) -> bool {
        self.loses.lock().unwrap().is_none()
    }

    async fn carry(self, mut client: UnixStream) {
        let mut server = UnixStream::connect(&self.server).await.unwrap();
        let (mut asked, mut told) = (vec![0; 1 << 16], vec![0; 1 << 16]);
        loop {
            tokio::select! {
                Ok(length @ 1..) = client.read(&mut asked) => server.write_all(&asked[..length]).await.unwrap(),
                Ok(length @ 1..) = server.read(&mut told) => {
                    let told = &told[..length];
                    let is_lost = |answer: &str| told.windows(answer.len()).any(|part| part == answer.as_bytes());
                    if self.loses.lock().unwrap().take_if(|answer| is_lost(answer)).is_some() {
                        return;
                    }
                    let _ = client.write_all(told).await;
                }
                else => return,
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_enqueueing_was_not_answered_is_there_once() {
    let database = Database::new("lost_enqueue");
    let _made = database.queue().await;
    let (between, url) = Between::new(&database);
    let queue = Queue::postgres(&url).unwrap();
    between.lose("INSERT 0 1\0");
    assert!(matches!(run().enqueue(&queue).await.unwrap(), Enqueued::New(_)));
    assert!(between.has_lost());
    // And of a key.
    let other = Queue::postgres(&url).unwrap();
    between.lose("INSERT 0 1\0");
    assert!(matches!(run().unique("once", 1).enqueue(&other).await.unwrap(), Enqueued::New(_)));
    assert!(between.has_lost());
    assert_eq!(database.count("Pending").await, 2);
}

/// A worker that hears of jobs, and does not look; and its lease outlasts the test.
fn jobs(url: &str, runs: &Runs) -> Jobs {
    let queue = Queue::postgres(&url.to_owned()).unwrap();
    Jobs::on(queue).state(runs.clone()).poll_every(Duration::from_hours(1)).heartbeat(Duration::from_mins(10))
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_were_fetched_without_an_answer_go_back() {
    let database = Database::new("lost_fetch");
    let queue = database.queue().await;
    let (between, url) = Between::new(&database);
    for _ in 0..3 {
        run().enqueue(&queue).await.unwrap();
    }
    between.lose("SELECT 3\0");
    let runs = Runs::default();
    let worker = jobs(&url, &runs).start();
    database.until_all("Done").await;
    assert!(between.has_lost());
    assert_eq!(runs.0.load(Ordering::Relaxed), 3);
    until("all are counted", || async { worker.counts().done == 3 }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_end_was_not_answered_does_not_end_the_next() {
    let database = Database::new("lost_end");
    let queue = database.queue().await;
    let (between, url) = Between::new(&database);
    let runs = Runs::default();
    between.lose("UPDATE 1\0");
    let _worker = jobs(&url, &runs).poll_every(Duration::from_millis(1)).start();
    let id = fails_once().enqueue(&queue).await.unwrap().id();
    database.until_all("Done").await;
    assert!(between.has_lost());
    assert_eq!((runs.0.load(Ordering::Relaxed), database.row(id).await.attempts), (2, 2));
}
