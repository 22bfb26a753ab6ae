//! A group takes the future itself: nothing calls a closure.
//! The fix: `group.spawn(async { … })`.

use outlive::Group;

#[tokio::main]
async fn main() {
    let mut group = Group::<String>::new();
    group.spawn(|| async { Ok(()) }).await;
    group.wait().await.unwrap();
}
