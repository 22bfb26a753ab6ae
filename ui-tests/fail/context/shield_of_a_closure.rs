//! A shielded section is a future: nothing calls a closure.
//! The fix: `shield(async { 7 })`.

use outlive::shield;

#[tokio::main]
async fn main() {
    let seven = shield(|| async { 7 }).await;
    println!("{seven}");
}
