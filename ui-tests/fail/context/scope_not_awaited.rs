//! `scope` is a future: nothing runs until it is awaited.
//! The fix: `.await`.

#![deny(unused_must_use)]

use outlive::Context;

#[tokio::main]
async fn main() {
    Context::root().scope(async { println!("here") });
}
