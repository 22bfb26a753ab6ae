//! In Go a value of a context has a key. Here its type is the key.
//! The fix: `context.with(User(7))`, with a type of its own for the value.

use outlive::Context;

fn main() {
    let context = Context::root().with_value("user", 7);
    println!("{context:?}");
}
