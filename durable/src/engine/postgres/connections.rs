//! The queue's connections. sqlx's pool pings the server each time a connection is returned. Here that is not needed,
//! because its last use shows whether it works.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Executor as _};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout};

use crate::error::StoreError;

/// The most connections of a process.
const MOST: usize = 8;

/// A connection that was idle for longer may have been closed silently by a proxy.
const IDLE: Duration = Duration::from_mins(1);

const CONNECT: Duration = Duration::from_secs(3);

/// How long to wait for an answer. The server aborts a statement after ten seconds, and then it has done nothing; after that
/// no answer will come.
const ANSWER: Duration = Duration::from_secs(12);

/// Also makes each commit wait for the disk.
const SET_UP: &str = "SELECT set_config('statement_timeout', '10s', false), set_config('synchronous_commit', \
     CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)";

pub(super) struct Connections {
    pub(super) options: PgConnectOptions,
    places: Semaphore,
    idle: Mutex<Vec<(PgConnection, Instant)>>,
}

impl Connections {
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self { options, places: Semaphore::new(MOST), idle: Mutex::default() }
    }

    pub(super) async fn take(&self) -> Result<Held<'_>, StoreError> {
        let place = self.places.acquire().await.expect("nobody closes it");
        let idle = self.idle().pop().filter(|(_, since)| since.elapsed() < IDLE);
        let connection = match idle {
            Some((connection, _)) => connection,
            None => self.within(CONNECT, self.connect()).await?,
        };
        Ok(Held { of: self, connection: Some(connection), _place: place })
    }

    async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        let mut connection = self.options.connect().await?;
        connection.execute(SET_UP).await?;
        Ok(connection)
    }

    pub(super) async fn answer<T>(
        &self,
        answer: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, StoreError> {
        self.within(ANSWER, answer).await
    }

    /// Runs a query within `time`. If the connection is lost, the idle ones are dropped as well.
    async fn within<T>(
        &self,
        time: Duration,
        answer: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, StoreError> {
        let error = match timeout(time, answer).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => StoreError(error),
            Err(_) => {
                let error = std::io::Error::new(std::io::ErrorKind::TimedOut, format!("no answer within {time:?}"));
                StoreError(sqlx::Error::Io(error))
            }
        };
        if error.is_unreachable() {
            self.idle().clear();
        }
        Err(error)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(PgConnection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A borrowed connection. It is closed unless it is returned with `back`, because a dropped query leaves it in the middle of
/// an answer.
pub(super) struct Held<'a> {
    of: &'a Connections,
    connection: Option<PgConnection>,
    _place: SemaphorePermit<'a>,
}

impl Held<'_> {
    /// Returns the connection after its answer.
    pub(super) fn back(mut self) {
        if let Some(connection) = self.connection.take() {
            self.of.idle().push((connection, Instant::now()));
        }
    }
}

impl Deref for Held<'_> {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect("it is there until it is given back")
    }
}

impl DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("it is there until it is given back")
    }
}
