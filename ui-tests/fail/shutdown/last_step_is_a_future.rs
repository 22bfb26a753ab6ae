//! A last step has a thread of its own, on which no future is polled.
//! The fix: `|| tokio::runtime::Handle::current().block_on(flush())`.

use std::time::Duration;

use outlive::Shutdown;

async fn flush() {}

fn main() {
    let _shutdown = Shutdown::all().finally("traces", Duration::from_secs(2), flush());
}
