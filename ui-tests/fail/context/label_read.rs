//! A label is for reports and spans. What code reads in a task is a value.
//! The fix: `.with(RequestId(id))` where the label is set, and `Context::current().get::<RequestId>()`.

use outlive::{Context, Tracker, detached};

static MAIL: Tracker = Tracker::bounded("mail", 64);

#[detached(timeout = "5s", track = MAIL)]
async fn send_mail() {
    let request = Context::current().label("request");
    println!("mail of {request:?}");
}

fn main() {
    send_mail();
}
