//! The request-bound type of reqwest: a body, which may stream from a request.

use crate::proof::RequestBound;

impl RequestBound for reqwest::Body {}
