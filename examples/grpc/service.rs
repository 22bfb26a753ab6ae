//! The service.

use std::future::pending;
use std::pin::Pin;
use std::process::ExitCode;
use std::time::Duration;

use futures_util::stream::{self, Stream};
use outlive::{Context, ContextLayer, Shutdown, Tracker, detached};
use tokio::net::TcpListener;
use tokio::time::sleep;
use tonic::codegen::http;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use crate::Error;
use crate::messages::{Event, Order, Placed};
use crate::orders::orders_server::{Orders, OrdersServer};

static STORE: Tracker<2> = Tracker::bounded("store", 64).queue(10_000).drain_budget::<2>();
const GRPC: Duration = Duration::from_secs(2);

/// What the deployment gives the process.
pub(crate) const GRACE_PERIOD: Duration = Duration::from_secs(6);
const _: () = Shutdown::fits(&[&[GRPC], &[STORE.budget()]], GRACE_PERIOD);

#[detached(timeout = "1500ms", track = STORE)]
async fn write_order(id: u32) {
    sleep(Duration::from_millis(50)).await;
    println!("written {id}");
}

struct Service;

#[tonic::async_trait]
impl Orders for Service {
    async fn place(&self, order: Request<Order>) -> Result<Response<Placed>, Status> {
        let id = order.into_inner().id;
        write_order(id).admitted().map_err(|refused| Status::unavailable(refused.to_string()))?;
        println!("accepted {id}");
        Ok(Response::new(Placed {}))
    }

    type FollowStream = Pin<Box<dyn Stream<Item = Result<Event, Status>> + Send>>;

    /// The stream takes its request's context along: it is polled when the handler has returned.
    async fn follow(&self, order: Request<Order>) -> Result<Response<Self::FollowStream>, Status> {
        let (context, endless) = (Context::current(), order.into_inner().endless);
        let events = stream::unfold((context, 0), move |(context, number)| async move {
            if number > 0 {
                if endless {
                    pending::<()>().await;
                }
                context.cancelled().await;
                return None;
            }
            Some((Ok(Event { number }), (context, number + 1)))
        });
        Ok(Response::new(Box::pin(events)))
    }
}

/// What every task of this request carries, and what a report says of it.
fn of_request<B>(request: &http::Request<B>) -> Context {
    Context::root().with_label("route", request.uri().path())
}

pub(crate) async fn run() -> Result<ExitCode, Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let server = Server::builder().layer(ContextLayer::new(of_request)).add_service(OrdersServer::new(Service));

    let report = Shutdown::all()
        .on(Shutdown::requested())
        .serve("grpc", GRPC, |stop| server.serve_with_incoming_shutdown(TcpIncoming::from(listener), stop))
        .phase("store")
        .tracker(&STORE)
        .inspect(|report| println!("{report}"))
        .run()
        .await;
    Ok(report.into())
}
