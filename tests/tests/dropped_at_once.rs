//! A worker without a grace that a drain drops has ended as it asked to. The report says so, and names it: it may have been in
//! the middle of a message.

use std::future::pending;

use outlive::{Context, Tracker, worker};
use tokio::sync::mpsc;
use tokio::task::yield_now;

static ORDERS: Tracker = Tracker::bounded("orders", 8);
static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(track = ORDERS)]
async fn consume(mut orders: mpsc::Receiver<u64>) {
    while let Some(_order) = orders.recv().await {
        pending::<()>().await; // half of the work is done
    }
}

#[worker(track = ORDERS, grace = "1s")]
async fn listens() {
    Context::current().cancelled().await;
}

#[worker(track = MAIL)]
async fn returns(mut letters: mpsc::Receiver<u64>) {
    while letters.recv().await.is_some() {}
}

#[tokio::test(start_paused = true)]
async fn a_worker_without_a_grace_that_is_dropped_in_a_message_is_named_and_the_report_is_clean() {
    let (busy, orders) = mpsc::channel(1);
    let (idle, none) = mpsc::channel(1);
    let dropped = [consume(orders), consume(none)];
    let told = listens();
    busy.send(7).await.unwrap();
    yield_now().await;

    let report = ORDERS.drain().await;
    let file = file!();
    assert_eq!(
        report.to_string(),
        format!(
            "orders: drained in 0s of 20s: 3 ended (2 dropped)\n  \
             dropped        2 × consume ({file}:14), at an await: a worker without a grace"
        )
    );
    assert!(report.is_clean(), "they asked for it");
    assert_eq!((report.finished(), report.stragglers().len()), (3, 0));
    drop((busy, idle, dropped, told));
}

#[tokio::test(start_paused = true)]
async fn one_that_returns_before_is_not() {
    let (letters, received) = mpsc::channel(1);
    let worker = returns(received);
    yield_now().await;
    drop(letters);

    let report = MAIL.drain().await;
    assert!(report.to_string().ends_with("s of 20s: 1 ended"), "{report}");
    drop(worker);
}
