//! A trait's method cannot be detached, also where it has a body.
//! The fix: a function, which the trait's method calls.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

trait Audited: Sized {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn write_audit(self, id: u64)
    where
        Self: Sized + Send + 'static,
    {
        println!("{id}");
    }
}

struct Order;

impl Audited for Order {}

fn main() {
    Order.write_audit(7);
}
