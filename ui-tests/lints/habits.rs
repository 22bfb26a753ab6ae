//! What the compiler sees of a forgotten await, and of an answer that nobody looks at.

use outlive::{AbortOnDrop, CancelSource, Context, Tracker};

use crate::ours::{self, AUDIT};

pub async fn forgotten_await() {
    AUDIT.drain(); //~ unused_must_use
}

pub async fn report_unseen() {
    AUDIT.drain().await; //~ unused_must_use
}

pub async fn report_thrown_away() {
    let _ = AUDIT.drain().await; //~ clippy::let_underscore_must_use, let_underscore_drop
}

pub async fn drain_thrown_away() {
    let _ = AUDIT.drain(); //~ clippy::let_underscore_future, let_underscore_drop
}

pub async fn refusal_thrown_away() {
    let _ = ours::write_audit(7).admitted(); //~ clippy::let_underscore_must_use, let_underscore_drop
}

pub async fn refusal_made_an_option() {
    ours::write_audit(7).admitted().ok(); //~ clippy::unused_result_ok
}

pub async fn handle_thrown_away() {
    let _ = ours::write_audit(7); //~ clippy::let_underscore_future, let_underscore_drop
}

pub async fn aborted_at_once(handle: AbortOnDrop<u32>) {
    let _ = handle; //~ clippy::let_underscore_future, let_underscore_drop
}

pub fn cancelled_at_once() -> Context {
    let source = CancelSource::new();
    let context = Context::root().with_cancel(&source);
    let _ = source.clone(); //~ clippy::let_underscore_must_use, let_underscore_drop
    context
}

pub fn leaves(code: i32) {
    std::process::exit(code); //~ clippy::exit
}

/// The same, as it is meant.
pub async fn meant(tracker: &Tracker) -> Result<(), outlive::Rejected> {
    ours::write_audit(7).admitted()?;
    ours::write_audit(7);
    let report = tracker.drain().await;
    println!("{report}");
    Ok(())
}
