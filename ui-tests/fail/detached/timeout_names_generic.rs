//! The function has one `TaskSite` for all its type parameters, so its timeout cannot depend on them.
//! The fix: a literal, or `max_timeout` with a `timeout` that is known at the call.

use std::time::Duration;

use outlive::{Tracker, detached};

static MAIL: Tracker = Tracker::bounded("mail", 8);

trait Transport: Send + 'static {
    const LIMIT: Duration;
}

#[detached(timeout = T::LIMIT, track = MAIL)]
async fn send<T: Transport>(transport: T, to: String) {
    println!("{to}");
}

fn main() {}
