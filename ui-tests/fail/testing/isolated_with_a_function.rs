//! A test in isolation takes a future: the name of an `async fn` is none before it is called.
//! The fix: `testing::isolated(body())`.

use outlive::testing;

async fn body() {
    assert_eq!(1 + 1, 2);
}

#[tokio::main]
async fn main() {
    testing::isolated(body).await;
}
