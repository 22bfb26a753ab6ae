//! A worker that has died long before the shutdown stands in its report, with when and why.

use std::time::Duration;

use outlive::{Outcome, Shutdown, Tracker, worker};
use tokio::time::sleep;

static WORKERS: Tracker = Tracker::bounded("workers", 8);

#[worker(track = WORKERS)]
async fn consume(queue: &'static str) -> Result<(), String> {
    Err(format!("no queue\n{queue}"))
}

/// It comes back.
#[worker(track = WORKERS, restart = "1s..1m")]
async fn follow() -> Result<(), String> {
    Err("no feed".to_owned())
}

#[worker(track = WORKERS)]
async fn ends_well() {}

/// Another one of it is there.
#[worker(track = WORKERS)]
async fn session(fails: bool) {
    assert!(!fails, "a session");
    std::future::pending::<()>().await;
}

#[tokio::test(start_paused = true)]
async fn it_is_named_with_when_and_why_and_the_code_stays_0() {
    drop(consume("orders").await);
    follow();
    drop(ends_well().await);
    drop(session(true).await);
    session(false);
    sleep(Duration::from_secs(3_600)).await;
    let report = Shutdown::new().tracker(&WORKERS).run().await;
    let [dead] = report.died() else { panic!("{report}") };
    assert_eq!((dead.site().name(), dead.outcome(), dead.cause()), ("consume", Outcome::Failed, r"no queue\norders"));
    assert_eq!(dead.ago(), Duration::from_secs(3_600));
    assert_eq!((report.is_clean(), report.code()), (true, 0), "{report}");
    let line = format!(
        "\ndied earlier: `consume` ({}:{}) failed 3600s before the shutdown: no queue\\norders\n",
        file!(),
        dead.site().line()
    );
    assert!(report.to_string().contains(&line), "{report}");
}
