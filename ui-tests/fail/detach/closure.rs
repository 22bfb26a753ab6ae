//! `std::thread::spawn` takes a closure. `detach!` takes a future.
//! The fix: `async { … }`, without the bars.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn main() {
    detach!(timeout = "5s", track = AUDIT, || async {
        println!("signed in");
    });
}
