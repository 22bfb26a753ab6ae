//! A child of a group is a future.
//! The fix: `group.spawn(async { tokio::task::spawn_blocking(work).await … })`.

use outlive::Group;

#[tokio::main]
async fn main() {
    let mut group: Group<std::io::Error> = Group::new();
    group.spawn_blocking(|| Ok(()));
    group.wait().await.unwrap();
}
