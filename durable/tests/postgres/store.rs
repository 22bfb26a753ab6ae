//! What is asked of PostgreSQL, of the queue's connections to it, and of its tables beside the user's.

#[path = "../support/mod.rs"]
mod support;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use outlive::Tracker;
use outlive_durable::{EnqueueError, Enqueued, Jobs, Queue, durable};
use sqlx::PgPool;
use support::cluster::Cluster;
use support::{Database, until};

static JOBS: Tracker = Tracker::bounded("store", 4);

#[durable(timeout = "5s", track = JOBS, name = "it's \"quoted\" => so")]
async fn nothing() {}

async fn execute(pool: &PgPool, sql: &'static str) {
    sqlx::raw_sql(sql).execute(pool).await.unwrap();
}

#[tokio::test]
async fn a_commit_waits_for_the_disk_whatever_the_database_says() {
    let database = Database::new("synchronous");
    let pool = PgPool::connect(database.url()).await.unwrap();
    let queue = database.queue().await;
    execute(&pool, "CREATE TABLE seen (setting TEXT)").await;
    let note = "CREATE FUNCTION note() RETURNS TRIGGER AS $$ BEGIN \
         INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NEW; END; $$ LANGUAGE plpgsql; \
         CREATE TRIGGER note AFTER INSERT ON apalis.jobs FOR EACH ROW EXECUTE FUNCTION note()";
    execute(&pool, note).await;
    for (set, expected) in [("off", "on"), ("remote_write", "remote_write")] {
        let name: String = sqlx::query_scalar("SELECT current_database()::text").fetch_one(&pool).await.unwrap();
        let alter = format!("ALTER DATABASE \"{name}\" SET synchronous_commit = {set}");
        sqlx::query(sqlx::AssertSqlSafe(alter)).execute(&pool).await.unwrap();
        execute(&pool, "TRUNCATE seen").await;
        let careless = Queue::postgres(&pool).unwrap();
        // Side by side, so that each connection is used.
        for enqueued in futures_util::future::join_all((0..50).map(|_| nothing().enqueue(&careless))).await {
            enqueued.unwrap();
        }
        let seen: Vec<String> = sqlx::query_scalar("SELECT DISTINCT setting FROM seen").fetch_all(&pool).await.unwrap();
        assert_eq!(seen, [expected]);
    }
    drop(queue);
}

#[tokio::test]
async fn a_search_path_of_the_users_hides_nothing() {
    let database = Database::new("search_path");
    let _queue = database.queue().await;
    let pool = PgPool::connect(database.url()).await.unwrap();
    let mut transaction = pool.begin().await.unwrap();
    sqlx::query("SET LOCAL search_path TO pg_catalog").execute(&mut *transaction).await.unwrap();
    let id = nothing().unique("once", 1).enqueue_in(&mut transaction).await.unwrap().id();
    assert_eq!(nothing().unique("once", 1).enqueue_in(&mut transaction).await.unwrap(), Enqueued::AlreadyThere(id));
    transaction.commit().await.unwrap();
    let functions = database.look().await.texts("SELECT metadata -> 'function' FROM Jobs").await;
    assert_eq!(functions, ["it's \"quoted\" => so"]);
}

