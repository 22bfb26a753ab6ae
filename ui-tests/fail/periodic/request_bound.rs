//! A loop lasts longer than any request.
//! The fix: pass what its runs need of it, here the user's number.

use outlive::{RequestBound, Tracker, periodic};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Clone)]
struct Session {
    user: u64,
}

impl RequestBound for Session {}

#[periodic(every = "1s", timeout = "1s", track = AUDIT)]
async fn poll(session: Session) {
    println!("{}", session.user);
}

fn main() {
    poll(Session { user: 7 });
}
