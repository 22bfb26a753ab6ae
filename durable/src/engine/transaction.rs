//! The databases in whose transactions a job can be enqueued.

use sealed::Push;

pub(crate) mod sealed {
    use sqlx::Transaction;

    use crate::engine::{Answer, NewJob, Pushed};

    pub trait Push: sqlx::Database {
        #[doc(hidden)]
        #[allow(private_interfaces, reason = "nobody outside can call it")]
        fn push<'a>(to: &'a mut Transaction<'_, Self>, queue: &'a str, job: &'a NewJob) -> Answer<'a, Pushed>;
    }
}

/// A database for a queue: sqlx's `Sqlite` and, with the feature `postgres`, its `Postgres`.
///
/// [`Job::enqueue_in`](crate::Job::enqueue_in) takes its transactions. No other type can be one.
///
/// ```
/// use outlive::Tracker;
/// use outlive_durable::{EnqueueError, JobDatabase, durable};
/// use sqlx::Transaction;
///
/// static MAIL: Tracker = Tracker::bounded("mail", 8);
///
/// #[durable(timeout = "10s", track = MAIL)]
/// async fn send_welcome(user: u64) {
///     // … the mail server …
///     # let _ = user;
/// }
///
/// /// In the transaction that stores the user, whichever database that is in.
/// async fn welcome<D: JobDatabase>(user: u64, transaction: &mut Transaction<'_, D>) -> Result<(), EnqueueError> {
///     send_welcome(user).enqueue_in(transaction).await.map(drop)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "no queue can be in this database, so no job can be a part of its transaction",
    label = "a transaction of `sqlx::Sqlite`, or, with the feature `postgres` of `outlive-durable`, of `sqlx::Postgres`"
)]
pub trait JobDatabase: Push {}

#[cfg(feature = "sqlite")]
mod sqlite {
    use sqlx::{Sqlite, Transaction};

    use super::{JobDatabase, Push};
    use crate::engine::{Answer, NewJob, Pushed, sqlite};

    impl Push for Sqlite {
        #[allow(private_interfaces, reason = "as above")]
        fn push<'a>(to: &'a mut Transaction<'_, Self>, queue: &'a str, job: &'a NewJob) -> Answer<'a, Pushed> {
            Box::pin(sqlite::push(to, queue, job))
        }
    }

    impl JobDatabase for Sqlite {}
}

#[cfg(feature = "postgres")]
mod postgres {
    use sqlx::{Postgres, Transaction};

    use super::{JobDatabase, Push};
    use crate::engine::{Answer, NewJob, Pushed, postgres};

    impl Push for Postgres {
        #[allow(private_interfaces, reason = "as above")]
        fn push<'a>(to: &'a mut Transaction<'_, Self>, queue: &'a str, job: &'a NewJob) -> Answer<'a, Pushed> {
            Box::pin(postgres::push(to, queue, job))
        }
    }

    impl JobDatabase for Postgres {}
}
