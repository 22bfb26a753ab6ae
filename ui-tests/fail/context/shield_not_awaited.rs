//! `shield` is a future as well: the section runs when it is awaited.
//! The fix: `.await`.

#![deny(unused_must_use)]

use outlive::shield;

#[tokio::main]
async fn main() {
    shield(async { println!("commit") });
}
