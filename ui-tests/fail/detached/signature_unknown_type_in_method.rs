//! A type in a method's signature does not exist.
//! The fix: `Receipt`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Debug)]
struct Receipt;

struct Service;

impl Service {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn refill(self, event: Option<Evnt>) -> Reciept {
        println!("{event:?}");
        Receipt
    }
}

fn main() {
    Service.refill(None);
}
