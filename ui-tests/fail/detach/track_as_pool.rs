//! What holds a task is its tracker, and the argument for it is `track`.
//! The fix: `track = MAIL`.

use outlive::{Tracker, detach};

static MAIL: Tracker = Tracker::bounded("mail", 8);

fn main() {
    detach!(timeout = "5s", pool = MAIL, async { println!("sent") });
}
