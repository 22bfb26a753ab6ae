//! Two runtimes use one tracker, as two tests do: see `tests/unheard.rs`. Its argument says who could hear of it: `nobody`, or `a
//! subscriber`.

use outlive::{Context, Tracker, detached};
use tokio::runtime::Builder;

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit() {}

fn in_a_runtime(work: impl Future<Output = ()>) {
    Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work);
}

fn main() {
    if std::env::args().nth(1).as_deref() == Some("a subscriber") {
        tracing_subscriber::fmt().init();
    }
    in_a_runtime(async {
        let _context = Context::root().with_label("user", 7);
        drop(write_audit().await);
        drop(AUDIT.drain().await);
    });
    for _ in 0..2 {
        in_a_runtime(async { drop(write_audit().await) });
    }
}
