//! Jobs in a SQLite file, in apalis's tables.

mod news;
mod sql;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use apalis_core::backend::WorkerFilter;
use apalis_core::task::builder::TaskBuilder;
use apalis_core::task::metadata::MetadataStore;
use apalis_core::task::task_id::TaskId;
use apalis_sqlite::{Config, SqliteStorage, queries};
use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, Sqlite as Driver, SqlitePool};
use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use super::{
    Answer, BUSY, Census, CensusRow, Engine, Fetched, LONGEST, Last, NewJob, Pushed, SET_ASIDE_FOR, WorkerId,
    all_reasons, reason,
};
use crate::error::StoreError;

pub(crate) struct Sqlite {
    options: SqliteConnectOptions,
    pool: SqlitePool,
    /// Allows one writer at a time, because writers that meet inside SQLite sleep between their retries.
    writers: Arc<Semaphore>,
    queue: String,
}

impl Sqlite {
    /// Opens its own connections to the file, because durability at a power cut (`synchronous`) is a setting of each
    /// connection.
    pub(crate) fn new(options: SqliteConnectOptions, queue: &str, synchronous: SqliteSynchronous) -> Self {
        let options = options
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .busy_timeout(BUSY);
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(5))
            .connect_lazy_with(options.clone());
        Self { options, pool, writers: Arc::new(Semaphore::new(1)), queue: queue.to_owned() }
    }

    async fn write(&self) -> Result<(SemaphorePermit<'_>, PoolConnection<Driver>), StoreError> {
        let permit = self.writers.acquire().await.expect("nobody closes it");
        Ok((permit, self.pool.acquire().await?))
    }

    fn config(&self, worker: &WorkerId, batch: usize) -> Config {
        Config::default().queue(&self.queue).batch_size(batch).heartbeat_interval(worker.beat)
    }
}

/// Inserts a job in the connection's transaction.
pub(crate) async fn push(to: &mut SqliteConnection, queue: &str, job: &NewJob) -> Result<Pushed, StoreError> {
    let mut metadata = MetadataStore::new();
    for (key, value) in job.metadata() {
        let _ = metadata.insert(key, value);
    }
    let mut task = TaskBuilder::new(job.payload.clone())
        .task_id(TaskId::from_ulid(job.id.0))
        .with_metadata(metadata)
        .max_attempts(job.attempts as usize)
        .run_at_timestamp(run_at(job.after.unwrap_or_default()));
    if let Some(key) = &job.key {
        task = task.idempotency_key(key);
    }
    let task = [task.build()];
    let id = job.id.to_string();
    loop {
        match queries::push_tasks(&mut *to, queue, &task).await.map_err(StoreError::from) {
            // This job was written by an earlier try. A key that is taken is no error.
            Err(StoreError(sqlx::Error::Database(error))) if error.is_unique_violation() => {}
            pushed => pushed?,
        }
        let Some(key) = &job.key else { return Ok(Pushed::New) };
        // It inserts nothing if the key is taken.
        let there: Option<String> =
            sqlx::query_scalar(sql::OF_KEY).bind(queue).bind(key).fetch_optional(&mut *to).await?;
        match there {
            Some(there) if there == id => return Ok(Pushed::New),
            Some(there) => match there.parse() {
                Ok(there) => return Ok(Pushed::There(there)),
                Err(error) => return Err(StoreError(sqlx::Error::Decode(Box::new(error)))),
            },
            // It was deleted in between.
            None => {}
        }
    }
}

async fn done(in_: &mut SqliteConnection, worker: &WorkerId, jobs: &[&Fetched]) -> Result<HashSet<String>, StoreError> {
    let ids: Vec<&str> = jobs.iter().map(|job| &*job.id).collect();
    let ids = serde_json::to_string(&ids).unwrap_or_default();
    let held = sqlx::query_scalar(sql::DONE).bind(ids).bind(worker.name()).fetch_all(in_).await?;
    Ok(held.into_iter().collect())
}

/// The result of a failed run in apalis's format.
fn failed(error: &str) -> String {
    serde_json::json!({ "Err": error }).to_string()
}

fn set_aside(reason: &str) -> String {
    failed(&format!("{SET_ASIDE_FOR}{reason}"))
}

/// The time for a row, rounded up, because rows have whole seconds.
fn run_at(after: Duration) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let at = now.saturating_add(after.min(LONGEST));
    at.as_secs() + u64::from(at.subsec_nanos() > 0 && !after.is_zero())
}

