//! Clients that never let go, and some that place rows.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::Error;

const PATIENCE: Duration = Duration::from_secs(10);

/// Sends this, and waits for the head of an answer.
async fn begin(to: SocketAddr, request: &str) -> Result<TcpStream, Error> {
    let mut stream = TcpStream::connect(to).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut more = [0; 1024];
        let read = timeout(PATIENCE, stream.read(&mut more)).await??;
        if read == 0 {
            return Err("the connection was closed".into());
        }
        head.extend_from_slice(&more[..read]);
    }
    Ok(stream)
}

/// Connections that their clients keep open: a stalled upload, a stream of events, a WebSocket, and one that is idle.
pub(crate) async fn hold(to: SocketAddr) -> Result<[TcpStream; 4], Error> {
    let mut stalled = TcpStream::connect(to).await?;
    stalled.write_all(b"POST /upload HTTP/1.1\r\nhost: here\r\ncontent-length: 3\r\n\r\na").await?;
    let events = begin(to, "GET /events HTTP/1.1\r\nhost: here\r\n\r\n").await?;
    let web_socket = begin(
        to,
        "GET /ws HTTP/1.1\r\nhost: here\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    )
    .await?;
    let idle = begin(to, "GET /readyz HTTP/1.1\r\nhost: here\r\n\r\n").await?;
    Ok([stalled, events, web_socket, idle])
}

/// Places rows until it is refused, each over a connection of its own. Not all clients wait for their answer.
pub(crate) async fn place_rows(to: SocketAddr, from: u32) {
    for row in from.. {
        let request =
            format!("POST /rows/{row} HTTP/1.1\r\nhost: here\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        let answered = begin(to, &request);
        let patience = if row % 3 == 0 { PATIENCE } else { Duration::from_millis(30) };
        if let Ok(Err(_)) = timeout(patience, answered).await {
            return;
        }
    }
}

/// Blocks every worker of the service's runtime, for good.
pub(crate) async fn block(to: SocketAddr) -> Result<Vec<TcpStream>, Error> {
    let workers = std::thread::available_parallelism()?.get();
    let mut blocking = Vec::new();
    for _ in 0..2 * workers {
        let mut stream = TcpStream::connect(to).await?;
        stream.write_all(b"POST /block HTTP/1.1\r\nhost: here\r\ncontent-length: 0\r\n\r\n").await?;
        blocking.push(stream);
    }
    Ok(blocking)
}
