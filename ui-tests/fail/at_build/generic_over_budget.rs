//! The drain budget is a type parameter, and the budget of one of the callers is too small.
//! The fix: give that caller's tracker what the message names.

use std::sync::Arc;

use outlive::{Tracker, detached};

#[detached(timeout = "25s", track = tasks)]
async fn refill<const BUDGET: u64>(tasks: Arc<Tracker<BUDGET>>) {
    drop(tasks);
}

fn main() {
    refill(Arc::new(Tracker::bounded("large", 8).drain_budget::<30>()));
    refill(Arc::new(Tracker::bounded("small", 8)));
}
