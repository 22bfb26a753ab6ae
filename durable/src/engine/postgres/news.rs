//! Notifications of PostgreSQL: apalis's table has a trigger that notifies of each new row that may run.

use std::convert::Infallible;

use serde::Deserialize;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::Notify;

use crate::error::StoreError;

const CHANNEL: &str = "apalis::job::insert";

#[derive(Deserialize)]
struct Inserted<'a> {
    #[serde(borrow)]
    job_type: std::borrow::Cow<'a, str>,
}

pub(super) async fn listen(
    options: &PgConnectOptions,
    queue: &str,
    news: &Notify,
    is_heard: &mut (dyn FnMut() + Send),
) -> StoreError {
    match hear(options, queue, news, is_heard).await {
        Ok(never) => match never {},
        Err(error) => error.into(),
    }
}

async fn hear(
    options: &PgConnectOptions,
    queue: &str,
    news: &Notify,
    is_heard: &mut (dyn FnMut() + Send),
) -> Result<Infallible, sqlx::Error> {
    let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
    let mut listener = PgListener::connect_with(&pool.connect_lazy_with(options.clone())).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    is_heard();
    // Jobs may have been committed before it listened.
    news.notify_one();
    loop {
        let Some(notification) = listener.try_recv().await? else {
            let lost = std::io::Error::new(std::io::ErrorKind::ConnectionReset, "the connection was lost");
            return Err(sqlx::Error::Io(lost));
        };
        let of = serde_json::from_str::<Inserted<'_>>(notification.payload());
        if of.is_ok_and(|of| of.job_type == queue) {
            news.notify_one();
        }
    }
}
