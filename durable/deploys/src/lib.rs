//! What both versions of the program have in common.

use std::io::{Read as _, stdin};
use std::time::Duration;

use outlive_durable::{Jobs, Queue, Worker};

/// Opens the queue that the first argument names. The second says whether to enqueue, or to work.
///
/// # Panics
///
/// Where the arguments are none of these.
pub async fn queue() -> (Queue, bool) {
    let mut args = std::env::args().skip(1);
    let queue = Queue::sqlite(&args.next().expect("the file's URL")).expect("a URL");
    queue.migrate().await.expect("a database");
    match args.next().as_deref() {
        Some("enqueue") => (queue, true),
        Some("work") => (queue, false),
        other => panic!("`enqueue` or `work`, not {other:?}"),
    }
}

/// Works until the input ends.
pub async fn work(queue: &Queue) {
    let worker: Worker = Jobs::on(queue).heartbeat(Duration::from_secs(1)).start();
    let input = tokio::task::spawn_blocking(|| stdin().read_to_end(&mut Vec::new()));
    let _ = input.await;
    drop(outlive::TaskOwner::shutdown(&worker).await);
}
