//! What a group gives is whether its children succeeded.
//! The fix: `?`, or look at it.

#![deny(unused_must_use)]

use outlive::Group;

#[tokio::main]
async fn main() {
    let mut group = Group::<String>::new();
    group.spawn(async { Ok(()) }).await;
    group.wait().await;
}
