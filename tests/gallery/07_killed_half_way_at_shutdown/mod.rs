//! # 7. Untracked work is killed half-way at shutdown
//!
//! Level: C + R. Escapes: an `Arc<Tracker>` in no phase; a program that never shuts down through it: the loss is reported
//!
//! In Go `main` returns, and every goroutine that no `WaitGroup` knows of stops between two statements.
//!
//! In Rust the runtime is dropped at the end of `main`, and the tasks whose handles were dropped with it, at an await:
//! the money has left one account, and has not come to the other.
//!
//! With outlive a call without a tracker does not compile (`refused.rs`). The drain refuses, waits, cancels what does not
//! end, and says by name what that was. `Shutdown::all()` finds every static tracker and every service's, a library's
//! too, and names those that no phase drains.

mod naive;
mod outlive;

use std::future::Future;
use std::process::Command;

use outlive_tests::Trace;
use tokio::runtime::Builder;

use crate::common::{Db, seconds};

/// A service takes a transfer, whose two rows take a second each, and is told to stop. What is in the database once the
/// process is gone?
fn rows_of_a_process<F: Future>(main: impl FnOnce(Db) -> F) -> Vec<u64> {
    let db = Db::that_takes(seconds(1));
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(main(db.clone()));
    drop(runtime);
    db.rows()
}

#[test]
fn naive_writes_half_of_it() {
    assert_eq!(rows_of_a_process(naive::main), [1]);
}

#[test]
fn outlive_writes_all_of_it() {
    assert_eq!(rows_of_a_process(outlive::main), [1, 2]);
}

#[test]
fn outlive_drops_what_does_not_end_and_says_what_it_was() {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let report = runtime.block_on(outlive::drains_what_hangs());
    let line = format!("aborted        1 × hangs ({}:", file!().replace("mod.rs", "outlive.rs"));
    assert_eq!((report.finished(), report.aborted()), (1, 1));
    assert!(report.to_string().contains(&line), "{report}");
}

#[test]
fn what_escapes_is_reported_as_lost() {
    let trace = Trace::record();
    assert_eq!(rows_of_a_process(outlive::main_that_forgets), [1]);
    let report = trace.report();
    assert_eq!(report.field("message"), "detached task was lost with its runtime");
    assert_eq!(report.field("task"), "forgotten_transfer");
}

#[test]
fn outlive_finds_the_tracker_of_a_library_and_names_it() {
    // It ends every tracker of its process: a process of its own.
    let name = "killed_half_way_at_shutdown::shuts_everything_down";
    let test = std::env::current_exe().unwrap();
    let ran = Command::new(test).args(["--ignored", "--exact", "--nocapture", name]).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
    assert!(said.contains("[in no phase] somebody's library: drained in 2s of 20s: 1 ended"), "{said}");
}

#[tokio::test(start_paused = true)]
#[ignore = "ends every tracker of its process: another test runs it in one of its own"]
async fn shuts_everything_down() {
    println!("{}", outlive::shuts_everything_down().await);
}
