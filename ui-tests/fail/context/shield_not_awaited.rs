//! `shield` is a future: the section runs only when it is awaited.
//! The fix: `.await`.

#![deny(unused_must_use)]

use outlive::shield;

#[tokio::main]
async fn main() {
    shield(async { println!("commit") });
}
