//! The last step is an async closure, and nothing would poll its future.
//! The fix: `|| tokio::runtime::Handle::current().block_on(flush())`.

use std::time::Duration;

use outlive::Shutdown;

async fn flush() {}

fn main() {
    let _shutdown = Shutdown::all().finally("traces", Duration::from_secs(2), async || flush().await);
}
