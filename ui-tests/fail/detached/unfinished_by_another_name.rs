//! The hook has another name here, and gets the arguments.
//! The fix: `unfinished = dead_letter`, and a function that takes them.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, on_error = dead_letter)]
async fn write_audit(user: u64, event: String) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} {event}: disk full")))
}

fn dead_letter(error: &std::io::Error) {
    eprintln!("not written: {error}");
}

fn main() {
    write_audit(7, "signed in".to_owned());
    dead_letter(&std::io::Error::other("the disk is full"));
}
