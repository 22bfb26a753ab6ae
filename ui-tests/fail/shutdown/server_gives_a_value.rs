//! The result of a server says whether it failed. Any other value would be lost.
//! The fix: `async { drop(serve_many().await) }`, or what the value says as an `Err`.

use std::time::Duration;

use outlive::Shutdown;

async fn serve_many() -> usize {
    7
}

fn main() {
    let _shutdown = Shutdown::all().serve("lines", Duration::from_secs(10), |_stop| serve_many());
}
