//! The argument belongs to the request, which is over when the job runs. The fix: pass what the job needs of it.

use outlive::{RequestBound, Tracker};
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[derive(serde::Serialize, serde::Deserialize)]
struct Upload;

impl RequestBound for Upload {}

#[durable(timeout = "5s", track = MAIL)]
async fn store(upload: Upload) {
    let _ = upload;
}

fn main() {
    let _ = store(Upload);
}
