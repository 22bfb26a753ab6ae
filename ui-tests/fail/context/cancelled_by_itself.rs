//! Whoever has a context cannot cancel it: its source does that.
//! The fix: `source.cancel(CancelCause::Requested)`, with the `source` of `.with_cancel(&source)`.

use outlive::Context;

fn main() {
    let context = Context::current();
    context.cancel();
}
