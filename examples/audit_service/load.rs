//! The clients: each over a TCP connection of its own, most of them gone before they are answered.

use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::Error;

/// How long a client that wants its answer waits for it.
const PATIENCE: Duration = Duration::from_secs(3);
const BETWEEN_TWO_CLIENTS: Duration = Duration::from_millis(4);

/// How the clients' requests ended, as the clients saw it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ends {
    pub(crate) requests: usize,
    /// Sent its request, and closed the connection before it was answered.
    pub(crate) hung_up: usize,
    /// Was answered with a 202.
    pub(crate) answered: usize,
    /// Was answered otherwise, or wanted an answer and got none.
    pub(crate) failed: usize,
}

enum End {
    HungUp,
    Answered(StatusCode),
    LostPatience,
}

/// Sends `requests` requests, numbered from 1, at an even pace, and waits for the last to end.
pub(crate) async fn send(requests: u32, to: SocketAddr) -> Ends {
    let mut ends = Ends::default();
    let mut clients = JoinSet::new();
    for id in 1..=requests {
        clients.spawn(client(id, to));
        ends.requests += 1;
        sleep(BETWEEN_TWO_CLIENTS).await;
    }
    while let Some(end) = clients.join_next().await {
        match end {
            Ok(Ok(End::HungUp)) => ends.hung_up += 1,
            Ok(Ok(End::Answered(StatusCode::ACCEPTED))) => ends.answered += 1,
            // An `Err` is a connection refused or broken: the service was stopping, or panicked.
            Ok(Ok(End::Answered(_) | End::LostPatience) | Err(_)) | Err(_) => ends.failed += 1,
        }
    }
    ends
}

async fn client(id: u32, to: SocketAddr) -> Result<End, Error> {
    let stream = TcpStream::connect(to).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let answer = sender.send_request(order(id, to)?);
    let exchange = async {
        tokio::pin!(answer);
        tokio::select! {
            answer = &mut answer => answer,
            result = connection => { result?; answer.await }
        }
    };
    // Dropping the exchange closes the socket, read or not: that is what a hang-up is.
    Ok(match hangs_up_after(id) {
        Some(moment) => match timeout(moment, exchange).await {
            Ok(answer) => End::Answered(answer?.status()),
            Err(_) => End::HungUp,
        },
        None => match timeout(PATIENCE, exchange).await {
            Ok(answer) => End::Answered(answer?.status()),
            Err(_) => End::LostPatience,
        },
    })
}

fn order(id: u32, to: SocketAddr) -> Result<Request<Full<Bytes>>, Error> {
    let fault = match id % 17 {
        3 => "panic",
        11 => "hang",
        _ => "none",
    };
    let body = format!(r#"{{"id":{id},"action":"order placed","fault":"{fault}"}}"#);
    Ok(Request::post("/orders")
        .header(header::HOST, to.to_string())
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::from(body))?)
}

/// Three of four clients do not wait to be answered.
fn hangs_up_after(id: u32) -> Option<Duration> {
    (!id.is_multiple_of(4)).then(|| Duration::from_millis(10 + u64::from(id) * 37 % 90))
}
