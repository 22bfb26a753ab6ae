//! A detached call runs on without the group, and its `Err` would cancel nobody.
//! The fix: `write_audit(7);`, or a plain function in the group.

use outlive::{Group, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    println!("{user} signed in");
    Ok(())
}

#[tokio::main]
async fn main() {
    let mut group = Group::<String>::new();
    group.spawn(write_audit(7)).await;
    group.wait().await.unwrap();
}
