//! Jobs in PostgreSQL, in apalis's tables.

mod connections;
mod news;
mod push;
mod sql;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use apalis_postgres::{PostgresStorage, queries};
use futures_util::future::BoxFuture;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{Connection as _, Postgres as Driver};
use tokio::sync::Notify;

use super::{
    Answer, Census, CensusRow, Engine, Fetched, Last, NewJob, Pushed, SET_ASIDE_FOR, WorkerId, all_reasons, reason,
};
use crate::error::StoreError;
use connections::Connections;

pub(super) use push::push;

pub(crate) struct Postgres {
    connections: Arc<Connections>,
    queue: String,
}

type Query = sqlx::query::Query<'static, Driver, <Driver as sqlx::Database>::Arguments>;

impl Postgres {
    pub(crate) fn new(options: PgConnectOptions, queue: &str) -> Self {
        Self { connections: Arc::new(Connections::new(options)), queue: queue.to_owned() }
    }

    /// Executes a statement. Returns how many rows it changed.
    async fn execute(&self, query: Query) -> Result<u64, StoreError> {
        let mut connection = self.connections.take().await?;
        let done = self.connections.answer(query.execute(&mut *connection)).await?;
        connection.back();
        Ok(done.rows_affected())
    }

    /// Gives the rows of dead workers back: of those without a heartbeat for a lease. The lease is longer if this worker's
    /// own heartbeats failed, because the others' failed then as well.
    async fn bury(&self, worker: &WorkerId, connection: &mut PgConnection) -> Result<(), StoreError> {
        let lease = (worker.beat * WorkerId::MISSED).as_secs_f64();
        let beat = sqlx::query_as::<_, (f64, bool)>(sql::BEAT)
            .bind(worker.name().to_owned())
            .bind(self.queue.clone())
            .bind("PostgresStorage")
            .bind("outlive-durable")
            .bind(lease);
        let (last, has_been_up) = self.connections.answer(beat.fetch_one(&mut *connection)).await?;
        if has_been_up {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some seconds")]
            let dead_for = (lease + last).ceil() as u64;
            let spare = sqlx::query(sql::SPARE).bind(self.queue.clone()).bind((lease + last).ceil());
            self.connections.answer(spare.execute(&mut *connection)).await?;
            let orphaned = async {
                let orphaned = queries::reenqueue_orphaned(connection, &self.queue, dead_for).await;
                orphaned.map_err(|error| StoreError::from(error).0)
            };
            self.connections.answer(orphaned).await?;
        }
        Ok(())
    }
}

