//! A service of an afternoon that does not go well, for a picture of the page: `.ci/page`. Its clock stands still, so that the
//! picture is the same each time. It says where its page is, and ends with its input.

use std::future::pending;
use std::io::{Read, stdin};
use std::time::Duration;

use outlive::{OwnedTracker, StatusPage, TaskOwner, Tracker, detached, owned_tasks, periodic, status, worker};
use outlive_integration_tests::serve;
use tokio::task::yield_now;
use tokio::time::{advance, sleep};

static AUDIT: Tracker = Tracker::bounded("audit", 64).queue(10_000);
static MAIL: Tracker = Tracker::bounded("mail", 8).queue(16);
static IMPORTS: Tracker<5> = Tracker::bounded("imports", 2).queue(8).drain_budget::<5>();
static LOOPS: Tracker = Tracker::bounded("loops", 8);

#[detached(timeout = "5s", grace = "500ms", track = AUDIT)]
async fn write_audit(order: u64) -> Result<(), &'static str> {
    if order.is_multiple_of(230) {
        return Err("disk full: /var/lib/audit: no space left on device (os error 28)");
    }
    sleep(Duration::from_millis(300 + order * 37 % 900)).await;
    Ok(())
}

#[detached(timeout = "15s", track = MAIL)]
async fn send_mail(order: u64) -> Result<(), String> {
    if order.is_multiple_of(6) {
        return Err(format!("550 5.1.1 <ada+{order}@example.org>: no such mailbox"));
    }
    pending().await
}

#[detached(timeout = "4s", track = IMPORTS)]
async fn import_catalogue(supplier: u64) {
    let _ = supplier;
    sleep(Duration::from_secs(3)).await;
}

#[detached(timeout = "2s", track = LOOPS)]
async fn warm_cache() {}

#[periodic(every = "30s", timeout = "10s", track = LOOPS)]
async fn refresh_rates() {
    sleep(Duration::from_millis(840)).await;
}

#[periodic(every = "20s", timeout = "2s", track = LOOPS)]
async fn flush_metrics() {
    sleep(Duration::from_millis(40)).await;
}

#[worker(track = LOOPS)]
async fn follow_stock(warehouse: &'static str) {
    let _ = warehouse;
    pending::<()>().await;
}

#[derive(Clone, TaskOwner)]
struct Sessions {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Sessions {
    #[detached(timeout = "15s")]
    async fn expire_basket(&self, basket: u64) {
        let _ = basket;
        sleep(Duration::from_secs(9)).await;
    }
}

/// Lets every task that can run do so.
async fn others() {
    for _ in 0..100 {
        yield_now().await;
    }
}

async fn afternoon(sessions: &Sessions) {
    drop((refresh_rates(), flush_metrics(), follow_stock("north"), follow_stock("south")));
    let _ = warm_cache as fn() -> _;
    let draining = tokio::spawn(async {
        for supplier in 1..=6 {
            drop(import_catalogue(supplier));
        }
        others().await;
        IMPORTS.drain().await
    });
    for tenth in 0..643_u64 {
        if tenth > 580 || tenth.is_multiple_of(2) {
            for order in 0..9 {
                drop(write_audit(tenth * 9 + order));
            }
        }
        if tenth.is_multiple_of(15) {
            drop(sessions.expire_basket(tenth));
        }
        if tenth > 540 && tenth.is_multiple_of(2) {
            drop(send_mail(tenth));
        }
        if tenth.is_multiple_of(50) {
            let _ = status(); // as if somebody had looked
        }
        advance(Duration::from_millis(100)).await;
        others().await;
    }
    drop(draining.await);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // As long as a thread of the pool is busy, no clock that stands still moves by itself.
    let input = tokio::task::spawn_blocking(|| stdin().read_to_end(&mut Vec::new()));
    tokio::time::pause();
    let sessions = Sessions { tasks: OwnedTracker::bounded("sessions", 256) };
    afternoon(&sessions).await;
    println!("http://{}/debug/tasks", serve(StatusPage::router("/debug/tasks")).await);
    input.await.unwrap().unwrap();
}
