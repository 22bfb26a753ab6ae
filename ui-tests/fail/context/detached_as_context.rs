//! A `DetachedContext` has no cancellation and no deadline. It converts into a `Context` only with a deadline of its own.
//! The fix: `context = context.with_timeout(limit)`, or hand over the `Context` itself: a detached call detaches it.

use outlive::{Context, DetachedContext};

fn handler(context: &Context) {
    println!("{:?}", context.deadline());
}

fn main() {
    let context: DetachedContext = Context::current().detach();
    handler(&context);
}
