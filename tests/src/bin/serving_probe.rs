//! A service with its server in the shutdown, which says on its stdout what was: see `tests/process_serving.rs`.
//!
//! Its argument says what goes wrong in it: `nothing`, `port` (the server fails as it starts), `fails` (in the middle),
//! `stalls` (it never ends), `patient` (that, for an hour), `blocked` (every worker of the runtime, too), `stuck` (a thread), `lease`
//! (the program's own code asks for the end), `consumer` (something essential fails), `told` (it is ended by its handle),
//! `full` (it finds no place), `flush` (a last step never ends), or `dropped` (the shutdown is).

use std::future::pending;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use outlive::{CancelCause, Context, Readiness, Shutdown, Stop, Tracker, detached, periodic, worker};
use tokio::runtime::Builder;
use tokio::time::sleep;

static READY: Readiness = Readiness::new();
static STORE: Tracker<1> = Tracker::bounded("store", 64).drain_budget::<1>();
static BLOCKED: Tracker<1> = Tracker::bounded("blocked", WORKERS).drain_budget::<1>();

const WORKERS: usize = 2;
const SHORT: Duration = Duration::from_millis(100);

#[detached(timeout = "900ms", track = STORE)]
async fn write() {
    sleep(SHORT).await;
    println!("written");
}

#[detached(blocking, timeout = "500ms", track = STORE)]
fn blocks() {
    // A plain `loop` does not compile.
    while std::hint::black_box(true) {
        std::thread::park();
    }
}

/// Never comes to an await.
#[worker(track = BLOCKED)]
async fn blocks_its_worker() {
    static SO_FAR: AtomicUsize = AtomicUsize::new(0);
    if SO_FAR.fetch_add(1, SeqCst) + 1 == WORKERS {
        println!("ready");
    }
    loop {
        std::thread::park();
    }
}

/// Without it the service only looks as if it worked.
#[worker(essential, track = STORE)]
async fn consume(fails: bool) -> io::Result<()> {
    if fails {
        return Err(io::Error::other("no queue"));
    }
    Context::current().cancelled().await;
    Ok(())
}

#[worker(essential, track = tracker)]
async fn holds(tracker: Arc<Tracker>) {
    Context::current().cancelled().await;
}

/// Its runs may fail.
#[periodic(every = "1ms", timeout = "500ms", essential, immediate, track = STORE)]
async fn renew() {
    panic!("not now");
}

#[periodic(every = period, timeout = "500ms", essential, track = STORE)]
async fn beats(period: Duration) {}

fn main() -> ExitCode {
    let wrong = std::env::args().nth(1).unwrap_or_default();
    Builder::new_multi_thread().worker_threads(WORKERS).enable_time().build().unwrap().block_on(shut_down(wrong))
}

async fn shut_down(wrong: String) -> ExitCode {
    let budget = if wrong == "patient" { Duration::from_secs(3600) } else { Duration::from_secs(1) };
    let flushes = wrong == "flush";
    let is_slow = wrong == "slow flush";
    let dropped = wrong == "dropped";
    let run = Shutdown::new()
        .on(Shutdown::requested())
        .ready(&READY, SHORT)
        .serve("http", budget, move |stop| serve(wrong, stop))
        .phase("stores")
        .tracker(&STORE)
        .tracker(&BLOCKED)
        .inspect(|report| println!("{report}"))
        .finally("log", if is_slow { 30 * SHORT } else { Duration::from_millis(300) }, move || {
            if is_slow {
                println!("flushes");
                std::thread::sleep(Duration::from_secs(2));
            }
            if flushes {
                loop {
                    std::thread::park();
                }
            }
            println!("flushed");
        })
        .run();
    if dropped {
        drop(tokio::time::timeout(SHORT, run).await);
        println!("goes on");
        return ExitCode::from(7);
    }
    let report = run.await;
    for (step, failure) in report.failures() {
        println!("{step}: {failure}");
    }
    report.into()
}

async fn serve(wrong: String, stop: Stop) -> io::Result<()> {
    match wrong.as_str() {
        "port" => return Err(io::Error::other("the port is taken")),
        "fails" => {
            write();
            return Err(io::Error::other("the network is gone"));
        }
        "blocked" => drop([blocks_its_worker(), blocks_its_worker()]),
        "handlers" | "bare" => {
            // As a server spawns what handles its connections: nobody tracks that.
            for _ in 0..if wrong == "bare" { 1 } else { WORKERS } {
                let (begun, begins) = tokio::sync::oneshot::channel();
                tokio::spawn(async {
                    let _ = begun.send(());
                    loop {
                        std::thread::park();
                    }
                });
                begins.await.unwrap();
            }
        }
        "stuck" => drop(blocks()),
        "consumer" => drop(consume(true)),
        "told" => {
            let consumer = consume(false);
            consumer.abort(CancelCause::Requested);
            println!("{}", consumer.await.unwrap_err());
            let renewal = renew();
            sleep(SHORT).await;
            renewal.abort(CancelCause::Requested);
            drop(consume(false));
        }
        "full" => {
            let full = Arc::new(Tracker::bounded("full", 1));
            drop(holds(Arc::clone(&full)));
            drop(holds(full));
        }
        "zero period" => drop(beats(Duration::ZERO)),
        "lease" => Shutdown::request("the lease is lost"),
        _ => {}
    }
    if wrong != "blocked" {
        println!("ready");
    }
    if ["stalls", "patient", "blocked", "handlers"].contains(&wrong.as_str()) {
        stop.clone().await;
        println!("told");
        pending::<()>().await;
    }
    stop.await;
    write();
    Ok(())
}
