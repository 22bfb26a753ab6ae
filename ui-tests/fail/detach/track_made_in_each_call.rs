//! Each future would have a tracker of its own, which is never freed.
//! The fix: a static, `static AUDIT: Tracker = Tracker::bounded("audit", 1);`, and `track = AUDIT`.

use outlive::{Tracker, detach};

fn main() {
    detach!(timeout = "5s", track = Box::leak(Box::new(Tracker::bounded("audit", 1))), async {
        println!("signed in");
    });
}
