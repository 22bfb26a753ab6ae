//! In an isolated test, `status()` shows what is in its world, and nothing else.

use std::sync::Arc;

use outlive::{OwnedTracker, Tracker, detached, status, testing};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[detached(timeout = "5s", track = MAIL)]
async fn send_mail(fails: bool) -> Result<(), &'static str> {
    if fails { Err("no server") } else { Ok(()) }
}

#[detached(timeout = "5s", track = tracker)]
async fn send_by(tracker: Arc<Tracker>) {
    let _ = tracker;
}

/// Names of the trackers, completed and failed calls of `send_mail`, its last failure.
fn seen() -> (Vec<&'static str>, u64, u64, Option<String>) {
    let status = status();
    let mail = status.functions.iter().find(|function| function.name == "send_mail").unwrap();
    let names = status.trackers.iter().map(|tracker| tracker.name).collect();
    (names, mail.counts.completed, mail.counts.failed, mail.last_failure.as_ref().map(|failure| failure.cause.clone()))
}

#[tokio::test]
async fn a_world_shows_its_own_and_the_process_its_own() {
    let outside = Arc::new(Tracker::bounded("outside", 1));
    send_by(Arc::clone(&outside)).await.unwrap();
    assert!(send_mail(true).await.unwrap().is_err());
    let before = (vec!["mail", "outside"], 0, 1, Some("no server".to_owned()));
    assert_eq!(seen(), before);
    testing::isolated(async {
        assert_eq!(seen(), (vec!["mail"], 0, 0, None));
        let inside = Arc::new(Tracker::bounded("inside", 1));
        let owned: OwnedTracker = OwnedTracker::bounded("service", 1);
        send_by(Arc::clone(&inside)).await.unwrap();
        send_mail(false).await.unwrap().unwrap();
        assert_eq!(seen(), (vec!["inside", "mail", "service"], 1, 0, None));
        assert_eq!(status().services.len(), 1);
        drop(MAIL.drain().await);
        let mail = status().trackers.into_iter().find(|tracker| tracker.name == "mail").unwrap();
        assert_eq!(mail.state.as_str(), "drained");
        drop(owned);
    })
    .await;
    assert_eq!(seen(), before);
    assert!(status().services.is_empty());
    let mail = status().trackers.into_iter().find(|tracker| tracker.name == "mail").unwrap();
    assert_eq!((mail.state.as_str(), mail.line), ("open", 7));
}
