//! A registry of `prometheus-client` is told what there is, as it is encoded.

use std::sync::Arc;
use std::time::Duration;

use outlive::prometheus::{BUCKETS, Collector};
use outlive::{Tracker, detached, worker};
use prometheus_client::encoding::{prometheus_text, text};
use prometheus_client::registry::Registry;
use tokio::time::sleep;

static AUDIT: Tracker = Tracker::bounded("audit", 2);
static TIMED: Tracker = Tracker::bounded("timed", 2).queue(8);

#[detached(timeout = "15s", track = AUDIT)]
async fn write_audit(fails: bool) -> Result<(), &'static str> {
    if fails { Err("disk full") } else { Ok(()) }
}

mod elsewhere {
    use super::Tracker;

    pub(crate) static AUDIT: Tracker = Tracker::bounded("audit", 5);

    #[outlive::detached(timeout = "15s", track = AUDIT)]
    pub(crate) async fn write_audit() {}
}

#[detached(timeout = "15s", track = TIMED)]
async fn timed(time: Duration) {
    sleep(time).await;
}

#[worker(track = TIMED)]
async fn untimed() {}

#[detached(timeout = "15s", track = tracker)]
async fn shared(tracker: Arc<Tracker>) {
    sleep(Duration::from_secs(1)).await;
    drop(tracker);
}

fn registry(collector: Collector) -> Registry {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(collector));
    registry
}

/// As `OpenMetrics`. No series is there twice.
fn encoded(registry: &Registry) -> String {
    let mut encoded = String::new();
    text::encode(&mut encoded, registry).unwrap();
    let mut series: Vec<&str> = encoded.lines().filter(|line| !line.starts_with('#')).collect();
    for line in &mut series {
        *line = line.rsplit_once(' ').unwrap().0;
    }
    let all = series.len();
    series.sort_unstable();
    series.dedup();
    assert_eq!(series.len(), all, "{encoded}");
    encoded
}

fn value(encoded: &str, series: &str) -> Option<f64> {
    let line = encoded.lines().find(|line| line.starts_with(series) && line[series.len()..].starts_with(' '))?;
    Some(line[series.len() + 1..].parse().unwrap())
}

#[tokio::test(start_paused = true)]
async fn what_is_encoded_is_what_there_is_then() {
    let registry = registry(Collector::new());
    let place = |line: u32| format!("audit (tests/integrations/tests/prometheus_client.rs:{line})");
    let started = |encoded: &str| {
        let task = encoded.lines().find(|line| {
            line.starts_with("outlive_tasks_started_total{task=\"write_audit (") && line.contains(&place(12))
        });
        task.unwrap().rsplit_once(' ').unwrap().1.parse::<f64>().unwrap()
    };
    let before = started(&encoded(&registry));
    write_audit(false).await.unwrap().unwrap();
    assert!(write_audit(true).await.unwrap().is_err());
    elsewhere::write_audit().await.unwrap();
    let encoded = encoded(&registry);
    assert!((started(&encoded) - before - 2.0).abs() < 0.5);
    assert_eq!(value(&encoded, &format!("outlive_tracker_bound{{tracker=\"{}\"}}", place(12))), Some(2.0));
    assert_eq!(value(&encoded, &format!("outlive_tracker_bound{{tracker=\"{}\"}}", place(23))), Some(5.0));
    for line in [
        "# TYPE outlive_tasks_started counter",
        "# TYPE outlive_tracker info",
        "# TYPE outlive_task_oldest_age_seconds gauge",
        "# UNIT outlive_task_oldest_age_seconds seconds",
        "# EOF",
    ] {
        assert!(encoded.lines().any(|known| known == line), "{line}: {encoded}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_is_not_there_any_more() {
    let registry = registry(Collector::new());
    let bounds = |text: &str| value(text, "outlive_tracker_bound{tracker=\"by itself\"}");
    assert_eq!(bounds(&encoded(&registry)), None);
    let (one, other) = (tracker(), tracker());
    let calls = (shared(Arc::clone(&one)), shared(Arc::clone(&other)));
    assert_eq!(bounds(&encoded(&registry)), Some(6.0));
    calls.0.await.unwrap();
    calls.1.await.unwrap();
    drop(one);
    assert_eq!(bounds(&encoded(&registry)), Some(3.0));
    drop(other);
    assert_eq!(bounds(&encoded(&registry)), None);
}

/// Two of them have one name and one place.
fn tracker() -> Arc<Tracker> {
    Arc::new(Tracker::bounded("by itself", 3))
}

#[tokio::test(start_paused = true)]
async fn durations_and_queue_delays_are_recorded_where_they_are_asked_for() {
    let silent = registry(Collector::new());
    timed(Duration::from_secs(2)).await.unwrap();
    let asked = registry(Collector::new().with_durations(&BUCKETS));
    let own = |text: &str, rest: &str| {
        value(text, &format!("outlive_task_{}{{{}task=\"timed\",tracker=\"timed\"}}", rest, ""))
    };
    assert_eq!(own(&encoded(&asked), "duration_seconds_count"), None);
    drop((timed(Duration::from_secs(2)), timed(Duration::from_secs(2)), timed(Duration::from_secs(7)), untimed()));
    drop(TIMED.drain().await);
    let text = encoded(&asked);
    assert_eq!(own(&text, "duration_seconds_count"), Some(3.0), "{text}");
    let bucket = |text: &str, name: &str, le: &str| {
        value(text, &format!("outlive_task_{name}_bucket{{le=\"{le}\",task=\"timed\",tracker=\"timed\"}}"))
    };
    assert_eq!(bucket(&text, "duration_seconds", "1.0"), Some(0.0));
    assert_eq!(bucket(&text, "duration_seconds", "2.5"), Some(2.0));
    assert_eq!(bucket(&text, "duration_seconds", "15.0"), Some(3.0));
    assert_eq!(bucket(&text, "duration_seconds", "+Inf"), Some(3.0), "{text}");
    let sum = own(&text, "duration_seconds_sum").unwrap();
    assert!((sum - 11.0).abs() < 0.1, "{sum}");
    assert_eq!(bucket(&text, "queue_delay_seconds", "1.0"), Some(2.0));
    assert_eq!(bucket(&text, "queue_delay_seconds", "2.5"), Some(3.0));
    assert!(!text.contains("duration_seconds_count{task=\"untimed\""), "a worker has none");
    assert!(!encoded(&silent).contains("duration_seconds_count"));
}

#[test]
fn the_older_text_format_says_the_same() {
    let (registry, mut older) = (registry(Collector::new()), String::new());
    prometheus_text::encode(&mut older, &registry).unwrap();
    for line in ["# TYPE outlive_tasks_started_total counter", "# TYPE outlive_tracker_info gauge"] {
        assert!(older.lines().any(|known| known == line), "{line}: {older}");
    }
}
