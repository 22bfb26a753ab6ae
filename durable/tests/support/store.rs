//! A database, whichever it is: a file, or, where the test's name says so, one in a PostgreSQL server.

use outlive_durable::{EnqueueError, Enqueued, Job, Queue};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, SqlitePool};
#[cfg(feature = "postgres")]
use sqlx::{PgPool, postgres::PgConnectOptions, postgres::PgPoolOptions};

pub(crate) fn is_postgres() -> bool {
    env!("CARGO_CRATE_NAME").starts_with("postgres")
}

pub(crate) fn queue_at(url: &str) -> Queue {
    #[cfg(feature = "postgres")]
    if url.starts_with("postgres") {
        return Queue::postgres(url).unwrap();
    }
    Queue::sqlite(url).unwrap()
}

/// Of the user's own, as sqlx makes it.
#[derive(Clone)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    #[cfg(feature = "postgres")]
    Postgres(PgPool),
}

pub(crate) enum Transaction {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

macro_rules! on {
    ($of:expr, $it:ident => $do:expr) => {
        match $of {
            Self::Sqlite($it) => $do,
            #[cfg(feature = "postgres")]
            Self::Postgres($it) => $do,
        }
    };
}

impl Pool {
    pub(crate) async fn new(url: &str) -> Self {
        #[cfg(feature = "postgres")]
        if url.starts_with("postgres") {
            return Self::Postgres(PgPool::connect(url).await.unwrap());
        }
        let options: SqliteConnectOptions = url.parse().unwrap();
        Self::Sqlite(SqlitePoolOptions::new().connect_with(options.create_if_missing(true)).await.unwrap())
    }

    /// One that finds apalis's tables by their names alone.
    pub(crate) async fn to_look(url: &str) -> Self {
        #[cfg(feature = "postgres")]
        if url.starts_with("postgres") {
            let options: PgConnectOptions = url.parse().unwrap();
            let options = options.options([("search_path", "apalis,public")]);
            return Self::Postgres(PgPoolOptions::new().max_connections(2).connect_with(options).await.unwrap());
        }
        Self::new(url).await
    }

    pub(crate) async fn execute(&self, sql: &str) {
        let query = AssertSqlSafe(sql.to_owned());
        on!(self, pool => { sqlx::query(query).execute(pool).await.unwrap(); });
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let query = AssertSqlSafe(sql.to_owned());
        on!(self, pool => sqlx::query_scalar(query).fetch_one(pool).await.unwrap())
    }

    pub(crate) async fn numbers(&self, sql: &str) -> Vec<i64> {
        let query = AssertSqlSafe(sql.to_owned());
        on!(self, pool => sqlx::query_scalar(query).fetch_all(pool).await.unwrap())
    }

    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let query = AssertSqlSafe(sql.to_owned());
        on!(self, pool => sqlx::query_scalar(query).fetch_all(pool).await.unwrap())
    }

    pub(crate) async fn row(&self, sql: &str) -> super::Row {
        let query = AssertSqlSafe(sql.to_owned());
        on!(self, pool => sqlx::query_as(query).fetch_one(pool).await.unwrap())
    }

    pub(crate) async fn begin(&self) -> Transaction {
        match self {
            Self::Sqlite(pool) => Transaction::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await.unwrap()),
            #[cfg(feature = "postgres")]
            Self::Postgres(pool) => Transaction::Postgres(pool.begin().await.unwrap()),
        }
    }
}

impl Transaction {
    pub(crate) async fn execute(&mut self, sql: &str) {
        let query = AssertSqlSafe(sql.to_owned());
        on!(self, transaction => { sqlx::query(query).execute(&mut **transaction).await.unwrap(); });
    }

    pub(crate) async fn enqueue<P>(&mut self, job: Job<P>) -> Result<Enqueued, EnqueueError> {
        on!(self, transaction => job.enqueue_in(transaction).await)
    }

    pub(crate) async fn commit(self) {
        on!(self, transaction => transaction.commit().await.unwrap());
    }

    pub(crate) async fn rollback(self) {
        on!(self, transaction => transaction.rollback().await.unwrap());
    }

    /// Nobody else gets at the jobs until it ends.
    pub(crate) async fn lock(&mut self) {
        if is_postgres() {
            self.execute("LOCK TABLE apalis.jobs, apalis.workers IN ACCESS EXCLUSIVE MODE").await;
        }
    }
}
