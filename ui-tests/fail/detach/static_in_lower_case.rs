//! The macro takes a lower-case name for a variable, because it cannot see what the name is.
//! The fix: `track = &audit`.

#![allow(non_upper_case_globals)]

use outlive::{Tracker, detach};

static audit: Tracker = Tracker::bounded("audit", 64);

fn main() {
    detach!(timeout = "5s", track = audit, async {
        println!("signed in");
    });
}
