//! What belongs to a request of tonic.

use tonic::{Request, Response, Streaming};

use crate::proof::RequestBound;

impl<T> RequestBound for Request<T> {}

impl<T> RequestBound for Streaming<T> {}

impl<T: RequestBound> RequestBound for Response<T> {}
