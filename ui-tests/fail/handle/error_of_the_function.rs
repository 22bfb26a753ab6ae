//! A `TaskError` says why there is no value. The function's own `Err` is a value.
//! The fix: `Ok(Err(error))`.

use outlive::{TaskError, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(order: u64) -> Result<(), std::io::Error> {
    println!("order {order}");
    Ok(())
}

#[tokio::main]
async fn main() {
    match write_audit(7).await {
        Err(TaskError::Failed(error)) => println!("{error}"),
        _ => println!("written, or not"),
    }
}
