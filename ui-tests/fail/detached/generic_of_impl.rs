//! A function without a receiver uses the `impl` block's `T`. The macro sees only the function, and not that `impl`.
//! The fix: `where Self: Sized`, which tells it that it stands in an `impl`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Store<T>(T);

impl<T: Send + 'static> Store<T> {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn save(value: T) {
        drop(value);
    }
}

fn main() {
    Store::save(7);
}
