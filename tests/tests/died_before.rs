//! A worker that has died long before the shutdown stands in its report, with when and why.

use std::time::Duration;

use outlive::{Context, Outcome, Shutdown, Tracker, detached, worker};
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
        "\nworker died: `consume` ({}:{}) failed 3600s before the shutdown: no queue\\norders\n",
        file!(),
        dead.site().line()
    );
    assert!(report.to_string().contains(&line), "{report}");
}

/// Whoever waits for the signal by hand, and then shuts down, does not wait for an essential worker.
#[tokio::test(start_paused = true)]
async fn an_essential_one_makes_the_code_1_also_where_no_shutdown_waited_for_it() {
    static LEASES: Tracker = Tracker::bounded("leases", 4);
    static OTHERS: Tracker = Tracker::bounded("others", 4);

    #[worker(track = LEASES, essential)]
    async fn holds_a_lease() -> Result<(), &'static str> {
        Err("the lease is lost")
    }

    drop(holds_a_lease().await);
    let report = Shutdown::new().tracker(&LEASES).run().await;
    assert_eq!(report.code(), 1, "{report}");
    assert_eq!(report.essential().map(|(site, _)| site.name()).collect::<Vec<_>>(), ["holds_a_lease"]);
    assert!(report.to_string().contains("\nessential `holds_a_lease` (tests/tests/died_before.rs:"), "{report}");
    assert_eq!(Shutdown::new().tracker(&OTHERS).run().await.essential().count(), 0, "another's tracker");
}

#[tokio::test(start_paused = true)]
async fn an_essential_one_that_ends_while_an_earlier_phase_drains_makes_the_code_1() {
    static FIRST: Tracker = Tracker::bounded("first", 4);
    static SECOND: Tracker = Tracker::bounded("second", 4);

    #[detached(timeout = "5s", track = FIRST)]
    async fn takes() {
        sleep(Duration::from_secs(3)).await;
    }

    #[worker(track = SECOND, essential, grace = "1s")]
    async fn ends_early() {
        sleep(Duration::from_secs(1)).await;
    }

    #[worker(track = SECOND, essential, grace = "1s")]
    async fn is_told() {
        Context::current().cancelled().await;
    }

    drop((takes(), ends_early(), is_told()));
    let report = Shutdown::new().phase("first").tracker(&FIRST).phase("second").tracker(&SECOND).run().await;
    assert_eq!(report.code(), 1, "{report}");
    assert_eq!(report.essential().map(|(site, _)| site.name()).collect::<Vec<_>>(), ["ends_early"]);
}

/// The servers end first, and the phases before its own: that is when its feed goes.
#[tokio::test(start_paused = true)]
async fn one_that_dies_while_an_earlier_phase_drains_is_named_too() {
    static EARLIER: Tracker = Tracker::bounded("earlier", 4);
    static LATER: Tracker = Tracker::bounded("later", 4);

    #[detached(timeout = "5s", track = EARLIER)]
    async fn takes() {
        sleep(Duration::from_secs(3)).await;
    }

    #[worker(track = LATER)]
    async fn reads() -> Result<(), &'static str> {
        sleep(Duration::from_secs(1)).await;
        Err("the feed is gone")
    }

    #[worker(track = LATER, grace = "1s")]
    async fn fails_as_it_is_told() -> Result<(), &'static str> {
        Context::current().cancelled().await;
        Err("no time left")
    }

    drop((takes(), reads(), fails_as_it_is_told()));
    let report = Shutdown::new().phase("earlier").tracker(&EARLIER).phase("later").tracker(&LATER).run().await;
    let [dead] = report.died() else { panic!("{report}") };
    assert_eq!((dead.site().name(), dead.cause(), dead.ago()), ("reads", "the feed is gone", Duration::ZERO));
    let line = format!("\nworker died: {dead}\n");
    assert!(
        report.to_string().contains(&line) && line.ends_with("failed 1s into the shutdown: the feed is gone\n"),
        "{report}"
    );
}
