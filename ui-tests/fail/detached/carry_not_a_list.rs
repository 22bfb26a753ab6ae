//! `carry` takes a list, even of one type.
//! The fix: `carry = [Locale]`.

use outlive::{Carrier, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Locale(&'static str);

impl Carrier for Locale {
    fn capture() -> Option<Self> {
        Some(Self("en"))
    }

    fn enter(&mut self, work: &mut dyn FnMut()) {
        println!("{}", self.0);
        work();
    }
}

#[detached(timeout = "5s", track = AUDIT, carry = Locale)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
