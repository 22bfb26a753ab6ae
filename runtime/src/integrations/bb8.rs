//! The request-bound types of bb8: pooled connections.

use crate::proof::RequestBound;

impl<M: bb8::ManageConnection> RequestBound for bb8::PooledConnection<'_, M> {}
