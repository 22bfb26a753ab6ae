//! A detached task would keep a pooled connection from the requests that wait for one.
//! The fix: `pool: Pool<Manager>`, and `pool.get().await` in the task.

use deadpool::managed::{Manager, Metrics, Object, RecycleResult};
use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Connections;

impl Manager for Connections {
    type Type = u8;
    type Error = ();

    async fn create(&self) -> Result<u8, ()> {
        Ok(7)
    }

    async fn recycle(&self, _: &mut u8, _: &Metrics) -> RecycleResult<()> {
        Ok(())
    }
}

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(connection: Object<Connections>) -> u8 {
    *connection
}

fn main() {
    let _: fn(Object<Connections>) -> _ = write_audit;
}
