//! What is asked of the store's connections, and of its tables beside the user's.

mod support;

use outlive::Tracker;
use outlive_durable::{Enqueued, Queue, durable};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use support::Database;

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
