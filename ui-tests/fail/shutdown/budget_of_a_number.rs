//! A number has no unit: budgets are `Duration`s.
//! The fix: `Duration::from_secs(2)`.

use outlive::Shutdown;

fn flush() {}

#[tokio::main]
async fn main() {
    Shutdown::all().finally("traces", 2, flush).run().await.exit();
}
