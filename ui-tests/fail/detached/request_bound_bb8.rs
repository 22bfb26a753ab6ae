//! A detached task would keep a pooled connection from the requests that wait for one.
//! The fix: `pool: Pool<Manager>`, and `pool.get().await` in the task.

use bb8::{ManageConnection, PooledConnection};
use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Connections;

impl ManageConnection for Connections {
    type Connection = u8;
    type Error = ();

    async fn connect(&self) -> Result<u8, ()> {
        Ok(7)
    }

    async fn is_valid(&self, _: &mut u8) -> Result<(), ()> {
        Ok(())
    }

    fn has_broken(&self, _: &mut u8) -> bool {
        false
    }
}

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(connection: PooledConnection<'static, Connections>) -> u8 {
    *connection
}

fn main() {
    let _: fn(PooledConnection<'static, Connections>) -> _ = write_audit;
}
