//! A database as another process has it open: to lock it, to look into it, to repair it.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

pub(crate) struct File(SqliteConnection);

impl File {
    pub(crate) async fn open(file: &Path) -> Self {
        let options = SqliteConnectOptions::new().filename(file).busy_timeout(Duration::from_secs(15));
        Self(options.connect().await.unwrap())
    }

    /// From now on nobody else writes.
    pub(crate) async fn lock(&mut self) {
        self.run("BEGIN IMMEDIATE").await;
    }

    pub(crate) async fn unlock(&mut self) {
        self.run("COMMIT").await;
    }

    pub(crate) async fn run(&mut self, statement: &'static str) {
        sqlx::query(statement).execute(&mut self.0).await.unwrap();
    }

    /// The one number that the query gives.
    pub(crate) async fn number(&mut self, query: &'static str) -> i64 {
        let (number,) = sqlx::query_as(query).fetch_one(&mut self.0).await.unwrap();
        number
    }

    pub(crate) async fn close(self) {
        self.0.close().await.unwrap();
    }
}
