//! A task that keeps a connection takes it from the requests that wait for one.
//! The fix: `pool: Pool<Database>`, and take a connection inside.

use std::convert::Infallible;

use deadpool::managed::{Manager, Metrics, Object, Pool, RecycleResult};
use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Database;

impl Manager for Database {
    type Type = String;
    type Error = Infallible;

    async fn create(&self) -> Result<String, Infallible> {
        Ok(String::new())
    }

    async fn recycle(&self, _: &mut String, _: &Metrics) -> RecycleResult<Infallible> {
        Ok(())
    }
}

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(connection: Object<Database>) {
    println!("{} signed in", connection.len());
}

#[tokio::main]
async fn main() {
    let pool = Pool::<Database>::builder(Database).build().unwrap();
    write_audit(pool.get().await.unwrap());
}
