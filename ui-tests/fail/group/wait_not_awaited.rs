//! `wait` is a future. Without `.await` the group is dropped, and its tasks are cancelled.
//! The fix: `.await`.

#![deny(unused_must_use)]

use outlive::Group;

#[tokio::main]
async fn main() {
    let mut group = Group::<String>::new();
    group.spawn(async { Ok(()) }).await;
    group.wait();
}
