//! The budgets of the parts are summed, and there is none of the whole.
//! The fix: `.within(Duration::from_secs(30))?` checks the sum.

use std::time::Duration;

use outlive::Shutdown;

#[tokio::main]
async fn main() {
    println!("{}", Shutdown::all().timeout(Duration::from_secs(30)).run().await);
}
