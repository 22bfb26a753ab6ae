//! Only a deadline of its own makes a detached context one that can be waited on.
//! The fix: `context = context.with_timeout(limit)`, or hand over the `Context` itself: a detached call detaches it.

use outlive::{Context, DetachedContext};

fn handler(context: &Context) {
    println!("{:?}", context.deadline());
}

fn main() {
    let context: DetachedContext = Context::current().detach();
    handler(&context);
}
