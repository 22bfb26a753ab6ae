//! Where a tracker may stand, and what it may be.

#![deny(warnings)]

use std::sync::{Arc, LazyLock, OnceLock};

use outlive::{Rejected, TaskError, Tracker, detached};

static BOUNDED: Tracker = Tracker::bounded("bounded", 1);
static QUEUED: Tracker = Tracker::bounded("queued", 1).queue(10);
static UNBOUNDED: Tracker<5> = Tracker::unbounded("unbounded").drain_budget();
static LATE: OnceLock<Arc<Tracker>> = OnceLock::new();

fn late() -> &'static Arc<Tracker> {
    LATE.get_or_init(|| Arc::new(Tracker::bounded("late", 1)))
}

#[detached(timeout = "5s", track = BOUNDED)]
async fn bounded() {}

#[detached(timeout = "20s", track = QUEUED)]
async fn exactly_the_budget() {}

#[detached(timeout = "4500ms", grace = "500ms", track = UNBOUNDED)]
async fn exactly_with_grace() {}

#[detached(timeout = "5s", track = late())]
async fn tracked_late() {}

#[detached(timeout = "5s", track = tasks)]
async fn only_the_attribute_names_the_tracker(tasks: Arc<Tracker>) {}

static LAZY: LazyLock<Tracker> = LazyLock::new(|| Tracker::bounded("lazy", 1));

#[detached(timeout = "5s", track = &*LAZY)]
async fn tracked_by_a_reference() {}

fn handler() -> Result<(), Rejected> {
    bounded().admitted()?;
    Ok(())
}

async fn through_any_error() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    exactly_the_budget().await?;
    Ok(())
}

fn is_a_task_error(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<TaskError>()
}

#[tokio::main]
async fn main() {
    handler().unwrap();
    through_any_error().await.unwrap();
    exactly_with_grace();
    tracked_late();
    tracked_by_a_reference();
    only_the_attribute_names_the_tracker(late().clone());
    for tracker in [&BOUNDED, &QUEUED] {
        let report = tracker.drain().await;
        assert!(report.is_clean(), "{report}");
    }
    assert!(UNBOUNDED.drain().await.is_clean());
    assert!(late().drain().await.is_clean());
    let refused = bounded().await.unwrap_err();
    assert!(is_a_task_error(&refused));
    assert!(handler().is_err());
}
