//! Signals are a feature of outlive, because tokio's are one.
//! The fix: `outlive = { version = "…", features = ["signal"] }` in Cargo.toml.

use outlive::Shutdown;

#[tokio::main]
async fn main() {
    Shutdown::all().on(Shutdown::requested()).run().await.exit();
}
