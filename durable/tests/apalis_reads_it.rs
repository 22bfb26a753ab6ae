//! The tables are apalis's: its board, its metrics and its lists read them, through its own types.

mod support;

use apalis_core::backend::{Filter, ListQueues as _, ListTasks as _, ListWorkers as _, Metrics as _};
use apalis_core::task::status::Status;
use apalis_sqlite::{Config, SqliteStorage};
use outlive::Tracker;
use outlive_durable::{Jobs, durable};
use support::{Database, until};

static MAIL: Tracker = Tracker::bounded("mail", 4);

#[durable(timeout = "5s", track = MAIL, name = "mail.send")]
async fn send(to: String) {
    drop(to);
}

#[durable(timeout = "5s", track = MAIL, name = "mail.later")]
async fn later() {}

#[tokio::test]
async fn its_lists_and_its_metrics_show_jobs_workers_and_queues() {
    let database = Database::new("apalis_reads_it");
    let queue = database.queue().await;
    let storage = SqliteStorage::<()>::new(queue.sqlite_pool().unwrap());
    let storage = storage.with_config(Config::default().queue("outlive"));
    let done = send("ada@example.org".to_owned()).enqueue(&queue).await.unwrap().id();
    let waits = later().after("1h").enqueue(&queue).await.unwrap().id();
    let worker = Jobs::on(&queue).start();
    until("one is done", || async { worker.counts().done == 1 }).await;

    for (status, id) in [(Status::Done, done), (Status::Pending, waits)] {
        let filter = Filter { status: Some(status), page: 1, page_size: None };
        let tasks = storage.list_tasks(&filter).await.unwrap();
        let ids: Vec<String> = tasks.iter().map(|task| task.task_id().unwrap().to_string()).collect();
        assert_eq!(ids, [id.to_string()]);
    }
    let workers = storage.list_workers().await.unwrap();
    assert_eq!(workers.len(), 1, "{workers:?}");
    assert_eq!(storage.list_queues().await.unwrap()[0].name, "outlive");
    let metrics = storage.fetch_by_queue().await.unwrap();
    let of = |title: &str| {
        let found = metrics.iter().find(|metric| metric.title == title);
        found.unwrap_or_else(|| panic!("{title} in {metrics:?}")).value.clone()
    };
    assert_eq!((of("PENDING_JOBS"), of("DONE_JOBS")), ("1".to_owned(), "1".to_owned()), "{metrics:?}");
}
