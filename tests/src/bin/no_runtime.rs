//! Calls on a thread without a runtime: see `tests/process_no_runtime.rs`. Its argument says who could hear of it: `nobody`, `a
//! subscriber`, or `the caller`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit() {
    println!("written");
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("nobody") => {
            write_audit();
            write_audit();
        }
        Some("a subscriber") => {
            tracing_subscriber::fmt().init();
            write_audit();
        }
        _ => println!("{:?}", write_audit().admitted().map(drop)),
    }
}
