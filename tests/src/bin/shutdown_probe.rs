//! A service that works until a signal comes, shuts down, and says on its stdout what was: see `tests/process.rs`.
//!
//! Its argument says what goes wrong in it: `nothing`, `cut`, `patient`, `stuck`, or `returns`.

use std::future::pending;
use std::io::stdin;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use outlive::{Context, OwnedTracker, Rejected, Shutdown, TaskOwner, Tracker, detached, owned_tasks, worker};
use tokio::sync::Notify;
use tokio::time::sleep;

static STORE: Tracker = Tracker::bounded("store", 4).queue(10_000);
static SESSIONS: Tracker<1> = Tracker::bounded("sessions", 1).drain_budget::<1>();
static PATIENT: Tracker<3600> = Tracker::bounded("patient", 1).drain_budget::<3600>();
static FORGOTTEN: Tracker = Tracker::bounded("forgotten", 1);

/// What the service has promised, and what has been kept of it.
static ACCEPTED: AtomicU64 = AtomicU64::new(0);
static WRITTEN: AtomicU64 = AtomicU64::new(0);
/// There is load.
static BUSY: Notify = Notify::const_new();

#[derive(Clone, TaskOwner)]
struct Service {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Service {
    #[detached(timeout = "19s")]
    async fn handle(&self) -> Result<(), Rejected> {
        sleep(Duration::from_millis(1)).await;
        write().admitted().map(drop)
    }
}

#[detached(timeout = "19s", track = STORE)]
async fn write() {
    sleep(Duration::from_millis(1)).await;
    if WRITTEN.fetch_add(1, SeqCst) == 200 {
        BUSY.notify_one();
    }
}

/// A client: its next request follows when the last one has been answered.
async fn requests(service: Service) {
    loop {
        match service.handle().admitted() {
            Ok(handled) => {
                ACCEPTED.fetch_add(1, SeqCst);
                let _ = handled.await;
            }
            Err(Rejected::Full) => sleep(Duration::from_millis(1)).await,
            Err(_) => return,
        }
    }
}

#[worker(track = SESSIONS)]
async fn ignores_the_end() {
    pending::<()>().await;
}

#[detached(blocking, timeout = "1s", track = SESSIONS)]
fn blocks() {
    // Until the test says so, or goes.
    let _ = stdin().read_line(&mut String::new());
    println!("released");
}

#[worker(grace = "1h", track = PATIENT)]
async fn takes_an_hour() {
    Context::current().cancelled().await;
    println!("draining");
    pending::<()>().await;
}

#[expect(dead_code, reason = "its tracker is found all the same")]
#[detached(timeout = "1s", track = FORGOTTEN)]
async fn never_called() {}

#[tokio::main]
async fn main() -> ExitCode {
    let wrong = std::env::args().nth(1).unwrap_or_default();
    match wrong.as_str() {
        "cut" => drop(ignores_the_end()),
        "patient" => drop(takes_an_hour()),
        "stuck" | "returns" => drop(blocks()),
        _ => {}
    }
    let service = Service { tasks: OwnedTracker::bounded("service", 16) };
    // More than there is place for. They hold the service, as a server's connections do.
    let clients: Vec<_> = (0..20).map(|_| tokio::spawn(requests(service.clone()))).collect();
    tokio::select! {
        biased;
        () = Shutdown::requested() => {}
        // From here on it listens.
        () = async {
            BUSY.notified().await;
            println!("ready");
            pending::<()>().await;
        } => {}
    }
    let shutdown = Shutdown::all().phase("front").owner(service).tracker(&SESSIONS).tracker(&PATIENT);
    let report = shutdown.phase("store").tracker(&STORE).run().await;
    println!("{report}");
    if !report.is_interrupted() {
        for client in clients {
            let _ = client.await;
        }
        println!("accepted {ACCEPTED:?}");
        println!("written {WRITTEN:?}");
    }
    if wrong == "returns" {
        return report.into();
    }
    report.exit();
}
