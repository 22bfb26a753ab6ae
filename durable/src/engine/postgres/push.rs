//! Inserting a job into its table.

use std::time::Duration;

use sqlx::PgConnection;
use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::postgres::types::{Oid, PgHstore};
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, Postgres};

use super::sql;
use crate::engine::{LONGEST, NewJob, Pushed};
use crate::error::StoreError;

pub(super) fn seconds(of: Duration) -> f64 {
    of.min(LONGEST).as_secs_f64()
}

/// The size limit of the index over keys, which includes the queue's name.
const KEY: usize = 2600;

/// Inserts a job in the connection's transaction, which stays usable if the key is taken.
pub(crate) async fn push(to: &mut PgConnection, queue: &str, job: &NewJob) -> Result<Pushed, StoreError> {
    if job.key.as_ref().is_some_and(|key| key.len() + queue.len() > KEY) {
        let message = format!("the key of `unique` is longer than the {KEY} bytes that an index takes");
        return Err(StoreError(sqlx::Error::Encode(message.into())));
    }
    let id = job.id.to_string();
    loop {
        let query = sqlx::query(sql::PUSH)
            .bind(&id)
            .bind(queue)
            .bind(&job.payload)
            .bind(i32::try_from(job.attempts).unwrap_or(i32::MAX))
            .bind(seconds(job.after.unwrap_or_default()))
            .bind(&job.key)
            .bind(Metadata::of(job));
        if query.execute(&mut *to).await?.rows_affected() > 0 {
            return Ok(Pushed::New);
        }
        // A row exists: this job, from a try without an answer, or another job with its key.
        let Some(key) = &job.key else { return Ok(Pushed::New) };
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

/// The metadata for apalis's board. It does not name its type, because the name of `hstore` depends on the `search_path`,
/// which may be the user's; the column has the type.
struct Metadata(PgHstore);

impl Metadata {
    fn of(job: &NewJob) -> Self {
        Self(job.metadata().map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
    }
}

impl sqlx::Type<Postgres> for Metadata {
    fn type_info() -> PgTypeInfo {
        const UNKNOWN: Oid = Oid(705);
        PgTypeInfo::with_oid(UNKNOWN)
    }
}

impl Encode<'_, Postgres> for Metadata {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        self.0.encode_by_ref(buffer)
    }
}
