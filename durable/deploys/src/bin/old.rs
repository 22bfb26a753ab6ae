//! The version that runs, until the new one has taken its place.

use outlive::Tracker;
use outlive_durable::durable;
use outlive_durable_deploys::{queue, work};

static JOBS: Tracker = Tracker::bounded("jobs", 8);

#[durable(timeout = "5s", track = JOBS, name = "greet")]
async fn greet(name: String) {
    println!("old: greet({name})");
}

/// The new version has it no more.
#[durable(timeout = "5s", track = JOBS, name = "retires")]
async fn retires(number: u32) {
    println!("old: retires({number})");
}

#[tokio::main]
async fn main() {
    let (queue, enqueues) = queue().await;
    if !enqueues {
        return work(&queue).await;
    }
    for number in 0..20 {
        greet(format!("old {number}")).enqueue(&queue).await.expect("a queue");
    }
    for number in 0..3 {
        retires(number).enqueue(&queue).await.expect("a queue");
    }
}
