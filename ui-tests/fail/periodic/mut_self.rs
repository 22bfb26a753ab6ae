//! Each run has its own clone of `self`, and its changes are lost with the clone.
//! The fix: `served: Arc<AtomicU64>`; or a `#[worker]`, which is one run.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[derive(Clone)]
struct Cache {
    served: u64,
}

impl Cache {
    #[periodic(every = "30s", timeout = "10s", track = CACHE)]
    async fn refresh(mut self) {
        self.served += 1;
        println!("{}", self.served);
    }
}

fn main() {
    Cache { served: 0 }.refresh();
}
