//! `wait` is a future: without `.await` it drops the group, and with it the children.
//! The fix: `.await`.

#![deny(unused_must_use)]

use outlive::Group;

#[tokio::main]
async fn main() {
    let mut group = Group::<String>::new();
    group.spawn(async { Ok(()) }).await;
    group.wait();
}
