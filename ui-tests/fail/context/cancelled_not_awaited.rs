//! Waiting for a cancel is a future.
//! The fix: `.await`.

#![deny(unused_must_use)]

use outlive::Context;

#[tokio::main]
async fn main() {
    Context::current().cancelled();
}
