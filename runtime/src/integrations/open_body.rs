//! Keeps a request open until the body of its response is dropped.

use std::any::Any;

use crate::context::Open;

/// Moves `request` into the response's body, if that is of a known type.
pub(super) fn hold(response: &mut dyn Any, request: Open) {
    #[cfg(feature = "axum")]
    if let Some(response) = response.downcast_mut::<http::Response<axum::body::Body>>() {
        return held::exchange(response, request, axum::body::Body::new);
    }
    #[cfg(feature = "tonic")]
    if let Some(response) = response.downcast_mut::<http::Response<tonic::body::Body>>() {
        return held::exchange(response, request, tonic::body::Body::new);
    }
    drop((response, request));
}

#[cfg(any(feature = "axum", feature = "tonic"))]
mod held {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use http::Response;
    use http_body::{Body, Frame, SizeHint};

    use crate::context::Open;

    /// A body that holds its request.
    pub(super) struct HeldBody<B> {
        body: B,
        _request: Open,
    }

    impl<B: Body + Unpin> Body for HeldBody<B> {
        type Data = B::Data;
        type Error = B::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
            Pin::new(&mut self.body).poll_frame(cx)
        }

        fn is_end_stream(&self) -> bool {
            self.body.is_end_stream()
        }

        fn size_hint(&self) -> SizeHint {
            self.body.size_hint()
        }
    }

    pub(super) fn exchange<B: Body + Default>(
        response: &mut Response<B>,
        request: Open,
        new: impl FnOnce(HeldBody<B>) -> B,
    ) {
        if !response.body().is_end_stream() {
            let body = std::mem::take(response.body_mut());
            *response.body_mut() = new(HeldBody { body, _request: request });
        }
    }
}
