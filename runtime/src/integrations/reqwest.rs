//! What reqwest may stream from a request.

use crate::proof::RequestBound;

impl RequestBound for reqwest::Body {}
