//! Nothing can stop a thread, and a loop that asks for nothing never ends.
//! The fix: `while !Context::current().is_cancelled()`.

use outlive::{Tracker, worker};

static PORTS: Tracker = Tracker::bounded("ports", 8);

#[worker(blocking, track = PORTS)]
fn read(port: u16) {
    loop {
        println!("{port}");
    }
}

fn main() {
    read(7);
}
