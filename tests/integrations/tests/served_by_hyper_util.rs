//! A shutdown serves whatever is a future: here a loop around `accept`, with hyper-util's connections and its graceful end.

use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Empty, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use outlive::{Context, ContextLayer, Shutdown, ShutdownReport, Stop};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, MutexGuard, Notify};
use tower::ServiceBuilder;

/// A shutdown cancels the requests of the whole process: one test at a time.
async fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::const_new(());
    ONE.lock().await
}

type Body = http_body_util::combinators::UnsyncBoxBody<Bytes, Infallible>;

fn chunk(text: &'static str) -> Frame<Bytes> {
    Frame::data(Bytes::from_static(text.as_bytes()))
}

/// `/events` ends when its request is cancelled, `/stalls` never, and all else at once.
async fn handle(request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let first = stream::once(ready(Ok(chunk("begun "))));
    let context = Context::current();
    let body = match request.uri().path() {
        "/events" => {
            let last = stream::once(async move {
                context.cancelled().await;
                Ok(chunk("ended"))
            });
            StreamBody::new(first.chain(last)).boxed_unsync()
        }
        "/stalls" => {
            let never = stream::once(async move {
                let _held = context;
                std::future::pending().await
            });
            StreamBody::new(first.chain(never)).boxed_unsync()
        }
        _ => StreamBody::new(first).boxed_unsync(),
    };
    Ok(Response::new(body))
}

async fn accept(listener: TcpListener, mut stop: Stop) {
    let (builder, graceful) = (Builder::new(TokioExecutor::new()), GracefulShutdown::new());
    let layer =
        ContextLayer::new(|request: &Request<Incoming>| Context::current().with_label("route", request.uri().path()));
    loop {
        let (connection, _) = tokio::select! {
            accepted = listener.accept() => accepted.unwrap(),
            () = &mut stop => break,
        };
        let service = ServiceBuilder::new().layer(layer.clone()).service_fn(handle);
        let connection = builder.serve_connection(TokioIo::new(connection), TowerToHyperService::new(service));
        tokio::spawn(graceful.watch(connection.into_owned()));
    }
    drop(listener);
    graceful.shutdown().await;
}

type Client = SendRequest<Empty<Bytes>>;

/// Serves until the client is done with its first part, whose second part it does beside the shutdown.
async fn served<F: Future<Output: Send> + Send + 'static>(
    client: impl FnOnce(Client, Arc<Notify>) -> F,
) -> (ShutdownReport, F::Output) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (requests, connection) = handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let go = Arc::<Notify>::default();
    let client = client(requests, Arc::clone(&go));
    let shutdown = Shutdown::new()
        .on(async move { go.notified().await })
        .serve("http", Duration::from_secs(2), |stop| accept(listener, stop))
        .run();
    tokio::join!(shutdown, client)
}

async fn begin(client: &mut Client, path: &str) -> Incoming {
    let request = Request::get(path).header("host", "localhost").body(Empty::new()).unwrap();
    let mut body = client.send_request(request).await.unwrap().into_body();
    assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "begun ");
    body
}

#[tokio::test]
async fn a_connection_that_is_kept_alive_does_not_keep_it() {
    let _alone = alone().await;
    let (report, ()) = served(|mut client, go| async move {
        begin(&mut client, "/").await.collect().await.unwrap();
        go.notify_one();
        // It is closed from the other side.
        while !client.is_closed() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(report.is_clean(), "{report}");
}

#[tokio::test]
async fn a_stream_that_listens_to_its_context_ends_by_itself() {
    let _alone = alone().await;
    let (report, rest) = served(|mut client, go| async move {
        let body = begin(&mut client, "/events").await;
        go.notify_one();
        body.collect().await.unwrap().to_bytes()
    })
    .await;
    assert_eq!(rest, "ended");
    assert!(report.is_clean(), "{report}");
}

#[tokio::test]
async fn a_stream_that_does_not_is_cut_and_named() {
    let _alone = alone().await;
    let (report, _body) = served(|mut client, go| async move {
        let body = begin(&mut client, "/stalls").await;
        go.notify_one();
        (client, body)
    })
    .await;
    assert!(report.servers()[0].is_cut_short(), "{report}");
    let open: Vec<_> = report.open_requests().iter().map(outlive::OpenRequest::labels).collect();
    assert_eq!(open, ["route=/stalls"]);
}
