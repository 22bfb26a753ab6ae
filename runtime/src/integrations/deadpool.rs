//! What a pool of deadpool lends to a request.

use crate::proof::RequestBound;

impl<M: deadpool::managed::Manager> RequestBound for deadpool::managed::Object<M> {}
