//! The sender of a `oneshot` answers once, and attempts are more than one.
//! The fix: the answer as the result.

use outlive::{Tracker, detached};
use tokio::sync::oneshot;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, retry = "3, 10ms..1s")]
async fn put(row: String, reply: oneshot::Sender<u64>) -> Result<(), std::io::Error> {
    let number = row.len() as u64;
    reply.send(number).map_err(|_| std::io::Error::other("nobody waits"))
}

fn main() {
    let (reply, _number) = oneshot::channel();
    put("a row".to_owned(), reply);
}
