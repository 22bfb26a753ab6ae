//! What `enqueue` promises: committed, with the caller's rows or not at all, once for its key, and not before its time.

mod support;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use outlive::Tracker;
use outlive_durable::{EnqueueError, Enqueued, Jobs, Queue, durable};
use sqlx::Connection as _;
use support::{Database, count, rows, until_all};

static JOBS: Tracker = Tracker::bounded("promises", 4);
static RUNS: AtomicU32 = AtomicU32::new(0);

#[durable(timeout = "5s", track = JOBS)]
async fn greet(name: String) {
    assert!(!name.is_empty());
    RUNS.fetch_add(1, Ordering::Relaxed);
}

#[tokio::test]
async fn a_rolled_back_transaction_leaves_no_job() {
    let database = Database::new("rollback");
    let queue = database.queue().await;
    let pool = database.pool().await;
    sqlx::query("CREATE TABLE users (name TEXT)").execute(&pool).await.unwrap();
    for commits in [false, true] {
        let mut transaction = pool.begin().await.unwrap();
        sqlx::query("INSERT INTO users VALUES ('ada')").execute(&mut *transaction).await.unwrap();
        greet("ada".to_owned()).enqueue_in(&mut transaction).await.unwrap();
        if commits {
            transaction.commit().await.unwrap();
        } else {
            transaction.rollback().await.unwrap();
        }
        let users: i64 = sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&pool).await.unwrap();
        assert_eq!((users, count(&queue, "Pending").await), (i64::from(commits), i64::from(commits)));
    }
}

#[tokio::test]
async fn a_key_that_is_taken_is_said_and_leaves_the_transaction_as_it_is() {
    let database = Database::new("unique");
    let queue = database.queue().await;
    let pool = database.pool().await;
    sqlx::query("CREATE TABLE users (name TEXT)").execute(&pool).await.unwrap();
    let first = greet("ada".to_owned()).unique("welcome", 7).enqueue(&queue).await.unwrap();
    let again = greet("ada".to_owned()).unique("welcome", 7).enqueue(&queue).await.unwrap();
    assert_eq!(again, Enqueued::AlreadyThere(first.id()));

    let mut transaction = pool.begin().await.unwrap();
    sqlx::query("INSERT INTO users VALUES ('ada')").execute(&mut *transaction).await.unwrap();
    let again = greet("ada".to_owned()).unique("welcome", 7).enqueue_in(&mut transaction).await.unwrap();
    assert_eq!(again, Enqueued::AlreadyThere(first.id()));
    let other = greet("bob".to_owned()).unique("welcome", 8).enqueue_in(&mut transaction).await.unwrap();
    assert!(matches!(other, Enqueued::New(_)));
    transaction.commit().await.unwrap();
    let users: i64 = sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&pool).await.unwrap();
    assert_eq!((users, count(&queue, "Pending").await), (1, 2));
}

#[tokio::test]
async fn a_job_does_not_run_before_its_time() {
    let database = Database::new("after");
    let queue = database.queue().await;
    let seconds = |time: SystemTime| i64::try_from(time.duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    for (at, delay) in
        [Duration::from_millis(1500), Duration::from_secs(2), Duration::from_mins(10)].into_iter().enumerate()
    {
        let due = seconds(SystemTime::now() + delay);
        if at == 2 {
            greet("ada".to_owned()).after("10m").enqueue(&queue).await.unwrap();
        } else {
            greet("ada".to_owned()).after(delay).enqueue(&queue).await.unwrap();
        }
        let run_at = rows(&queue).await[at].run_at * 1000;
        assert!(run_at >= due && run_at < due + 3000, "{run_at} for {due}");
    }
    let error = greet("ada".to_owned()).after("ten minutes").enqueue(&queue).await.unwrap_err();
    assert_eq!(error.to_string(), "\"ten minutes\" is no duration: write \"10m\", as humantime reads it");
    assert_eq!(rows(&queue).await.len(), 3);
}

#[tokio::test]
async fn a_queue_of_another_name_is_another_queue() {
    let database = Database::new("named");
    let queue = database.queue().await;
    let mail = queue.clone().named("mail");
    let pool = database.pool().await;
    greet("ada".to_owned()).enqueue(&mail).await.unwrap();
    let mut transaction = pool.begin().await.unwrap();
    greet("ada".to_owned()).queue("mail").enqueue_in(&mut transaction).await.unwrap();
    transaction.commit().await.unwrap();
    let _other = Jobs::on(&queue).start();
    let _worker = Jobs::on(mail).start();
    until_all(&queue, "Done").await;
    let names: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT job_type FROM Jobs").fetch_all(queue.pool()).await.unwrap();
    assert_eq!(names, ["mail"]);
}

#[tokio::test]
async fn a_locked_database_is_a_typed_error_within_the_deadline() {
    let database = Database::new("locked");
    let queue = database.queue().await.deadline(Duration::from_millis(600));
    let pool = database.pool().await;
    let mut holder = pool.acquire().await.unwrap();
    let lock = holder.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let begin = Instant::now();
    // As many as do not fit beside each other: each has its own deadline.
    let all = (0..20).map(|_| greet("ada".to_owned()).enqueue(&queue));
    for result in futures_util::future::join_all(all).await {
        assert!(matches!(result, Err(EnqueueError::Busy { .. } | EnqueueError::NoAnswer { .. })), "{result:?}");
    }
    assert!(begin.elapsed() < Duration::from_secs(30), "a deadline, and no hang");
    lock.rollback().await.unwrap();
    greet("ada".to_owned()).enqueue(&queue).await.unwrap();
}

#[tokio::test]
async fn a_queue_in_memory_is_refused() {
    for url in ["sqlite::memory:", "sqlite://:memory:"] {
        let Err(error) = Queue::sqlite(url) else { panic!("{url} is no file") };
        assert!(error.to_string().contains("keeps nothing"), "{error}");
    }
}

#[tokio::test]
async fn what_has_ended_is_forgotten_when_that_is_asked_for() {
    let database = Database::new("forget");
    let queue = database.queue().await;
    greet("ada".to_owned()).enqueue(&queue).await.unwrap();
    let worker = Jobs::on(&queue).start();
    until_all(&queue, "Done").await;
    drop(worker);
    greet("bob".to_owned()).after("1h").enqueue(&queue).await.unwrap();
    assert_eq!(queue.forget_ended(Duration::from_hours(1)).await.unwrap(), 0);
    assert_eq!(queue.forget_ended(Duration::ZERO).await.unwrap(), 1);
    assert_eq!(count(&queue, "Pending").await, 1);
}
