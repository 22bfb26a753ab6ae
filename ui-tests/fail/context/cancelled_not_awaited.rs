//! `cancelled()` is a future: without `.await`, nothing waits.
//! The fix: `.await`.

#![deny(unused_must_use)]

use outlive::Context;

#[tokio::main]
async fn main() {
    Context::current().cancelled();
}
