//! A readiness is a static, as the probe and the shutdown have the same one for as long as the process runs.
//! The fix: `static READY: Readiness = Readiness::new();`, and `.ready(&READY, …)`.

use std::sync::Arc;
use std::time::Duration;

use outlive::{Readiness, Shutdown};

fn main() {
    let ready = Arc::new(Readiness::new());
    let _shutdown = Shutdown::all().ready(Arc::clone(&ready), Duration::from_secs(5));
}
