//! A context without values is a root.
//! The fix: `Context::root()`; in a request or a task, `Context::current()`.

use outlive::Context;

fn main() {
    let context = Context::new();
    println!("{context:?}");
}
