//! A `Shutdown::new()` drains what is added to it. In `main`, a static tracker in none of its phases is named, if its tasks run on.

use std::process::{ExitCode, Termination};
use std::sync::LazyLock;
use std::thread;

use outlive::{Shutdown, Tracker, detached};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

static DRAINED: Tracker = Tracker::bounded("drained", 8);
static FORGOTTEN: Tracker = Tracker::bounded("forgotten", 8);

static ANOTHER: Tracker = Tracker::bounded("another", 8);

static GATE: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(0));

#[detached(timeout = "5s", track = DRAINED)]
async fn ends() {}

#[detached(timeout = "5s", track = FORGOTTEN)]
async fn waits() {
    drop(GATE.acquire().await);
}

#[detached(timeout = "5s", track = ANOTHER)]
async fn waits_as_well() {
    drop(GATE.acquire().await);
}

/// On a thread that is called as that of `main` is.
#[test]
fn a_tracker_in_no_phase_is_named_while_its_tasks_run_on() {
    let runs = |name: &str, work: fn()| thread::Builder::new().name(name.to_owned()).spawn(work).unwrap().join();
    runs("main", || runtime().block_on(in_main())).unwrap();
    runs("a test", || runtime().block_on(in_a_test())).unwrap();
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Other tests run beside it, and their tasks are none of its.
async fn in_a_test() {
    let waiting = waits_as_well();
    let report = Shutdown::new().phase("stores").tracker(&DRAINED).run().await;
    assert_eq!(report.notes().count(), 0, "{report}");
    GATE.add_permits(1);
    waiting.await.unwrap();
}

async fn in_main() {
    ends();
    let waiting = [waits(), waits()];
    let report = Shutdown::new().phase("stores").tracker(&DRAINED).run().await;

    let notes: Vec<_> = report.notes().collect();
    let [(phase, said)] = notes[..] else { panic!("{report}") };
    assert_eq!(phase, "in no phase");
    let expected = ": 2 tasks run on, and nothing waits: add it by `.tracker(…)`, or write `Shutdown::all()`";
    assert!(said.starts_with("forgotten (tests/tests/left_alone.rs:") && said.ends_with(expected), "{said}");
    assert!(report.to_string().ends_with(&format!("\n[in no phase] {said}")), "{report}");
    assert!(report.is_clean() && !FORGOTTEN.is_draining(), "it is named, and left alone");

    GATE.add_permits(2);
    for task in waiting {
        task.await.unwrap();
    }
    let report = Shutdown::new().phase("stores").tracker(&DRAINED).run().await;
    assert_eq!(report.notes().count(), 0, "nothing is left to wait for: {report}");
    assert_eq!(Termination::report(report), ExitCode::SUCCESS, "`main` may return it");
}
