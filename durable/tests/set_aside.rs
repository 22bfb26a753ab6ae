//! A job that cannot be read is set aside: with its reason, said once, neither lost nor tried again; and others go on.

mod support;

use outlive::Tracker;
use outlive_durable::{JobId, Jobs, Queue, durable};
use support::log::Log;
use support::{Database, until};

static JOBS: Tracker = Tracker::bounded("set aside", 4);

#[durable(timeout = "5s", track = JOBS, name = "greet")]
async fn greet(name: String, greeting: Option<String>) {
    assert!(!name.is_empty() && greeting.is_none());
}

#[derive(Clone)]
struct Mailer;

#[durable(timeout = "5s", track = JOBS, name = "send")]
async fn send(#[state] _mailer: Mailer) {}

fn payload(name: &str, args: &str) -> String {
    format!(r#"{{"version":1,"name":"{name}","args":{args}}}"#)
}

async fn enqueue(database: &Database, queue: &Queue, payload: &str) -> JobId {
    // Not to be run before it is what it is to be.
    let id = greet("ada".to_owned(), None).after("1h").enqueue(queue).await.unwrap().id();
    database.overwrite(id, payload).await;
    id
}

#[tokio::test]
async fn an_unreadable_job_is_set_aside_and_the_others_run() {
    let log = Log::install();
    let database = Database::new("set_aside");
    let queue = database.queue().await;
    let mailer = std::any::type_name::<Mailer>();
    let no_state = format!("`send`: the worker has no state `{mailer}`");
    let cases = [
        (payload("of a newer program", "{}"), "there is no function `of a newer program`"),
        (payload("of a newer program", "{}"), "there is no function `of a newer program`"),
        (payload("greet", "{}"), "`greet`: this job has no argument `name`: make it an `Option`"),
        (payload("greet", r#"{"name":7}"#), "`greet`: its argument `name` cannot be read: invalid type"),
        (payload("greet", r#"{"name":"ada","loud":true}"#), "`greet`: the function has no argument `loud`"),
        ("no JSON".to_owned(), "it is no job of outlive's"),
        (r#"{"version":2,"name":"greet","args":[]}"#.to_owned(), "it is of the format 2, and this program reads 1"),
        (payload("send", "{}"), &no_state),
    ];
    let mut ids = Vec::new();
    for (payload, _) in &cases {
        ids.push(enqueue(&database, &queue, payload).await);
    }
    // Of an older program: it has no such argument.
    enqueue(&database, &queue, &payload("greet", r#"{"name":"ada"}"#)).await;

    let jobs = Jobs::on(&queue);
    let missing = jobs.check().unwrap_err();
    assert_eq!(
        missing.to_string(),
        format!("`send` needs the state `{mailer}`: add `.state(…)` to the worker's `Jobs`")
    );
    let worker = jobs.start();
    until("all have been looked at", || async { worker.counts().set_aside == 8 && worker.counts().done == 1 }).await;
    assert_eq!((database.count("Failed").await, database.count("Done").await), (8, 1));
    for (job, (_, reason)) in ids.into_iter().zip(&cases) {
        let row = database.row(job).await;
        assert_eq!((row.status.as_str(), row.attempts, row.lock_by.as_deref()), ("Failed", 0, None), "{row:?}");
        assert!(row.last_result.as_ref().unwrap().contains(&format!("set aside: {reason}")), "{row:?}");
    }
    assert_eq!(log.count("of a newer program"), 1, "two of them, said once");
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(worker.counts().set_aside, 8, "nobody tries them again");
    drop(worker);

    // A worker that has the state takes up what waits for it; and once, what it might be able to read.
    let able = Jobs::on(&queue).state(Mailer).heartbeat(std::time::Duration::from_secs(1)).start();
    until("it has run, and three were looked at again", || async {
        (database.count("Done").await, database.count("Failed").await, able.counts().set_aside) == (2, 7, 3)
    })
    .await;
    let census = queue.status().await.unwrap();
    until("it has beaten again", || async { outlive::status().queues.iter().any(|queue| queue.seen > census.seen) })
        .await;
    assert_eq!(able.counts().set_aside, 3, "once");

    // And an operator, whatever was set aside.
    assert_eq!(queue.take_up_set_aside().await.unwrap(), 7);
}
