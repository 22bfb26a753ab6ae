//! The request-bound types of deadpool: pooled connections.

use crate::proof::RequestBound;

impl<M: deadpool::managed::Manager> RequestBound for deadpool::managed::Object<M> {}
