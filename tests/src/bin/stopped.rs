//! Processes whose shutdown is stopped by a signal while thousands of their tasks end: whether their reports add up.
//!
//! ```sh
//! cargo run -p outlive-tests --bin stopped -- 1000
//! ```
//!
//! runs so many of them. It ends with 1 where a report is off, or where none was made while tasks ended.

use std::process::{Command, ExitCode, Stdio};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use outlive::{OwnedTracker, Shutdown, TaskOwner, Tracker, detached, owned_tasks};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;

/// Of each tracker: as many again are of the other two.
const PLAINS: usize = 1_000;
const OTHERS: usize = 500;
const TASKS: usize = PLAINS + 2 * OTHERS;

static PLAIN: Tracker = Tracker::unbounded("plain");
static QUEUED: Tracker = Tracker::bounded("queued", 100).queue(OTHERS);

/// Who has a permit ends.
static MAY_END: Semaphore = Semaphore::const_new(0);

async fn waits() {
    MAY_END.acquire().await.unwrap().forget();
}

#[detached(timeout = "19s", track = PLAIN)]
async fn plain() {
    waits().await;
}

#[detached(timeout = "19s", track = QUEUED)]
async fn queued() {
    waits().await;
}

#[derive(Clone, TaskOwner)]
struct Service {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Service {
    #[detached(timeout = "19s")]
    async fn method(&self) {
        waits().await;
    }
}

fn main() -> ExitCode {
    match std::env::args().nth(1).map(|processes| processes.parse()) {
        Some(Ok(processes)) => run(processes),
        _ => be_stopped(),
    }
}

/// Runs so many processes, one after the other. Says of how many the report is off, and how many were stopped in the
/// middle of it.
fn run(processes: usize) -> ExitCode {
    let (mut off, mut stopped) = (0, 0);
    for _ in 0..processes {
        let process = Command::new(std::env::current_exe().unwrap()).stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8(process.stdout).unwrap();
        let mut trackers = 0;
        for line in said.lines() {
            let numbers: Vec<usize> = line.split(' ').skip(1).map(|number| number.parse().unwrap()).collect();
            let [calls, finished, stragglers] = numbers[..] else { panic!("{line}") };
            trackers += 1;
            stopped += usize::from(finished > 0 && finished < calls);
            if finished + stragglers != calls {
                off += 1;
                println!("{line}: {finished} + {stragglers} are not {calls}");
            }
        }
        assert_eq!(
            (trackers, process.status.code()),
            (3, Some(2)),
            "{said} {}",
            String::from_utf8_lossy(&process.stderr)
        );
    }
    println!("{off} of {} reports are off; {stopped} were made while tasks ended", 3 * processes);
    ExitCode::from(u8::from(off > 0 || stopped == 0))
}

/// Shuts down, and is stopped in the middle of it. Says of each tracker how many finished, and how many did not.
fn be_stopped() -> ExitCode {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    let report = runtime.block_on(async {
        let service = Service { tasks: OwnedTracker::bounded("service", 100).queue(OTHERS) };
        for _ in 0..OTHERS {
            plain();
            plain();
            queued();
            service.method();
        }
        let owned = service.tasks.clone();
        let shutdown = Shutdown::new().phase("only").tracker(&PLAIN).tracker(&QUEUED).owner(service);
        // From here on a signal stops it.
        let _ = tokio::time::timeout(Duration::ZERO, Shutdown::requested()).await;
        thread::spawn(move || stop_in_the_middle(&owned));
        shutdown.run().await
    });
    for drain in report.phases().flat_map(|(_, drains)| drains) {
        let calls = if drain.tracker() == PLAIN.name() { PLAINS } else { OTHERS };
        println!("{} {calls} {} {}", drain.tracker(), drain.finished(), drain.stragglers().len());
    }
    report.exit()
}

/// Lets one task end after the other, and the process be stopped meanwhile.
fn stop_in_the_middle(owned: &OwnedTracker) {
    while !PLAIN.is_draining() || !QUEUED.is_draining() || !owned.is_draining() {
        thread::yield_now();
    }
    let both = Arc::new(Barrier::new(2));
    let begins = Arc::clone(&both);
    thread::spawn(move || {
        begins.wait();
        let sent = Command::new("kill").args(["-TERM", &std::process::id().to_string()]).status().unwrap();
        assert!(sent.success());
    });
    both.wait();
    // For as long as the signal may take, and longer.
    let pace = Duration::from_micros(6);
    let mut next = Instant::now();
    for _ in 1..TASKS {
        MAY_END.add_permits(1);
        next += pace;
        while Instant::now() < next {
            std::hint::spin_loop();
        }
    }
}
