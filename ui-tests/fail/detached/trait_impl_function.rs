//! A function without a receiver stands in the `impl` of a trait. The macro's function has another signature than the trait's.
//! The fix: detach an inherent method or a free function, and call it from the trait's.

use outlive::{TaskHandle, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

trait Audit {
    fn write(event: Self) -> TaskHandle<()>;
}

struct Event;

impl Audit for Event {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn write(event: Self) {
        drop(event);
    }
}

fn main() {
    Event::write(Event);
}