/// The lease in whole seconds. If this worker's own heartbeat was late, because the database was locked, the machine asleep,
/// or the clock set, the lease is longer by that, because the others were late, too.
fn dead_for(beat: Duration, last: i64) -> i64 {
    let [beat, lease] = [beat, beat * WorkerId::MISSED].map(|time| i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
    let late = last - beat;
    // Both times were rounded.
    if late > 0 { lease.saturating_add(late + 1) } else { lease }
}

impl Engine for Sqlite {
    fn named(&self, queue: &str) -> Arc<dyn Engine> {
        let Self { options, pool, writers, .. } = self;
        let (options, pool, writers) = (options.clone(), pool.clone(), Arc::clone(writers));
        Arc::new(Self { options, pool, writers, queue: queue.to_owned() })
    }

    fn surviving_power_cuts(&self) -> Arc<dyn Engine> {
        Arc::new(Self::new(self.options.clone(), &self.queue, SqliteSynchronous::Full))
    }

    fn sqlite_pool(&self) -> Option<&SqlitePool> {
        Some(&self.pool)
    }

    fn listen<'a>(&'a self, news: &'a Notify, is_heard: &'a mut (dyn FnMut() + Send)) -> BoxFuture<'a, StoreError> {
        is_heard();
        Box::pin(async { news::listen(self.options.get_filename(), news).await })
    }

    fn migrate(&self) -> Answer<'_, ()> {
        Box::pin(async {
            // The table of migrations may also have the user's migrations.
            let mut migrations = SqliteStorage::migrations();
            migrations.set_ignore_missing(true);
            let mut left = 50;
            loop {
                match migrations.run(&self.pool).await {
                    Ok(()) => return Ok(()),
                    // Another process may run the same migrations: finished ones are skipped at the next try.
                    Err(_) if left > 0 => left -= 1,
                    Err(error) => return Err(sqlx::Error::from(error).into()),
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        })
    }

    fn push<'a>(&'a self, job: &'a NewJob) -> Answer<'a, Pushed> {
        Box::pin(async {
            let (_permit, mut connection) = self.write().await?;
            job.is_sent.store(true, Ordering::Relaxed);
            push(&mut connection, &self.queue, job).await
        })
    }

    fn push_all<'a>(&'a self, jobs: &'a [Arc<NewJob>]) -> Answer<'a, ()> {
        Box::pin(async move {
            let (_permit, mut connection) = self.write().await?;
            let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
            for job in jobs {
                job.is_sent.store(true, Ordering::Relaxed);
                push(&mut transaction, &self.queue, job).await?;
            }
            Ok(transaction.commit().await?)
        })
    }

    fn register<'a>(&'a self, worker: &'a WorkerId) -> Answer<'a, ()> {
        Box::pin(async {
            let (_permit, mut connection) = self.write().await?;
            sqlx::query(sql::BURY).bind(&self.queue).execute(&mut *connection).await?;
            let config = self.config(worker, 1);
            queries::register_worker(&mut *connection, &config, &worker.context, "outlive-durable").await?;
            Ok(())
        })
    }

    fn beat<'a>(&'a self, worker: &'a WorkerId) -> Answer<'a, ()> {
        Box::pin(async {
            let (_permit, mut connection) = self.write().await?;
            let last = sqlx::query_scalar(sql::LAST_BEAT).bind(worker.name()).fetch_optional(&mut *connection).await?;
            queries::keep_alive(&mut *connection, &self.config(worker, 1), &worker.context).await?;
            let others = WorkerFilter::AllExcept(worker.name().to_owned());
            let dead_for = dead_for(worker.beat, last.unwrap_or_default());
            // The rest of the condition is in the next statement.
            let spare = sqlx::query(sql::SPARE).bind(&self.queue).bind(worker.name());
            spare.bind(dead_for).execute(&mut *connection).await?;
            queries::reenqueue_orphaned(&mut *connection, dead_for, &self.queue, &others).await?;
            Ok(())
        })
    }

    fn fetch<'a>(&'a self, worker: &'a WorkerId, most: usize, only: Option<&'a [String]>) -> Answer<'a, Vec<Fetched>> {
        Box::pin(async move {
            let (_permit, mut connection) = self.write().await?;
            let statement = if only.is_some() { sql::FETCH_ONLY } else { sql::FETCH };
            let mut query = sqlx::query_as::<_, (String, Vec<u8>, u32, u32)>(statement)
                .bind(worker.name())
                .bind(&self.queue)
                .bind(i64::try_from(most).unwrap_or(i64::MAX));
            if let Some(only) = only {
                query = query.bind(serde_json::to_string(only).unwrap_or_default());
            }
            let rows = query.fetch_all(&mut *connection).await?;
            let fetched = |(id, payload, attempts, most)| Fetched {
                id,
                payload,
                attempts,
                most,
                #[cfg(feature = "postgres")]
                lease: 0,
            };
            Ok(rows.into_iter().map(fetched).collect())
        })
    }

    fn begin<'a>(&'a self, worker: &'a WorkerId, job: &'a Fetched) -> Answer<'a, ()> {
        Box::pin(async move {
            let (_permit, mut connection) = self.write().await?;
            sqlx::query(sql::BEGIN).bind(&job.id).bind(worker.name()).execute(&mut *connection).await?;
            Ok(())
        })
    }

    fn done<'a>(&'a self, worker: &'a WorkerId, jobs: &'a [&'a Fetched]) -> Answer<'a, HashSet<String>> {
        Box::pin(async move {
            let (_permit, mut connection) = self.write().await?;
            done(&mut connection, worker, jobs).await
        })
    }

    fn finish<'a>(&'a self, worker: &'a WorkerId, job: &'a Fetched, last: &'a Last) -> Answer<'a, bool> {
        Box::pin(async move {
            let (_permit, mut connection) = self.write().await?;
            let query = |statement: &'static str| sqlx::query(statement).bind(&job.id).bind(worker.name());
            let query = match last {
                Last::Done => return Ok(done(&mut connection, worker, &[job]).await?.contains(&job.id)),
                Last::Again { after, error } => {
                    let at = i64::try_from(run_at(*after)).unwrap_or(i64::MAX);
                    query(sql::AGAIN).bind(failed(error)).bind(at)
                }
                Last::Killed { ran, error } => query(sql::KILLED).bind(failed(error)).bind(i64::from(*ran)),
                Last::SetAside { reason } => {
                    let before: Option<Option<String>> = sqlx::query_scalar(sql::LAST_RESULT)
                        .bind(&job.id)
                        .bind(worker.name())
                        .fetch_optional(&mut *connection)
                        .await?;
                    query(sql::SET_ASIDE).bind(set_aside(&all_reasons(before.flatten().as_deref(), reason)))
                }
                Last::Back => query(sql::BACK),
            };
            Ok(query.execute(&mut *connection).await?.rows_affected() > 0)
        })
    }

    fn hand_back<'a>(&'a self, worker: &'a WorkerId, keeps: &'a [String]) -> Answer<'a, u64> {
        Box::pin(async move {
            let (_permit, mut connection) = self.write().await?;
            let keeps = serde_json::to_string(keeps).unwrap_or_default();
            let query = sqlx::query(sql::ALL_BACK).bind(worker.name()).bind(keeps);
            Ok(query.execute(&mut *connection).await?.rows_affected())
        })
    }

    fn leave<'a>(&'a self, worker: &'a WorkerId) -> Answer<'a, u64> {
        Box::pin(async move {
            let handed_back = self.hand_back(worker, &[]).await?;
            let (_permit, mut connection) = self.write().await?;
            sqlx::query(sql::LEAVE).bind(worker.name()).execute(&mut *connection).await?;
            Ok(handed_back)
        })
    }

    fn reasons(&self) -> Answer<'_, Vec<String>> {
        Box::pin(async {
            let written: Vec<String> = sqlx::query_scalar(sql::REASONS).bind(&self.queue).fetch_all(&self.pool).await?;
            Ok(written.iter().filter_map(|result| reason(result)).collect())
        })
    }

    fn take_up<'a>(&'a self, reason: &'a str, attempts: u32) -> Answer<'a, u64> {
        Box::pin(async move {
            let (_permit, mut connection) = self.write().await?;
            let query = sqlx::query(sql::TAKE_UP).bind(&self.queue).bind(set_aside(reason)).bind(i64::from(attempts));
            Ok(query.execute(&mut *connection).await?.rows_affected())
        })
    }

    fn take_up_all(&self) -> Answer<'_, u64> {
        Box::pin(async {
            let (_permit, mut connection) = self.write().await?;
            let query = sqlx::query(sql::TAKE_UP_ALL).bind(&self.queue);
            Ok(query.execute(&mut *connection).await?.rows_affected())
        })
    }

    fn census(&self) -> Answer<'_, Census> {
        Box::pin(async {
            let row: CensusRow = sqlx::query_as(sql::CENSUS).bind(&self.queue).fetch_one(&self.pool).await?;
            Ok(row.into())
        })
    }

    fn queue(&self) -> &str {
        &self.queue
    }

    fn place(&self) -> String {
        self.pool.connect_options().get_filename().display().to_string()
    }

    fn forget(&self, older_than: Duration) -> Answer<'_, u64> {
        Box::pin(async move {
            let seconds = i64::try_from(older_than.as_secs()).unwrap_or(i64::MAX);
            let mut count = 0;
            loop {
                let (permit, mut connection) = self.write().await?;
                let query = sqlx::query(sql::FORGET).bind(&self.queue).bind(seconds);
                match query.execute(&mut *connection).await?.rows_affected() {
                    0 => return Ok(count),
                    more => count += more,
                }
                drop((permit, connection));
                // Gives other processes, which sleep between their retries, a chance to write.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
    }
}
