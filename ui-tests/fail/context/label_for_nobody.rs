//! A context is a value: with a label it is another one, and the current one stays as it is.
//! The fix: `Context::current().with_label("user", 7).scope(async { … }).await`.

#![deny(unused_must_use)]

use outlive::Context;

fn main() {
    Context::current().with_label("user", 7);
}
