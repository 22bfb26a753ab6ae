//! # 19. A drain shorter than the work
//!
//! Level: C + R. Escapes: queue time. Where the tracker is an expression, `cargo build` proves it, not `cargo check`
//!
//! In Go and in Rust the two numbers stand in two files, and nothing compares them:
//!
//! ```go
//! ctx, cancel := context.WithTimeout(ctx, 5*time.Second)  // audit.go
//! ctx, cancel := context.WithTimeout(ctx, 1*time.Second)  // main.go, around pool.Wait
//! ```
//!
//! With outlive the drain's budget is part of the tracker's type, and `timeout + grace <= budget` is proved of each
//! function (`refused.rs`). Above it, the budgets of a shutdown's phases are summed and compared with what the deployment
//! gives (`refused_phases.rs`, or `Shutdown::within` at run time).

mod naive;
mod outlive;

use std::future::Future;

use ::outlive::{Shutdown, Tracker};
use tokio::runtime::Builder;

use crate::common::{Db, seconds};

/// A write takes 5 s, as it may. Is it in the database once the process is gone?
fn rows_of_a_process<F: Future>(main: impl FnOnce(Db) -> F) -> Vec<u64> {
    let db = Db::that_takes(seconds(5));
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(main(db.clone()));
    drop(runtime);
    db.rows()
}

#[test]
fn naive_gives_up_before_the_work_does() {
    assert!(rows_of_a_process(naive::main).is_empty());
}

#[test]
fn outlive_waits_as_long_as_the_work_may_take() {
    assert_eq!(rows_of_a_process(outlive::main), [7]);
}

#[test]
fn outlive_compares_the_phases_with_the_grace_period_at_run_time_too() {
    static SHORT: Tracker<4> = Tracker::bounded("short", 8).drain_budget::<4>();
    static LONG: Tracker<9> = Tracker::bounded("long", 8).drain_budget::<9>();

    let phases = || Shutdown::new().phase("requests").tracker(&SHORT).phase("stores").tracker(&LONG);
    assert!(phases().within(seconds(15)).is_ok());
    let refused = phases().within(seconds(14)).unwrap_err();
    assert!(refused.to_string().contains("set `terminationGracePeriodSeconds: 15`"), "{refused}");
}

#[test]
fn what_escapes_is_the_time_in_the_queue() {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let report = runtime.block_on(outlive::waits_in_the_queue());
    // Each may take 8 s, and the drain waits for 10: the first one ends, the second is cut short, by name.
    assert_eq!((report.finished(), report.aborted()), (1, 1));
    assert!(report.to_string().contains("1 × exports"), "{report}");
}
