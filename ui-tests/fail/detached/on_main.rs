//! `main` starts the program, and no request calls it.
//! The fix: leave `#[detached]` out, and put it on what `main` calls.

use outlive::{Tracker, detached};

static MAIN: Tracker = Tracker::bounded("main", 1);

#[tokio::main]
#[detached(timeout = "10s", track = MAIN)]
async fn main() {
    println!("serving");
}
