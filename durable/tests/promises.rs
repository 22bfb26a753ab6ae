//! What `enqueue` promises: committed, with the caller's rows or not at all, once for its key, and not before its time.

mod support;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use outlive::Tracker;
use outlive_durable::{EnqueueError, Enqueued, Jobs, durable};
use support::{Database, until};

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
    database.queue().await.migrate().await.unwrap();
    let pool = database.pool().await;
    pool.execute("CREATE TABLE users (name TEXT)").await;
    for commits in [false, true] {
        let mut transaction = pool.begin().await;
        transaction.execute("INSERT INTO users VALUES ('ada')").await;
        transaction.enqueue(greet("ada".to_owned())).await.unwrap();
        if commits {
            transaction.commit().await;
        } else {
            transaction.rollback().await;
        }
        let users = pool.number("SELECT count(*) FROM users").await;
        assert_eq!((users, database.count("Pending").await), (i64::from(commits), i64::from(commits)));
    }
}

#[tokio::test]
async fn a_key_that_is_taken_is_said_and_leaves_the_transaction_as_it_is() {
    let database = Database::new("unique");
    let queue = database.queue().await;
    let pool = database.pool().await;
    pool.execute("CREATE TABLE users (name TEXT)").await;
    let first = greet("ada".to_owned()).unique("welcome", 7).enqueue(&queue).await.unwrap();
    let again = greet("ada".to_owned()).unique("welcome", 7).enqueue(&queue).await.unwrap();
    assert_eq!(again, Enqueued::AlreadyThere(first.id()));

    let mut transaction = pool.begin().await;
    transaction.execute("INSERT INTO users VALUES ('ada')").await;
    let again = transaction.enqueue(greet("ada".to_owned()).unique("welcome", 7)).await.unwrap();
    assert_eq!(again, Enqueued::AlreadyThere(first.id()));
    let other = transaction.enqueue(greet("bob".to_owned()).unique("welcome", 8)).await.unwrap();
    assert!(matches!(other, Enqueued::New(_)));
    transaction.commit().await;
    let users = pool.number("SELECT count(*) FROM users").await;
    assert_eq!((users, database.count("Pending").await), (1, 2));
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
        let job = greet("ada".to_owned());
        let job = if at == 2 { job.after("10m") } else { job.after(delay) };
        let run_at = database.row(job.enqueue(&queue).await.unwrap().id()).await.run_at * 1000;
        assert!(run_at >= due && run_at < due + 3000, "{run_at} for {due}");
    }
    let error = greet("ada".to_owned()).after("ten minutes").enqueue(&queue).await.unwrap_err();
    assert_eq!(error.to_string(), "\"ten minutes\" is no duration: write \"10m\", as humantime reads it");
    let error = greet("ada".to_owned()).after("600").enqueue(&queue).await.unwrap_err();
    assert!(error.to_string().starts_with("\"600\" has no unit: write \"600s\" for seconds"), "{error}");
    assert_eq!(database.count("Pending").await, 3);
}

#[durable(timeout = "5s", track = JOBS)]
async fn nothing() {}

#[tokio::test]
async fn the_longest_times_end_nothing_and_start_nothing() {
    let database = Database::new("longest");
    let queue = database.queue().await.deadline(Duration::MAX);
    for delay in [Duration::MAX, Duration::from_secs(u64::MAX / 2)] {
        nothing().after(delay).enqueue(&queue).await.unwrap();
    }
    let worker = Jobs::on(&queue).heartbeat(Duration::MAX).start();
    nothing().enqueue(&queue).await.unwrap();
    until("it has run", || async { worker.counts().done == 1 }).await;
    assert_eq!((database.count("Done").await, database.count("Pending").await), (1, 2));
}

#[tokio::test]
async fn a_queue_of_another_name_is_another_queue() {
    let database = Database::new("named");
    let queue = database.queue().await;
    let mail = queue.clone().named("mail");
    let pool = database.pool().await;
    greet("ada".to_owned()).enqueue(&mail).await.unwrap();
    let mut transaction = pool.begin().await;
    transaction.enqueue(greet("ada".to_owned()).queue("mail")).await.unwrap();
    transaction.commit().await;
    let _other = Jobs::on(&queue).start();
    let _worker = Jobs::on(mail).start();
    database.until_all("Done").await;
    let names = database.look().await.texts("SELECT DISTINCT job_type FROM Jobs").await;
    assert_eq!(names, ["mail"]);
}

#[tokio::test]
async fn a_locked_database_is_a_typed_error_within_the_deadline() {
    let database = Database::new("locked");
    let queue = database.queue().await.deadline(Duration::from_millis(600));
    let pool = database.pool().await;
    let mut lock = pool.begin().await;
    lock.lock().await;
    let begin = Instant::now();
    // As many as do not fit beside each other: each has its own deadline.
    let all = (0..20).map(|_| greet("ada".to_owned()).enqueue(&queue));
    for result in futures_util::future::join_all(all).await {
        assert!(matches!(result, Err(EnqueueError::Busy { .. } | EnqueueError::NoAnswer { .. })), "{result:?}");
    }
    assert!(begin.elapsed() < Duration::from_secs(30), "a deadline, and no hang");
    lock.rollback().await;
    greet("ada".to_owned()).enqueue(&queue).await.unwrap();
}

#[tokio::test]
async fn what_has_ended_is_forgotten_when_that_is_asked_for() {
    let database = Database::new("forget");
    let queue = database.queue().await;
    greet("ada".to_owned()).enqueue(&queue).await.unwrap();
    let worker = Jobs::on(&queue).start();
    database.until_all("Done").await;
    drop(worker);
    greet("bob".to_owned()).after("1h").enqueue(&queue).await.unwrap();
    assert_eq!(queue.forget_ended(Duration::from_hours(1)).await.unwrap(), 0);
    assert_eq!(queue.forget_ended(Duration::ZERO).await.unwrap(), 1);
    assert_eq!(database.count("Pending").await, 1);
}

#[tokio::test]
async fn forgetting_much_keeps_nobody_waiting() {
    let database = Database::new("forget_much");
    let queue = database.queue().await;
    let (job, long_ago) = if support::store::is_postgres() {
        ("convert_to('{}', 'UTF8')", "to_timestamp(0)")
    } else {
        ("CAST('{}' AS BLOB)", "0")
    };
    let ended = format!(
        "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 20000) \
         INSERT INTO Jobs (id, job_type, job, status, attempts, max_attempts, run_at, priority, done_at) \
         SELECT 'ended-' || n, 'outlive', {job}, 'Done', 1, 5, {long_ago}, 0, {long_ago} FROM counted"
    );
    database.look().await.execute(&ended).await;
    let forgetting = queue.clone();
    let forgets = tokio::spawn(async move { forgetting.forget_ended(Duration::from_hours(1)).await });
    tokio::task::yield_now().await;
    nothing().after("1h").enqueue(&queue).await.unwrap();
    // In PostgreSQL, nobody has to wait for it.
    assert!(support::store::is_postgres() || !forgets.is_finished(), "it goes on meanwhile");
    assert_eq!(forgets.await.unwrap().unwrap(), 20000);
    assert_eq!(database.count("Pending").await, 1);
}
