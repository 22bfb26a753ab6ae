//! The first failure cancels the others, so a task of a group says whether it failed.
//! The fix: `Ok(())` at the end of the block.

use outlive::Group;

#[tokio::main]
async fn main() {
    let mut group = Group::<String>::new();
    group.spawn(async { println!("done") }).await;
    group.wait().await.unwrap();
}
