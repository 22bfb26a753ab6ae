//! What Go's `errgroup` calls `Go` is `spawn`.
//! The fix: `group.spawn(async { Ok(()) }).await`.

use outlive::Group;

#[tokio::main]
async fn main() {
    let mut group = Group::<String>::new();
    group.go(async { Ok::<(), String>(()) }).await;
    group.wait().await.unwrap();
}
