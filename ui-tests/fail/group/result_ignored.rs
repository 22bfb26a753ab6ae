//! The group's result says whether its tasks succeeded, and nobody looks at it.
//! The fix: `?`, or look at it.

#![deny(unused_must_use)]

use outlive::Group;

#[tokio::main]
async fn main() {
    let mut group = Group::<String>::new();
    group.spawn(async { Ok(()) }).await;
    group.wait().await;
}
