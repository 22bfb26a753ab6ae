//! The transactions that a job can be a part of.

use sealed::Push;

pub(crate) mod sealed {
    use crate::engine::{Answer, NewJob, Pushed};

    pub trait Push: Send {
        #[doc(hidden)]
        #[allow(private_interfaces, reason = "nobody outside can call it")]
        fn push<'a>(&'a mut self, queue: &'a str, job: &'a NewJob) -> Answer<'a, Pushed>;
    }
}

/// A transaction of sqlx's, of a database that a queue can be in: `Transaction<'_, Sqlite>`, and with the feature `postgres`,
/// `Transaction<'_, Postgres>`.
#[diagnostic::on_unimplemented(
    message = "a job cannot be enqueued in this: it is no transaction of a database that a queue can be in",
    label = "write `&mut transaction`, where `transaction` is what `pool.begin().await?` gave",
    note = "the pool is sqlx's `SqlitePool`, or its `PgPool`: for that, turn on the feature `postgres` of `outlive-durable`"
)]
pub trait JobTransaction: Push {}

#[cfg(feature = "sqlite")]
mod sqlite {
    use sqlx::Transaction;

    use super::{JobTransaction, Push};
    use crate::engine::{Answer, NewJob, Pushed, sqlite};

    impl Push for Transaction<'_, sqlx::Sqlite> {
        #[allow(private_interfaces, reason = "as above")]
        fn push<'a>(&'a mut self, queue: &'a str, job: &'a NewJob) -> Answer<'a, Pushed> {
            Box::pin(sqlite::push(self, queue, job))
        }
    }

    impl JobTransaction for Transaction<'_, sqlx::Sqlite> {}
}

#[cfg(feature = "postgres")]
mod postgres {
    use sqlx::Transaction;

    use super::{JobTransaction, Push};
    use crate::engine::{Answer, NewJob, Pushed, postgres};

    impl Push for Transaction<'_, sqlx::Postgres> {
        #[allow(private_interfaces, reason = "as above")]
        fn push<'a>(&'a mut self, queue: &'a str, job: &'a NewJob) -> Answer<'a, Pushed> {
            Box::pin(postgres::push(self, queue, job))
        }
    }

    impl JobTransaction for Transaction<'_, sqlx::Postgres> {}
}