#[tokio::test]
async fn a_key_that_no_index_takes_is_refused_before_the_transaction_meets_it() {
    let database = Database::new("long_key");
    let _queue = database.queue().await;
    let pool = PgPool::connect(database.url()).await.unwrap();
    let mut transaction = pool.begin().await.unwrap();
    // Which do not get shorter when they are compressed.
    let key =
        |length| (0..length).map(|at: u32| char::from_u32(32 + at * at * 7 % 89 + at % 5).unwrap()).collect::<String>();
    let error = nothing().unique("long", key(3000)).enqueue_in(&mut transaction).await.unwrap_err();
    assert!(matches!(&error, EnqueueError::Store(_)), "{error:?}");
    assert!(error.to_string().contains("2600 bytes"), "{error}");
    nothing().unique("long", key(2300)).enqueue_in(&mut transaction).await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_another_transaction_has_taken_is_free_when_that_is_rolled_back() {
    let database = Database::new("key_in_flight");
    let queue = database.queue().await;
    let pool = PgPool::connect(database.url()).await.unwrap();
    for commits in [false, true] {
        let mut first = pool.begin().await.unwrap();
        let id = nothing().unique("key", commits).enqueue_in(&mut first).await.unwrap().id();
        let second = tokio::spawn({
            let queue = queue.clone();
            async move { nothing().unique("key", commits).enqueue(&queue).await.unwrap() }
        });
        let waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
        until("it waits", || async { database.look().await.number(waits).await > 0 }).await;
        if commits {
            first.commit().await.unwrap();
            assert_eq!(second.await.unwrap(), Enqueued::AlreadyThere(id));
        } else {
            first.rollback().await.unwrap();
            assert!(matches!(second.await.unwrap(), Enqueued::New(_)));
        }
    }
}

#[tokio::test]
async fn a_delay_that_no_column_takes_is_a_century() {
    let database = Database::new("century");
    let queue = database.queue().await;
    let id = nothing().after(Duration::MAX).enqueue(&queue).await.unwrap().id();
    assert!(database.row(id).await.run_at > 4_000_000_000);
}

#[tokio::test]
async fn a_user_who_may_not_make_the_tables_is_told_what_to_run() {
    let cluster = Cluster::shared();
    let database = Database::new("extension");
    let pool = PgPool::connect(database.url()).await.unwrap();
    execute(&pool, "CREATE ROLE poor LOGIN").await;
    let name: String = sqlx::query_scalar("SELECT current_database()::text").fetch_one(&pool).await.unwrap();
    let queue = Queue::postgres(&cluster.url_of("poor", &name)).unwrap();
    let error = queue.migrate().await.unwrap_err().to_string();
    assert!(error.contains("permission denied"), "{error}");
    // What the message says is what helps.
    let sql = error.split('`').nth(1).unwrap().to_owned();
    assert!(sql.starts_with("GRANT CREATE") && sql.contains("CREATE EXTENSION hstore;"), "{error}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    queue.migrate().await.unwrap();
    nothing().enqueue(&queue).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_at_once_make_the_tables_once() {
    let database = Database::new("migrations_at_once");
    let queues: Vec<Queue> = (0..6).map(|_| Queue::postgres(database.url()).unwrap()).collect();
    for done in futures_util::future::join_all(queues.iter().map(Queue::migrate)).await {
        done.unwrap();
    }
    nothing().enqueue(&queues[0]).await.unwrap();
}

#[tokio::test]
async fn a_look_at_the_queue_does_not_read_all_that_was_done() {
    let database = Database::new("much_done");
    let queue = database.queue().await;
    let done = "INSERT INTO Jobs (id, job_type, job, status, attempts, max_attempts, run_at, priority, done_at) \
         SELECT 'done-' || n, 'outlive', '{}'::bytea, 'Done', 1, 5, now(), 0, now() FROM generate_series(1, 20000) AS n";
    database.look().await.execute(done).await;
    nothing().enqueue(&queue).await.unwrap();
    database.look().await.execute("ANALYZE Jobs").await;
    assert_eq!(queue.status().await.unwrap().ready, 1);
    // The server counts what has been read a moment later.
    let scans = "SELECT idx_scan::bigint FROM pg_stat_user_indexes WHERE indexrelname = 'outlive_open_jobs'";
    until("it was read by its index", || async {
        let _ = queue.status().await.unwrap();
        database.look().await.number(scans).await > 0
    })
    .await;
}

#[tokio::test]
async fn a_url_of_something_else_is_refused() {
    let Err(error) = Queue::postgres("sqlite://service.db") else { panic!("it is none") };
    assert!(error.to_string().contains("begins with \"postgres://\""), "{error}");
}

static RUNS: AtomicU32 = AtomicU32::new(0);

#[durable(timeout = "5s", attempts = 10, track = JOBS)]
async fn count() {
    RUNS.fetch_add(1, Ordering::Relaxed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_lost_is_made_again() {
    let database = Database::new("lost");
    let queue = database.queue().await;
    // It hears of jobs, and does not look.
    let _worker = Jobs::on(&queue).poll_every(Duration::from_hours(1)).start();
    for number in 1..4 {
        count().enqueue(&queue).await.unwrap();
        until("it has run", || async { RUNS.load(Ordering::Relaxed) >= number }).await;
        // Each of the queue's, and the one that hears.
        let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()";
        assert!(database.look().await.number(end).await > 0);
    }
}
