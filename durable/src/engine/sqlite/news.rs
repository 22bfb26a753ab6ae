//! Whether anybody has committed: another connection, another process.

use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::sync::Notify;
use tokio::time::sleep;

use crate::error::StoreError;

/// SQLite has nobody who would tell. A look is one read of shared memory.
const LOOK: Duration = Duration::from_millis(4);

/// A connection sees by its `data_version` that another has committed.
pub(super) async fn listen(
    options: &SqliteConnectOptions,
    news: &Notify,
    is_heard: &mut (dyn FnMut() + Send),
) -> StoreError {
    match look(options, news, is_heard).await {
        Ok(never) => match never {},
        Err(error) => error.into(),
    }
}

async fn look(
    options: &SqliteConnectOptions,
    news: &Notify,
    is_heard: &mut (dyn FnMut() + Send),
) -> Result<std::convert::Infallible, sqlx::Error> {
    let mut connection = options.connect().await?;
    let mut seen: i64 = 0;
    loop {
        let version = sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut connection).await?;
        is_heard();
        if version != seen {
            seen = version;
            news.notify_one();
        }
        sleep(LOOK).await;
    }
}
