//! The attribute cannot use local variables of the code around the function.
//! The fix: take the tracker as an argument.

use std::sync::Arc;

use outlive::{Tracker, detached};

fn main() {
    let local = Arc::new(Tracker::bounded("audit", 64));

    #[detached(timeout = "5s", track = local)]
    async fn write_audit(user: u64) {
        println!("{user} signed in");
    }

    write_audit(7);
    drop(local);
}
