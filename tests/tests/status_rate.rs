//! `status()` says how often a function was called, of late. In a process of its own: each paused clock is another.

use std::time::Duration;

use outlive::status::Rate;
use outlive::{Tracker, detached, status};
use tokio::time::advance;

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

fn last_minute() -> Option<Rate> {
    status().functions.into_iter().find(|function| function.name == "rated").unwrap().last_minute
}

#[tokio::test(start_paused = true)]
async fn a_rate_needs_two_looks_and_is_of_the_last_minute() {
    static RATED: Tracker = Tracker::bounded("rated", 8);

    #[detached(timeout = "5s", track = RATED)]
    async fn rated(fails: bool) -> Result<(), ()> {
        if fails { Err(()) } else { Ok(()) }
    }

    assert!(rated(true).await.unwrap().is_err());
    assert_eq!(last_minute(), None);
    assert_eq!(last_minute(), None, "no time has passed");
    for second in 0..120 {
        rated(second % 4 == 0).await.unwrap().ok();
        advance(secs(1)).await;
        let rate = last_minute().unwrap();
        assert_eq!(rate.started, rate.over.as_secs());
        assert!(rate.over <= secs(65), "{rate:?}");
    }
    let rate = last_minute().unwrap();
    assert!(rate.over >= secs(60), "{rate:?}");
    assert!((rate.started_per_second() - 1.0).abs() < 1e-9);
    assert!((rate.failed_per_second() - 0.25).abs() < 0.02, "{rate:?}");
}
