//! A drain always gives its report.
//! The fix: `AUDIT.drain().await`, without `.unwrap()`.

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[tokio::main]
async fn main() {
    println!("{}", AUDIT.drain().await.unwrap());
}
