//! What is asked of the store's connections, and of its tables beside the user's.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use outlive::Tracker;
use outlive_durable::{Enqueued, Jobs, Queue, durable};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use support::{Database, until};

static JOBS: Tracker = Tracker::bounded("store", 4);

#[durable(timeout = "5s", track = JOBS)]
async fn nothing() {}

fn options(database: &Database) -> SqliteConnectOptions {
    database.url().parse::<SqliteConnectOptions>().unwrap().create_if_missing(true)
}

async fn pool(database: &Database) -> SqlitePool {
    SqlitePoolOptions::new().connect_with(options(database)).await.unwrap()
}

#[tokio::test]
async fn no_connection_is_less_than_normal_about_the_disk() {
    let database = Database::new("synchronous");
    let pool = pool(&database).await;
    // By its URL, and by a pool that does not care.
    sqlx::query("PRAGMA synchronous = OFF").execute(&pool).await.unwrap();
    let careless = options(&database).synchronous(SqliteSynchronous::Off);
    let queues = [
        (database.queue().await, 1),
        (Queue::sqlite(&pool).unwrap(), 1),
        (Queue::sqlite(careless).unwrap(), 1),
        (database.queue().await.survives_power_cuts(), 2),
        (database.queue().await.survives_power_cuts().named("mail"), 2),
    ];
    for (queue, expected) in queues {
        queue.migrate().await.unwrap();
        let mut connections = Vec::new();
        let pool = queue.sqlite_pool().unwrap();
        for _ in 0..pool.options().get_max_connections() {
            connections.push(pool.acquire().await.unwrap());
        }
        assert!(connections.len() > 1);
        for connection in &mut connections {
            let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut **connection).await.unwrap();
            let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut **connection).await.unwrap();
            assert_eq!((synchronous, mode.as_str()), (expected, "wal"));
        }
    }
}

#[tokio::test]
async fn a_queue_in_memory_is_refused() {
    for url in ["sqlite::memory:", "sqlite://:memory:"] {
        let Err(error) = Queue::sqlite(url) else { panic!("{url} is no file") };
        assert!(error.to_string().contains("keeps nothing"), "{error}");
    }
}

fn users_own() -> Migrator {
    let sql = sqlx::AssertSqlSafe("CREATE TABLE users (name TEXT)".to_owned());
    let migration =
        Migration::new(1, "users".into(), MigrationType::Simple, sqlx::SqlSafeStr::into_sql_str(sql), false);
    let mut migrator = Migrator::with_migrations(vec![migration]);
    migrator.set_ignore_missing(true);
    migrator
}

