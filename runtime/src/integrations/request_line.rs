//! What a request asks for, for the report of a shutdown that cuts it short.

use std::any::Any;

/// The method and the path of a request of a known type. The query is left out, because it may have secrets in it.
pub(super) fn line_of(request: &dyn Any) -> Option<Box<str>> {
    #[cfg(feature = "axum")]
    if let Some(request) = request.downcast_ref::<http::Request<axum::body::Body>>() {
        return Some(line::of(request));
    }
    #[cfg(feature = "tonic")]
    if let Some(request) = request.downcast_ref::<http::Request<tonic::body::Body>>() {
        return Some(line::of(request));
    }
    let _ = request;
    None
}

#[cfg(any(feature = "axum", feature = "tonic"))]
mod line {
    /// The most bytes of a path that are kept.
    const MOST: usize = 240;

    /// It is copied, and not kept with its request: that would keep the connection's buffer.
    pub(super) fn of<B>(request: &http::Request<B>) -> Box<str> {
        let (method, path) = (request.method().as_str(), request.uri().path());
        let mut end = path.len().min(MOST);
        while !path.is_char_boundary(end) {
            end -= 1;
        }
        let cut = if end < path.len() { "…" } else { "" };
        [method, " ", &path[..end], cut].concat().into()
    }
}
