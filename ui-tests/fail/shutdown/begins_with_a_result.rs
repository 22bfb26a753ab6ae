//! The shutdown begins when a future of `()` resolves: the `Err` of another one would be lost.
//! The fix: `Shutdown::requested()`, which waits for Ctrl-C and SIGTERM.

use outlive::Shutdown;

async fn ctrl_c() -> std::io::Result<()> {
    std::future::pending().await
}

fn main() {
    let _shutdown = Shutdown::all().on(ctrl_c());
}
