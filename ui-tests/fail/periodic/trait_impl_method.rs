//! The macro cannot see that the method stands in the `impl` of a trait. rustc
//! reports a method that the trait does not have, and the method's name says what to do.
//! The fix: an inherent method, which the trait's method calls.

use outlive::{TaskHandle, Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

trait Refresh {
    fn refresh(self) -> TaskHandle<()>;
}

#[derive(Clone)]
struct Cache;

impl Refresh for Cache {
    #[periodic(every = "30s", timeout = "10s", track = CACHE)]
    async fn refresh(self) {
        println!("refreshed");
    }
}

fn main() {
    Cache.refresh();
}
