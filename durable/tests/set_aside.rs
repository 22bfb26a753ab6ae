//! A job that cannot be read is set aside: with its reason, said once, neither lost nor tried again; and others go on.

mod support;

use outlive::Tracker;
use outlive_durable::{Jobs, Queue, durable};
use support::log::Log;
use support::{Database, count, rows, until};

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

async fn enqueue(queue: &Queue, payload: &str) {
    // Not to be run before it is what it is to be.
    let id = greet("ada".to_owned(), None).after("1h").enqueue(queue).await.unwrap().id();
    let query = sqlx::query("UPDATE Jobs SET job = ?1, run_at = 0 WHERE id = ?2");
    query.bind(payload.as_bytes()).bind(id.to_string()).execute(queue.pool()).await.unwrap();
}

#[tokio::test]
async fn an_unreadable_job_is_set_aside_and_the_others_run() {
    let log = Log::install();
    let database = Database::new("set_aside");
    let queue = database.queue().await;
    let cases = [
        (payload("of a newer program", "{}"), "there is no function `of a newer program`"),
        (payload("of a newer program", "{}"), "there is no function `of a newer program`"),
        (payload("greet", "{}"), "`greet`: it has no argument `name`"),
        (payload("greet", r#"{"name":7}"#), "`greet`: its argument `name` cannot be read: invalid type"),
        (payload("greet", r#"{"name":"ada","loud":true}"#), "`greet`: the function has no argument `loud`"),
        ("no JSON".to_owned(), "it is no job of outlive's"),
        (r#"{"version":2,"name":"greet","args":[]}"#.to_owned(), "it is of the format 2, and this program reads 1"),
        (payload("send", "{}"), "`send`: the worker has no state `set_aside::Mailer`"),
    ];
    for (payload, _) in &cases {
        enqueue(&queue, payload).await;
    }
    // Of an older program: it has no such argument.
    enqueue(&queue, &payload("greet", r#"{"name":"ada"}"#)).await;

    let jobs = Jobs::on(&queue);
    let missing = jobs.check().unwrap_err();
    assert_eq!(
        missing.to_string(),
        "`send` needs the state `set_aside::Mailer`: add `.state(…)` to the worker's `Jobs`"
    );
    let worker = jobs.start();
    until("all have been looked at", || async { worker.counts().set_aside == 8 && count(&queue, "Done").await == 1 })
        .await;
    for (row, (_, reason)) in rows(&queue).await.iter().zip(&cases) {
        assert_eq!((row.status.as_str(), row.attempts, row.lock_by.as_deref()), ("Failed", 0, None), "{row:?}");
        assert!(row.last_result.as_ref().unwrap().contains(&format!("set aside: {reason}")), "{row:?}");
    }
    assert_eq!(log.count("of a newer program"), 1, "two of them, said once");
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(worker.counts().set_aside, 8, "nobody tries them again");
    drop(worker);

    // A worker that has the state takes up what waits for it, and nothing else.
    let _able = Jobs::on(&queue).state(Mailer).heartbeat(std::time::Duration::from_secs(1)).start();
    until("it has run", || async { count(&queue, "Done").await == 2 }).await;
    assert_eq!(count(&queue, "Failed").await, 7);

    // And an operator, whatever was set aside.
    assert_eq!(queue.take_up_set_aside().await.unwrap(), 7);
}
