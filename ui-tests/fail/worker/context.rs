//! A worker outlives every request, and so must not have a request's context.
//! The fix: leave `context` out, and pass what the worker needs as an argument.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(context = request, track = MAIL)]
async fn deliver(request: Context) {
    println!("{request:?}");
}

fn main() {
    deliver(Context::current());
}
