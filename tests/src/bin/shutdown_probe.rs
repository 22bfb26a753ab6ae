//! A service that works until a signal comes, shuts down, and says on its stdout what was: see `tests/process.rs`.
//!
//! Its argument says what goes wrong in it: `nothing`, `cut`, `patient`, `late`, `hog` (takes all the time of its task),
//! `stuck`, `returns`, `blocked` (every worker of the runtime), `seized` (its only thread), or `unasked` (the same, in a
//! shutdown that no signal has led to).

use std::future::pending;
use std::io::stdin;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use outlive::{
    Context, DrainReport, OwnedTracker, Rejected, Shutdown, TaskOwner, Tracker, detached, owned_tasks, worker,
};
use tokio::runtime::Builder;
use tokio::sync::Notify;
use tokio::time::sleep;

static STORE: Tracker = Tracker::bounded("store", 4).queue(10_000);
static SESSIONS: Tracker<1> = Tracker::bounded("sessions", 1).drain_budget::<1>();
static PATIENT: Tracker<3600> = Tracker::bounded("patient", 1).drain_budget::<3600>();
static BLOCKED: Tracker<1> = Tracker::bounded("blocked", WORKERS).drain_budget::<1>();
static FORGOTTEN: Tracker = Tracker::bounded("forgotten", 1);

const WORKERS: usize = 2;

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

#[worker(grace = "500ms", track = SESSIONS)]
async fn ignores_the_end() {
    pending::<()>().await;
}

#[detached(blocking, timeout = "1s", track = SESSIONS)]
fn blocks() {
    // Until the test says so, or goes.
    let _ = stdin().read_line(&mut String::new());
    println!("released");
}

/// Never comes to an await.
#[worker(track = BLOCKED)]
async fn blocks_its_worker(of: usize) {
    static BLOCKED: AtomicUsize = AtomicUsize::new(0);
    if BLOCKED.fetch_add(1, SeqCst) + 1 == of {
        println!("ready");
    }
    loop {
        std::thread::park();
    }
}

/// Never comes to an end of its poll's budget without being polled again at once.
struct Hog;

impl TaskOwner for Hog {
    const DRAIN_BUDGET: Duration = Duration::from_secs(3_600);

    async fn shutdown(&self) -> DrainReport {
        println!("draining");
        loop {
            tokio::task::consume_budget().await;
        }
    }
}

/// A service that takes its time to go.
#[derive(TaskOwner)]
struct Slow(OwnedTracker);

impl Drop for Slow {
    fn drop(&mut self) {
        println!("dropped");
    }
}

/// Its shutdown is written by hand, and never ends.
struct Unending;

impl TaskOwner for Unending {
    const DRAIN_BUDGET: Duration = Duration::from_secs(1);

    async fn shutdown(&self) -> DrainReport {
        pending().await
    }
}

#[worker(grace = "1h", track = PATIENT)]
async fn blocks_when_told() {
    Context::current().cancelled().await;
    println!("ready");
    loop {
        std::thread::park();
    }
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

fn main() -> ExitCode {
    let wrong = std::env::args().nth(1).unwrap_or_default();
    let mut runtime = if ["seized", "unasked"].contains(&wrong.as_str()) {
        Builder::new_current_thread()
    } else {
        Builder::new_multi_thread()
    };
    runtime.worker_threads(WORKERS).enable_time().build().unwrap().block_on(serve(&wrong))
}

async fn serve(wrong: &str) -> ExitCode {
    match wrong {
        "cut" => drop(ignores_the_end()),
        "patient" | "late" => drop(takes_an_hour()),
        "stuck" | "returns" => drop(blocks()),
        _ => {}
    }
    if wrong == "unasked" {
        blocks_when_told();
        Shutdown::new().tracker(&PATIENT).run().await.exit();
    }
    let service = Service { tasks: OwnedTracker::bounded("service", 16) };
    // More than there is place for. They hold the service, as a server's connections do.
    let is_blocked = ["blocked", "seized"].contains(&wrong);
    let clients = if is_blocked { 0 } else { 20 };
    let clients: Vec<_> = (0..clients).map(|_| tokio::spawn(requests(service.clone()))).collect();
    tokio::select! {
        biased;
        () = Shutdown::requested() => {}
        // From here on it listens.
        () = async {
            match wrong {
                "blocked" => drop([blocks_its_worker(WORKERS), blocks_its_worker(WORKERS)]),
                "seized" => drop(blocks_its_worker(1)),
                _ => {}
            }
            BUSY.notified().await;
            println!("ready");
            pending::<()>().await;
        } => {}
    }
    if wrong == "late" {
        println!("asked");
        let _ = stdin().read_line(&mut String::new());
    }
    let shutdown = Shutdown::all().phase("front").owner(service).tracker(&SESSIONS).tracker(&PATIENT).tracker(&BLOCKED);
    let shutdown = shutdown.phase("store").tracker(&STORE);
    let shutdown = match wrong {
        "blocked" => shutdown.phase("by hand").owner(Unending),
        "hog" => shutdown.phase("by hand").owner(Hog),
        "patient" => shutdown.phase("slow").owner(Slow(OwnedTracker::bounded("slow", 1))),
        _ => shutdown,
    };
    let report = shutdown.run().await;
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
