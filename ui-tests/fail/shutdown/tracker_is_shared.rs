//! A tracker in an `Arc` is no static.
//! The fix: `.shared(Arc::clone(&tasks))`.

use std::sync::Arc;

use outlive::{Shutdown, Tracker};

#[tokio::main]
async fn main() {
    let tasks = Arc::new(Tracker::bounded("tasks", 8));
    println!("{}", Shutdown::all().tracker(&tasks).run().await);
}
