//! A context is not changed: each `with…` makes a new one, for what runs in it.
//! The fix: `let context = context.with(User(7));`, and `context.scope(…).await`.

use outlive::Context;

struct User(u64);

fn main() {
    let context = Context::current();
    context.insert(User(7));
    println!("{context:?}");
}
