//! # 17. Work submitted after the drain
//!
//! Level: R. Escapes: –
//!
//! In Go the pool's channel is closed, and a request that is still under way sends to it: the process panics.
//!
//! In Rust `TaskTracker::close()` closes nothing. What is spawned after it, and after `wait()`, is accepted, and killed
//! with the runtime.
//!
//! With outlive the call gets `Rejected::Draining`: a value, and a count. It never panics, never blocks, and never runs
//! untracked, also when both come at the same moment. The calls of the tracker's own live tasks are accepted work: those
//! are kept, until the drain tells its tasks to stop.

mod naive;
mod outlive;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use tokio::runtime::Builder;

use crate::common::{Db, seconds};

/// A request comes late. Was it accepted, and is it written once the process is gone?
fn accepted_and_written<F: Future<Output = bool>>(main: impl FnOnce(Db) -> F) -> (bool, Vec<u64>) {
    let db = Db::that_takes(seconds(1));
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let accepted = runtime.block_on(main(db.clone()));
    drop(runtime);
    (accepted, db.rows())
}

#[test]
fn naive_accepts_it_and_loses_it() {
    assert_eq!(accepted_and_written(naive::main), (true, vec![1]));
}

#[test]
fn outlive_refuses_it_by_type() {
    assert_eq!(accepted_and_written(outlive::main), (false, vec![1]));
    assert_eq!(outlive::site("write_audit").counts().rejected, 1);
}

#[test]
fn outlive_keeps_the_calls_of_live_tasks() {
    assert_eq!(accepted_and_written(outlive::main_with_follow_ups), (true, vec![1, 2]));
}

#[test]
fn outlive_loses_nothing_that_it_accepts_when_both_race() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (accepted, written) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let (runtime, accepted, written) = (runtime.handle().clone(), Arc::clone(&accepted), Arc::clone(&written));
            std::thread::spawn(move || {
                let _entered = runtime.enter();
                // Until the drain refuses it.
                while outlive::count(Arc::clone(&written)).admitted().is_ok() {
                    accepted.fetch_add(1, SeqCst);
                }
            })
        })
        .collect();
    while accepted.load(SeqCst) < 100 {
        std::thread::yield_now();
    }
    let report = runtime.block_on(outlive::RACING.drain());
    let written_at_its_end = written.load(SeqCst);
    for caller in callers {
        caller.join().unwrap();
    }
    assert_eq!(written_at_its_end, accepted.load(SeqCst), "{report}");
    assert!(report.is_clean() && outlive::site("count").counts().rejected == 4, "{report}");
}
