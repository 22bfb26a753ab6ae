//! The task would return a future, and nobody would poll it; only its type says what the error is.
//! The fix: an `async fn` with the future's result.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
fn write_audit(order: u64) -> impl Future<Output = Result<(), std::io::Error>> + Send {
    async move {
        println!("order {order} is written");
        Ok(())
    }
}

fn main() {
    write_audit(7);
}
