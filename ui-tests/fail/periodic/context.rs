//! A loop outlives every request, and so must not have a request's context.
//! The fix: leave `context` out, and pass what a run needs as an argument.

use outlive::{Context, Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", context = request, track = CACHE)]
async fn refresh(request: Context) {
    println!("{request:?}");
}

fn main() {
    refresh(Context::current());
}