#[tokio::test]
async fn the_tables_stand_beside_those_of_the_users_own_migrations() {
    for is_first in [true, false] {
        let database = Database::new("migrations");
        let pool = pool(&database).await;
        let queue = Queue::sqlite(database.url()).unwrap();
        for _ in 0..2 {
            if is_first {
                users_own().run(&pool).await.unwrap();
            }
            queue.migrate().await.unwrap();
            users_own().run(&pool).await.unwrap();
        }
        nothing().enqueue(&queue).await.unwrap();
        assert_eq!(database.count("Pending").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_at_once_make_the_tables_once() {
    let database = Database::new("migrations_at_once");
    let queues: Vec<Queue> = (0..6).map(|_| Queue::sqlite(database.url()).unwrap()).collect();
    for done in futures_util::future::join_all(queues.iter().map(Queue::migrate)).await {
        done.unwrap();
    }
    nothing().enqueue(&queues[0]).await.unwrap();
}

#[tokio::test]
async fn a_key_that_comes_free_while_it_is_looked_at_is_the_jobs() {
    let database = Database::new("key_freed");
    let queue = database.queue().await;
    let pool = pool(&database).await;
    // As where the row that had the key is forgotten right after the INSERT has met it.
    let trigger = "CREATE TABLE met (once INTEGER); \
         CREATE TRIGGER meets BEFORE INSERT ON Jobs WHEN NOT EXISTS (SELECT 1 FROM met) \
         BEGIN INSERT INTO met VALUES (1); SELECT RAISE(IGNORE); END";
    sqlx::raw_sql(trigger).execute(&pool).await.unwrap();
    let job = nothing().unique("welcome", 7).enqueue(&queue).await.unwrap();
    assert!(matches!(job, Enqueued::New(_)), "{job:?}");
    assert_eq!(database.count("Pending").await, 1, "what is said to be there is there");
}

/// How much SQLite does in this queue's connections from now on, in thousands of its steps. Each takes so long.
async fn steps(queue: &Queue, each: Duration) -> Arc<AtomicU32> {
    let steps = Arc::new(AtomicU32::new(0));
    let pool = queue.sqlite_pool().unwrap();
    let mut connections = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        connections.push(pool.acquire().await.unwrap());
    }
    for connection in &mut connections {
        let steps = Arc::clone(&steps);
        let count = move || {
            std::thread::sleep(each);
            steps.fetch_add(1, Ordering::Relaxed) < u32::MAX
        };
        connection.lock_handle().await.unwrap().set_progress_handler(1000, count);
    }
    steps
}

/// Many jobs that are to run later.
async fn later(database: &Database) {
    let later = "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 20000) \
         INSERT INTO Jobs (id, job_type, job, status, attempts, max_attempts, run_at, priority) \
         SELECT 'later-' || n, 'outlive', CAST('{}' AS BLOB), 'Pending', 0, 5, 9999999999, 0 FROM counted";
    database.look().await.execute(later).await;
}

#[tokio::test]
async fn a_worker_does_not_look_at_all_that_is_to_run_later() {
    let database = Database::new("later");
    let queue = database.queue().await;
    later(&database).await;
    let steps = steps(&queue, Duration::ZERO).await;
    let worker = Jobs::on(&queue).start();
    for number in 1..=200 {
        nothing().enqueue(&queue).await.unwrap();
        until("it has run", || async { worker.counts().done == number }).await;
    }
    // For its page, it counts them now and then.
    let steps = steps.load(Ordering::Relaxed);
    assert!(steps < 10_000, "{steps} thousand steps for 200 jobs");
}

#[tokio::test]
async fn a_row_of_somebody_elses_keeps_no_job_waiting() {
    let database = Database::new("foreign");
    let queue = database.queue().await;
    let foreign = "INSERT INTO Jobs (id, job_type, job, status, attempts, max_attempts, run_at, priority) \
         VALUES ('7', 'outlive', CAST('{}' AS BLOB), 'Pending', 0, 5, 1, 0)";
    database.look().await.execute(foreign).await;
    let worker = Jobs::on(&queue).start();
    nothing().enqueue(&queue).await.unwrap();
    until("it has run", || async { worker.counts().done == 1 && worker.counts().set_aside == 1 }).await;
    assert_eq!(database.count("Failed").await, 1);
}

#[durable(timeout = "20s", track = JOBS)]
async fn waits() {
    RUNS.fetch_add(1, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_secs(8)).await;
}

static RUNS: AtomicU32 = AtomicU32::new(0);

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_takes_long_to_count_says_that_it_lives() {
    let database = Database::new("slow_count");
    let queue = database.queue().await;
    later(&database).await;
    steps(&queue, Duration::from_millis(10)).await;
    waits().enqueue(&queue).await.unwrap();
    let worker = Jobs::on(&queue).heartbeat(Duration::from_secs(1)).start();
    until("it runs", || async { RUNS.load(Ordering::Relaxed) == 1 }).await;
    // One that could take it for dead, and does not take long.
    let other = database.queue().await;
    let _other = Jobs::on(&other).heartbeat(Duration::from_secs(1)).start();
    // It counts what it has written a moment later.
    until("it has run", || async { worker.counts().done == 1 }).await;
    assert_eq!((database.count("Done").await, RUNS.load(Ordering::Relaxed)), (1, 1));
}

#[tokio::test]
async fn a_queue_without_its_tables_says_what_to_call() {
    let database = Database::new("no_tables");
    let queue = Queue::sqlite(database.url()).unwrap();
    let error = queue.status().await.unwrap_err().to_string();
    assert!(error.ends_with("no such table: Jobs: call `queue.migrate()` first"), "{error}");
}
