//! The macro cannot see that the method stands in the `impl` of a trait. rustc
//! reports a method that the trait does not have, and the method's name says what to do.
//! The fix: an inherent method, which the trait's method calls.

use outlive::{TaskHandle, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

trait Deliver {
    fn deliver(self) -> TaskHandle<()>;
}

struct Mailbox;

impl Deliver for Mailbox {
    #[worker(track = MAIL)]
    async fn deliver(self) {
        println!("delivered");
    }
}

fn main() {
    Mailbox.deliver();
}
