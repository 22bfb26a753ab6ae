//! A service that is rebuilt from its configuration 2,000 times, as a hot reload does it: its workers go with it, or
//! they do not. Prints live tasks and memory for both, as a picture.

mod naive;
mod ours;
mod picture;

use std::process::ExitCode;
use std::sync::Arc;

use peak_alloc::PeakAlloc;
use picture::Sample;
use tokio::runtime::Handle;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const RELOADS: usize = 2_000;
const SAMPLE_EVERY: usize = 50;

/// What a reload reads: every one is another, and holds some memory.
pub(crate) struct Config {
    pub(crate) number: usize,
    pub(crate) routes: Vec<String>,
}

impl Config {
    fn load(number: usize) -> Self {
        Self { number, routes: (0..40).map(|route| format!("/v{number}/route/{route}")).collect() }
    }
}

/// A service as this program needs it: built, used, and dropped when the next one is there.
trait Service {
    fn start(config: Config) -> Self;

    /// A request's work that outlives its request.
    fn handle(&self, request: usize);
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    println!("A service is rebuilt {RELOADS} times. Each has three loops, and work in flight when it is replaced.\n");
    let ours = reload::<ours::Server>().await;
    let naive = reload::<Arc<naive::Server>>().await;
    picture::print("live tasks", "", [("naive", &naive), ("outlive", &ours)], |sample| sample.tasks);
    picture::print("memory", " KiB", [("naive", &naive), ("outlive", &ours)], |sample| sample.memory / 1_024);
    let handled = ours::handled();
    println!("outlive: {handled} of {RELOADS} pieces of work that were in flight at a reload have been done.");
    let flat = ours.last().is_some_and(|last| last.tasks <= ours[0].tasks);
    let climbs = naive.last().is_some_and(|last| last.tasks >= 3 * RELOADS);
    if flat && climbs && handled == RELOADS { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn reload<S: Service>() -> Vec<Sample> {
    let mut current = S::start(Config::load(0));
    let mut samples = Vec::new();
    for number in 1..=RELOADS {
        current.handle(number);
        current = S::start(Config::load(number));
        settle().await;
        if number % SAMPLE_EVERY == 0 {
            let tasks = Handle::current().metrics().num_alive_tasks();
            samples.push(Sample { tasks, memory: MEMORY.current_usage() });
        }
    }
    drop(current);
    settle().await;
    samples
}

/// Lets the runtime run what has something to do.
async fn settle() {
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
}
