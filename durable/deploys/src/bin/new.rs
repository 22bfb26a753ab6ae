//! The version that is deployed: a function has one argument more, one is gone, and one is new.

use outlive::Tracker;
use outlive_durable::durable;
use outlive_durable_deploys::{queue, work};

static JOBS: Tracker = Tracker::bounded("jobs", 8);

/// Jobs of the old version have no greeting: an `Option` is `None` then.
#[durable(timeout = "5s", track = JOBS, name = "greet")]
async fn greet(name: String, greeting: Option<String>) {
    println!("new: greet({name}, {greeting:?})");
}

#[durable(timeout = "5s", track = JOBS, name = "arrives")]
async fn arrives(number: u32) {
    println!("new: arrives({number})");
}

#[tokio::main]
async fn main() {
    let (queue, enqueues) = queue().await;
    if !enqueues {
        return work(&queue).await;
    }
    for number in 0..20 {
        greet(format!("new {number}"), Some("hello".to_owned())).enqueue(&queue).await.expect("a queue");
    }
    for number in 0..3 {
        arrives(number).enqueue(&queue).await.expect("a queue");
    }
}
