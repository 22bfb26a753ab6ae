//! The job may run in another process, which does not have the caller's `self`. The fix: a free function, with `#[state] shop: Arc<Shop>`.

use std::sync::Arc;

use outlive::Tracker;
use outlive_durable::durable;

static MAIL: Tracker = Tracker::bounded("mail", 8);

struct Shop;

impl Shop {
    #[durable(timeout = "5s", track = MAIL)]
    async fn send_welcome(self: Arc<Self>, to: String) {
        let _ = to;
    }
}

fn main() {
    let _ = Arc::new(Shop).send_welcome(String::new());
}
