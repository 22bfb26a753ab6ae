//! A `JoinSet` gives its tasks one by one. A group waits for all, and gives their values in the order of the spawns.
//! The fix: `let values = group.wait().await.unwrap();`, without the loop.

use outlive::Group;

#[tokio::main]
async fn main() {
    let mut group = Group::<String, u64>::new();
    group.spawn(async { Ok(7) }).await;
    while let Some(ended) = group.join_next().await {
        println!("{ended:?}");
    }
}
