//! The request-bound types of sqlx: pooled connections and transactions.

use sqlx_core::database::Database;
use sqlx_core::pool::PoolConnection;
use sqlx_core::transaction::Transaction;

use crate::proof::RequestBound;

impl<DB: Database> RequestBound for PoolConnection<DB> {}

impl<DB: Database> RequestBound for Transaction<'_, DB> {}
