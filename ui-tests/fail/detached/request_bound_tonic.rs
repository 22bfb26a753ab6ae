//! A whole gRPC request: its deadline, its peer and its credentials are useless when the request is over.
//! The fix: `order: Order`, by `request.into_inner()` in the handler.

use outlive::{Tracker, detached};
use tonic::Request;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Order(u64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(request: Request<Order>) -> u64 {
    request.into_inner().0
}

fn main() {
    write_audit(Request::new(Order(7)));
}
