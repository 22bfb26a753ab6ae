//! A closure and its future go with the task. All that they lack is said at once.
//! The fix: `<F: Send + 'static, Fut: Send + 'static>`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn run<F, Fut>(work: F)
where
    F: FnOnce() -> Fut,
    Fut: Future<Output = ()>,
{
    work().await;
}

fn main() {
    run(|| async {});
}