/// The metadata of a function's jobs in `hstore` text.
fn of_function(name: &str) -> String {
    format!(r#""function"=>"{}""#, name.replace('\\', r"\\").replace('"', r#"\""#))
}

/// Removes NULs, which PostgreSQL's texts cannot contain.
fn text(error: &str) -> String {
    error.replace('\0', "\u{fffd}")
}

fn set_aside(reason: &str) -> String {
    text(&format!("{SET_ASIDE_FOR}{reason}"))
}

impl Engine for Postgres {
    fn named(&self, queue: &str) -> Arc<dyn Engine> {
        Arc::new(Self { connections: Arc::clone(&self.connections), queue: queue.to_owned() })
    }

    fn surviving_power_cuts(&self) -> Arc<dyn Engine> {
        self.named(&self.queue)
    }

    fn migrate(&self) -> Answer<'_, ()> {
        Box::pin(async {
            // A separate connection without a timeout: it may wait for the migrations of another process.
            let options = self.connections.options.clone();
            let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await?;
            let mut migrations = PostgresStorage::<()>::migrations();
            migrations.set_ignore_missing(true);
            let Err(error) = migrations.run(&pool).await else {
                sqlx::raw_sql(sql::OPEN).execute(&pool).await?;
                return Ok(());
            };
            let error = sqlx::Error::from(error);
            let lacking: Vec<String> = sqlx::query_scalar(sql::LACKING).fetch_all(&pool).await?;
            if lacking.is_empty() {
                return Err(error.into());
            }
            let message = format!(
                "{error}. The tables are in a schema of their own, and need two extensions: let a superuser run `{}` in this \
                 database, once. Where the server does not know them, it lacks its package `postgresql-contrib`",
                lacking.join(" ")
            );
            Err(StoreError(sqlx::Error::Configuration(message.into())))
        })
    }

    fn push<'a>(&'a self, job: &'a NewJob) -> Answer<'a, Pushed> {
        Box::pin(async {
            let mut connection = self.connections.take().await?;
            job.is_sent.store(true, Ordering::Relaxed);
            let push = async { push(&mut connection, &self.queue, job).await.map_err(|error| error.0) };
            let pushed = self.connections.answer(push).await?;
            connection.back();
            Ok(pushed)
        })
    }

    fn push_all<'a>(&'a self, jobs: &'a [Arc<NewJob>]) -> Answer<'a, ()> {
        Box::pin(async move {
            let mut connection = self.connections.take().await?;
            let all = async {
                let mut transaction = connection.begin().await?;
                for job in jobs {
                    job.is_sent.store(true, Ordering::Relaxed);
                    push(&mut transaction, &self.queue, job).await.map_err(|error| error.0)?;
                }
                transaction.commit().await
            };
            self.connections.answer(all).await?;
            connection.back();
            Ok(())
        })
    }

    fn register<'a>(&'a self, worker: &'a WorkerId) -> Answer<'a, ()> {
        Box::pin(async {
            self.execute(sqlx::query(sql::BURY).bind(self.queue.clone())).await?;
            self.beat(worker).await
        })
    }

    fn beat<'a>(&'a self, worker: &'a WorkerId) -> Answer<'a, ()> {
        Box::pin(async {
            let mut connection = self.connections.take().await?;
            self.bury(worker, &mut connection).await?;
            connection.back();
            Ok(())
        })
    }

    fn fetch<'a>(&'a self, worker: &'a WorkerId, most: usize, only: Option<&'a [String]>) -> Answer<'a, Vec<Fetched>> {
        Box::pin(async move {
            let mut connection = self.connections.take().await?;
            let statement = if only.is_some() { sql::FETCH_ONLY } else { sql::FETCH };
            let mut query = sqlx::query_as::<_, (String, Vec<u8>, i32, i32, i64)>(statement)
                .bind(worker.name())
                .bind(&self.queue)
                .bind(i32::try_from(most).unwrap_or(i32::MAX));
            if let Some(only) = only {
                query = query.bind(only.iter().map(|name| of_function(name)).collect::<Vec<_>>());
            }
            let rows = self.connections.answer(query.fetch_all(&mut *connection)).await?;
            connection.back();
            let fetched = |(id, payload, attempts, most, lease)| {
                let [attempts, most] = [attempts, most].map(|count: i32| u32::try_from(count).unwrap_or(0));
                Fetched { id, payload, attempts, most, lease }
            };
            Ok(rows.into_iter().map(fetched).collect())
        })
    }

    fn listen<'a>(&'a self, news: &'a Notify, is_heard: &'a mut (dyn FnMut() + Send)) -> BoxFuture<'a, StoreError> {
        Box::pin(news::listen(&self.connections.options, &self.queue, news, is_heard))
    }

    fn begin<'a>(&'a self, worker: &'a WorkerId, job: &'a Fetched) -> Answer<'a, ()> {
        Box::pin(async move {
            let begin = sqlx::query(sql::BEGIN).bind(job.id.clone()).bind(worker.name().to_owned()).bind(job.lease);
            self.execute(begin).await?;
            Ok(())
        })
    }

    fn done<'a>(&'a self, worker: &'a WorkerId, jobs: &'a [&'a Fetched]) -> Answer<'a, HashSet<String>> {
        Box::pin(async move {
            let mut connection = self.connections.take().await?;
            let query = sqlx::query_scalar(sql::DONE)
                .bind(jobs.iter().map(|job| job.id.clone()).collect::<Vec<_>>())
                .bind(worker.name())
                .bind(jobs.iter().map(|job| job.lease).collect::<Vec<_>>());
            let ours = self.connections.answer(query.fetch_all(&mut *connection)).await?;
            connection.back();
            Ok(ours.into_iter().collect())
        })
    }

    fn finish<'a>(&'a self, worker: &'a WorkerId, job: &'a Fetched, last: &'a Last) -> Answer<'a, bool> {
        Box::pin(async move {
            let query = |statement: &'static str| {
                sqlx::query(statement).bind(job.id.clone()).bind(worker.name().to_owned()).bind(job.lease)
            };
            let query = match last {
                Last::Done => return Ok(self.done(worker, &[job]).await?.contains(&job.id)),
                Last::Again { after, error } => query(sql::AGAIN).bind(text(error)).bind(push::seconds(*after)),
                Last::Killed { ran, error } => query(sql::KILLED).bind(text(error)).bind(i32::from(*ran)),
                Last::SetAside { reason } => {
                    let mut connection = self.connections.take().await?;
                    let before = sqlx::query_scalar::<_, Option<String>>(sql::LAST_RESULT).bind(&job.id);
                    let before = self.connections.answer(before.fetch_optional(&mut *connection)).await?;
                    connection.back();
                    query(sql::SET_ASIDE).bind(set_aside(&all_reasons(before.flatten().as_deref(), reason)))
                }
                Last::Back => query(sql::BACK),
            };
            Ok(self.execute(query).await? > 0)
        })
    }

    fn hand_back<'a>(&'a self, worker: &'a WorkerId, keeps: &'a [String]) -> Answer<'a, u64> {
        Box::pin(async move {
            let mut connection = self.connections.take().await?;
            let query = sqlx::query_scalar::<_, i64>(sql::ALL_BACK).bind(worker.name()).bind(keeps);
            let count = self.connections.answer(query.fetch_one(&mut *connection)).await?;
            connection.back();
            Ok(u64::try_from(count).unwrap_or_default())
        })
    }

    fn leave<'a>(&'a self, worker: &'a WorkerId) -> Answer<'a, u64> {
        Box::pin(async move {
            let handed_back = self.hand_back(worker, &[]).await?;
            self.execute(sqlx::query(sql::LEAVE).bind(worker.name().to_owned())).await?;
            Ok(handed_back)
        })
    }

    fn reasons(&self) -> Answer<'_, Vec<String>> {
        Box::pin(async {
            let mut connection = self.connections.take().await?;
            let query = sqlx::query_scalar::<_, String>(sql::REASONS).bind(&self.queue);
            let results = self.connections.answer(query.fetch_all(&mut *connection)).await?;
            connection.back();
            Ok(results.iter().filter_map(|result| reason(result)).collect())
        })
    }

    fn take_up<'a>(&'a self, reason: &'a str, attempts: u32) -> Answer<'a, u64> {
        Box::pin(async move {
            let attempts = i32::try_from(attempts).unwrap_or(i32::MAX);
            let query = sqlx::query(sql::TAKE_UP).bind(self.queue.clone()).bind(set_aside(reason)).bind(attempts);
            self.execute(query).await
        })
    }

    fn take_up_all(&self) -> Answer<'_, u64> {
        Box::pin(async { self.execute(sqlx::query(sql::TAKE_UP_ALL).bind(self.queue.clone())).await })
    }

    fn census(&self) -> Answer<'_, Census> {
        Box::pin(async {
            let mut connection = self.connections.take().await?;
            let query = sqlx::query_as::<_, CensusRow>(sql::CENSUS).bind(&self.queue);
            let row = self.connections.answer(query.fetch_one(&mut *connection)).await?;
            connection.back();
            Ok(row.into())
        })
    }

    fn queue(&self) -> &str {
        &self.queue
    }

    fn place(&self) -> String {
        let options = &self.connections.options;
        format!("{}:{}/{}", options.get_host(), options.get_port(), options.get_database().unwrap_or_default())
    }

    fn forget(&self, older_than: Duration) -> Answer<'_, u64> {
        Box::pin(async move {
            let seconds = push::seconds(older_than);
            let mut count = 0;
            loop {
                let query = sqlx::query(sql::FORGET).bind(self.queue.clone()).bind(seconds);
                match self.execute(query).await? {
                    0 => return Ok(count),
                    more => count += more,
                }
            }
        })
    }
}
