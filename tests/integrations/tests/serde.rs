//! The status and the reports as JSON: their names, and their units.

use std::time::Duration;

use outlive::{Shutdown, Tracker, detached, periodic, status};
use serde_json::{Value, json, to_value};
use tokio::time::sleep;

static AUDIT: Tracker<10> = Tracker::bounded("audit", 2).queue(7).drain_budget::<10>();

#[detached(timeout = "2500ms", grace = "500ms", track = AUDIT)]
async fn write_audit(fails: bool) -> Result<(), &'static str> {
    if fails { Err("disk\nfull") } else { std::future::pending().await }
}

#[periodic(every = "30s", timeout = "1s", track = AUDIT)]
async fn refresh() {}

fn named(list: &Value, name: &str) -> Value {
    list.as_array().unwrap().iter().find(|known| known["name"] == name).unwrap().clone()
}

#[tokio::test(start_paused = true)]
async fn everything_is_there_and_each_name_says_its_unit() {
    drop(write_audit(true).await);
    drop((write_audit(false), refresh()));
    sleep(Duration::from_millis(1_500)).await;
    let all = to_value(status()).unwrap();
    assert!(all["at_unix_seconds"].as_f64().unwrap() > 1.7e9);
    assert_eq!(all["services"], json!([]));
    assert_eq!(all["queues"], json!([]));

    let tracker = named(&all["trackers"], "audit");
    let expected = json!({
        "name": "audit", "file": file!(), "line": 9, "kind": "static", "bound": 2, "live": 2, "queue": 7, "queued": 0,
        "acquiring": 0, "state": "open", "draining": null, "report": null, "oldest_seconds": 1.5,
    });
    assert_eq!(tracker, expected);

    let mut function = named(&all["functions"], "write_audit");
    let failure = function["last_failure"].take();
    assert_eq!((&failure["outcome"], &failure["ago_seconds"]), (&json!("failed"), &json!(1.5)));
    assert!(failure["cause"].as_str().unwrap().starts_with("disk"), "{failure}");
    assert!(failure["at_unix_seconds"].as_f64().unwrap() > 1.7e9);
    let expected = json!({
        "name": "write_audit", "file": file!(), "line": 12, "tracker": "audit", "tracker_file": file!(), "tracker_line": 9,
        "timeout_seconds": 2.5, "grace_seconds": 0.5, "oldest_seconds": 1.5, "last_failure": null, "last_minute": null,
        "counts": {
            "started": 2, "completed": 0, "failed": 1, "timed_out": 0, "panicked": 0, "cancelled": 0, "lost": 0,
            "rejected": 0, "queued": 0, "live": 1, "loops": 0, "retries": 0,
        },
        "refused": {
            "full": 0, "draining": 0, "owner_gone": 0, "already_started": 0, "no_runtime": 0, "zero_period": 0, "never_started": 0,
        },
    });
    assert_eq!(function, expected);

    let known = named(&all["loops"], "refresh");
    let next = known["next_run_in_seconds"].as_f64().unwrap();
    assert!((28.4..=28.6).contains(&next), "{next}");
    assert_eq!((&known["every_seconds"], &known["live"], &known["last_run"]), (&json!(30.0), &json!(1), &Value::Null));

    // Five reports of a second are let pass.
    for _ in 0..7 {
        drop(write_audit(true));
    }
    sleep(Duration::from_millis(1)).await;
    let report = Shutdown::new().phase("stores").tracker(&AUDIT).run().await;
    let shutdown = to_value(&report).unwrap();
    assert_eq!(
        (&shutdown["code"], &shutdown["is_clean"], &shutdown["failures"]),
        (&json!(0), &json!(true), &json!([]))
    );
    let phase = &shutdown["phases"][0];
    let mut drain = phase["drains"][0].clone();
    assert!(drain["took_seconds"].take().is_f64());
    let expected = json!({
        "tracker": "audit", "file": file!(), "line": 9, "took_seconds": null, "finished": 8, "failed": 7, "timed_out": 1,
        "panicked": 0, "dropped": 0, "cancelled": 0, "aborted": 0,
        "never_started": 0, "stuck": 0, "refused": 0, "is_clean": true, "stragglers": [],
        "suppressed": [{ "name": "write_audit", "file": file!(), "line": 12, "kind": "failed", "count": 2 }],
    });
    assert_eq!(drain, expected);
    assert_eq!((&phase["name"], &phase["drains"][0]["tracker"]), (&json!("stores"), &json!("audit")));
    let tracker = named(&to_value(status()).unwrap()["trackers"], "audit");
    assert_eq!((&tracker["state"], &tracker["report"]), (&json!("drained"), &phase["drains"][0]));
    assert_eq!(tracker["report"]["took_seconds"].as_f64().map(f64::floor), Some(1.0));
    let rate = &named(&to_value(status()).unwrap()["functions"], "write_audit")["last_minute"];
    assert_eq!((&rate["started"], &rate["failed"]), (&json!(7), &json!(8)), "{rate}");
}
