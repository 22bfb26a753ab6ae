//! What belongs to a request of axum.

use axum::body::{Body, BodyDataStream};
use axum::http::{Request, Response};
use axum::middleware::Next;

use crate::proof::RequestBound;

impl RequestBound for Next {}

impl RequestBound for Body {}

impl RequestBound for BodyDataStream {}

impl<B: RequestBound> RequestBound for Request<B> {}

impl<B: RequestBound> RequestBound for Response<B> {}
