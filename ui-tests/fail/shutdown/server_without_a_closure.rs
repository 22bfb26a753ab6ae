//! A server has to know when to stop: a closure gets that, and gives the server.
//! The fix: `|stop| serve(stop)`.

use std::time::Duration;

use outlive::Shutdown;

async fn serve() {}

fn main() {
    let _shutdown = Shutdown::all().serve("lines", Duration::from_secs(10), serve());
}
