//! Nobody sets a readiness: it ends when the shutdown begins.
//! The fix: `Shutdown::all().ready(&READY, Duration::from_secs(5))`.

use outlive::Readiness;

static READY: Readiness = Readiness::new();

fn main() {
    READY.set_ready(true);
}
