//! An accept loop whose sessions are bounded, without a semaphore: each connection is a `#[worker(when_full = wait)]`, so that the
//! loop takes the next one when there is room for it, and the others wait in the listener's backlog. A session has no timeout; the
//! drain tells it, and it says goodbye.
//!
//! `cargo run -p outlive-examples --bin sessions` serves 40 clients, eight at once, and then stops while eight are there.

use std::io;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use outlive::{Context, Shutdown, Tracker, worker};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

const AT_ONCE: usize = 8;
const CLIENTS: usize = 40;

static LISTENERS: Tracker<2> = Tracker::bounded("listeners", 1).drain_budget::<2>();
static SESSIONS: Tracker<3> = Tracker::bounded("sessions", AT_ONCE).drain_budget::<3>();

const BUDGETS: &[&[Duration]] = &[&[LISTENERS.budget()], &[SESSIONS.budget()]];
const _: () = Shutdown::fits(BUDGETS, Duration::from_secs(10));

static MOST: AtomicUsize = AtomicUsize::new(0);
static GREETED: AtomicUsize = AtomicUsize::new(0);

#[worker(essential, grace = "1s", track = LISTENERS)]
async fn accept(listener: TcpListener) -> io::Result<()> {
    let context = Context::current();
    loop {
        let next = async {
            let (stream, _) = listener.accept().await?;
            // Waits until a session has ended, if need be. The handle is of no interest: what fails is reported.
            drop(session(stream).await);
            io::Result::Ok(())
        };
        match context.scope(next).await {
            Ok(accepted) => accepted?,
            Err(_told) => return Ok(()),
        }
    }
}

/// Gives back what it is sent, line by line.
#[worker(grace = "2s", when_full = wait, track = SESSIONS)]
async fn session(stream: TcpStream) -> io::Result<()> {
    MOST.fetch_max(SESSIONS.live(), Relaxed);
    let context = Context::current();
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    loop {
        let line = tokio::select! {
            _ = context.cancelled() => break,
            line = lines.next_line() => line?,
        };
        let Some(line) = line else { return Ok(()) };
        write.write_all(format!("{line}\n").as_bytes()).await?;
    }
    write.write_all(b"goodbye\n").await
}

/// The last line that it was sent.
async fn client(to: std::net::SocketAddr, stays: bool) -> io::Result<Option<String>> {
    let (read, mut write) = TcpStream::connect(to).await?.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"hello\n").await?;
    let greeting = lines.next_line().await?;
    if stays {
        GREETED.fetch_add(1, Relaxed);
        return lines.next_line().await;
    }
    sleep(Duration::from_millis(10)).await;
    Ok(greeting)
}

async fn said(mut clients: JoinSet<io::Result<Option<String>>>, line: &str) -> usize {
    let mut count = 0;
    while let Some(client) = clients.join_next().await {
        count += usize::from(matches!(client, Ok(Ok(Some(last))) if last == line));
    }
    count
}

#[tokio::main]
async fn main() -> io::Result<ExitCode> {
    tracing_subscriber::fmt().without_time().init();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let to = listener.local_addr()?;
    accept(listener);

    let served = said((0..CLIENTS).map(|_| client(to, false)).collect(), "hello").await;
    let stay: JoinSet<_> = (0..AT_ONCE).map(|_| client(to, true)).collect();
    while GREETED.load(Relaxed) < AT_ONCE {
        sleep(Duration::from_millis(1)).await;
    }
    let report =
        Shutdown::all().phase("listeners").tracker(&LISTENERS).phase("sessions").tracker(&SESSIONS).run().await;
    println!("{report}");
    let bidden = said(stay, "goodbye").await;

    let most = MOST.load(Relaxed);
    println!(
        "\n{served} of {CLIENTS} clients served, {most} at once at the most; {bidden} of {AT_ONCE} were told goodbye"
    );
    let is_right = served == CLIENTS && most == AT_ONCE && bidden == AT_ONCE && report.code() == 0;
    Ok(if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
