//! What the three services have in common: everything but the way in which the audit row is written.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::store::Db;
use crate::{Error, by_hand, naive, ours};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    Naive,
    ByHand,
    Outlive,
    /// Beside the three: what is kept.
    Durable,
}

impl Column {
    pub(crate) const ALL: [Self; 3] = [Self::Naive, Self::ByHand, Self::Outlive];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Naive => "naive",
            Self::ByHand => "by hand",
            Self::Outlive => "outlive",
            Self::Durable => "durable",
        }
    }

    /// As it is written on the command line.
    pub(crate) fn argument(self) -> &'static str {
        match self {
            Self::Naive => "naive",
            Self::ByHand => "by-hand",
            Self::Outlive => "outlive",
            Self::Durable => "durable",
        }
    }
}

/// What closing the store may take, at the end.
pub(crate) const CLOSING: Duration = Duration::from_secs(1);

/// What the handler does for its client beside the audit. A client that hangs up in mid-request
/// takes the handler down here.
pub(crate) async fn rest_of_the_request() {
    tokio::time::sleep(Duration::from_millis(150)).await;
}

/// The first half of every shutdown: no new connections, and the requests that are under way end.
pub(crate) async fn serve_until(stop: Stop, listener: TcpListener, db: Db, app: Router) -> io::Result<()> {
    let app = app.merge(Router::new().route("/audit", get(audit)).with_state(db));
    axum::serve(listener, app).with_graceful_shutdown(stop.asked()).await
}

/// The rows so far.
async fn audit(State(db): State<Db>) -> Result<String, StatusCode> {
    let rows = db.rows().await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let lines = rows.iter().map(|(id, action)| format!("{id} {action}"));
    Ok(lines.collect::<Vec<_>>().join("\n") + "\n")
}

/// Runs one service as the whole of this process, until it is told to stop.
pub(crate) fn run(column: Column, stop: Stop, port: u16, trail: &Path, announce: fn(SocketAddr)) -> Result<(), Error> {
    tracing_subscriber::fmt().with_writer(io::stderr).init();
    // What still runs at the end of it is dropped with the runtime, as at the end of any `#[tokio::main]`.
    Runtime::new()?.block_on(async {
        let db = Db::create(trail).await?;
        let listener = bind(port).await?;
        announce(listener.local_addr()?);
        start(column, stop, listener, db.clone(), trail).await?;
        // It waits for whoever holds the connection: a database that does not answer is not to keep the process.
        if timeout(CLOSING, db.close()).await.is_err() {
            eprintln!("the store is still in use after {CLOSING:?}");
        }
        Ok(())
    })
}

async fn start(column: Column, stop: Stop, listener: TcpListener, db: Db, trail: &Path) -> Result<(), Error> {
    match column {
        Column::Naive => naive::run(stop, listener, db).await?,
        Column::ByHand => by_hand::run(stop, listener, db).await?,
        Column::Outlive => ours::run(stop, listener, db).await?,
        #[cfg(feature = "durable")]
        Column::Durable => crate::durable::run(stop, listener, db, trail).await?,
        #[cfg(not(feature = "durable"))]
        Column::Durable => return Err(format!("no feature `durable`, for {}", trail.display()).into()),
    }
    Ok(())
}

/// Binds the port, or, where it is taken, one that is free.
async fn bind(port: u16) -> io::Result<TcpListener> {
    let here = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match TcpListener::bind(here(port)).await {
        Err(error) if port != 0 => {
            eprintln!("port {port}: {error}; taking a free one");
            TcpListener::bind(here(0)).await
        }
        result => result,
    }
}

/// What tells a service to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stop {
    /// Ctrl-C or SIGTERM.
    OnSignal,
    /// Those, or the end of standard input: the other end of the pipe is the demonstration, which
    /// has gone, or runs where there are no signals.
    OnSignalOrEndOfInput,
}

impl Stop {
    pub(crate) async fn asked(self) {
        let end_of_input = async {
            match self {
                Self::OnSignal => std::future::pending().await,
                Self::OnSignalOrEndOfInput => end_of_input().await,
            }
        };
        tokio::select! {
            result = tokio::signal::ctrl_c() => result.expect("Ctrl-C can be listened for"),
            () = terminated() => {}
            () = end_of_input => {}
        }
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    let mut signals = signal(SignalKind::terminate()).expect("SIGTERM can be listened for");
    signals.recv().await;
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

async fn end_of_input() {
    let (ended, end) = oneshot::channel();
    // A plain thread: tokio's own reading of standard input would keep the runtime from ending.
    thread::spawn(move || {
        io::copy(&mut io::stdin().lock(), &mut io::sink()).ok();
        ended.send(()).ok();
    });
    end.await.ok();
}
