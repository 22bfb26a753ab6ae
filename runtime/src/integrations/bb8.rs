//! What a pool of bb8 lends to a request.

use crate::proof::RequestBound;

impl<M: bb8::ManageConnection> RequestBound for bb8::PooledConnection<'_, M> {}
