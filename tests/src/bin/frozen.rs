//! A process that is stopped past the deadlines of its tasks, and continued: see `tests/frozen.rs`. It says what became
//! of each of them.
//!
//! Its argument is the number of its runtime's workers; none is a runtime of one thread.

use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use outlive::{
    CancelCause, Context, OwnedTracker, TaskOwner, Tracker, detach, detached, owned_tasks, periodic, shield,
};
use tokio::runtime::Builder;
use tokio::task::yield_now;

static TASKS: Tracker = Tracker::bounded("tasks", 8).queue(8);

/// Waits until it is cancelled, and rolls back in as many polls.
async fn rolls_back(waits: Sender<()>) -> &'static str {
    waits.send(()).unwrap();
    let cause = Context::current().cancelled().await;
    assert!(matches!(cause, CancelCause::Timeout));
    for _ in 0..10 {
        yield_now().await;
    }
    "rolled back"
}

#[detached(timeout = "300ms", grace = "500ms", track = TASKS)]
async fn call(waits: Sender<()>) -> &'static str {
    rolls_back(waits).await
}

#[detached(timeout = wanted, max_timeout = "10s", grace = "500ms", track = TASKS)]
async fn call_with_a_timeout_of_its_own(wanted: Duration, waits: Sender<()>) -> &'static str {
    assert_eq!(wanted.as_millis(), 300);
    rolls_back(waits).await
}

#[detached(timeout = "300ms", grace = "500ms", track = TASKS)]
async fn section(waits: Sender<()>) -> &'static str {
    shield(rolls_back(waits)).await
}

#[periodic(every = "1h", immediate, timeout = "300ms", grace = "500ms", track = TASKS)]
async fn run(waits: Sender<()>, ended: Sender<&'static str>) {
    ended.send(rolls_back(waits).await).unwrap();
}

#[derive(Clone, TaskOwner)]
struct Service {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Service {
    #[detached(timeout = "300ms", grace = "500ms")]
    async fn method(&self, waits: Sender<()>) -> &'static str {
        rolls_back(waits).await
    }
}

fn main() {
    let workers: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut runtime = if workers == 0 { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    let runtime = runtime.worker_threads(workers.max(1)).enable_time().build().unwrap();
    runtime.block_on(async {
        let ((waits, is_waiting), (ended, ends)) = (channel(), channel());
        let service = Service { tasks: OwnedTracker::bounded("service", 8) };
        let looping = run(waits.clone(), ended);
        let calls = [
            ("call", call(waits.clone())),
            ("timeout of its own", call_with_a_timeout_of_its_own(Duration::from_millis(300), waits.clone())),
            ("section", section(waits.clone())),
            ("method", service.method(waits.clone())),
            ("future", detach!(timeout = "300ms", grace = "500ms", track = TASKS, rolls_back(waits))),
        ];
        let mut waiting = 0;
        while waiting < calls.len() + 1 {
            yield_now().await;
            waiting += is_waiting.try_iter().count();
        }
        println!("ready");
        for (name, call) in calls {
            match call.await {
                Ok(ended) => println!("{name}: {ended}"),
                Err(error) => println!("{name}: {error}"),
            }
        }
        let counts = || looping.site().counts();
        while counts().completed + counts().timed_out == 0 {
            yield_now().await;
        }
        println!("run: {}", ends.try_recv().unwrap_or("was cut"));
    });
}
