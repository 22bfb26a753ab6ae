//! The `metrics` facade is told what there is, as it is scraped. One recorder is the program's, so this is one test.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use outlive::{OwnedTracker, TaskOwner, Tracker, detached, owned_tasks, periodic};
use tokio::task::yield_now;
use tokio::time::sleep;

static AUDIT: Tracker = Tracker::bounded("audit", 2).queue(1);

#[detached(timeout = "15s", track = AUDIT)]
async fn write_audit(time: Duration) -> Result<(), &'static str> {
    sleep(time).await;
    if time.is_zero() { Err("disk full") } else { Ok(()) }
}

mod elsewhere {
    use super::Tracker;

    pub(crate) static AUDIT: Tracker = Tracker::bounded("audit", 5);

    #[outlive::detached(timeout = "15s", track = AUDIT)]
    pub(crate) async fn write_audit() {}
}

#[detached(timeout = "15s", track = tracker, name = "of \"all\" kinds\\")]
async fn of_all_kinds(tracker: Arc<Tracker>) {
    sleep(Duration::from_secs(1)).await;
    drop(tracker);
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[periodic(every = "30s", timeout = "10s")]
    async fn refresh(&self) -> Result<(), &'static str> {
        Err("no route")
    }
}

/// The series of a scrape, and their values. None is there twice.
fn scrape(recorder: &PrometheusHandle) -> BTreeMap<String, f64> {
    outlive::metrics::publish();
    let mut series = BTreeMap::new();
    for line in recorder.render().lines().filter(|line| line.starts_with("outlive_")) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        let before = series.insert(name.to_owned(), value.parse().unwrap());
        assert!(before.is_none(), "{name} is there twice");
    }
    series
}

/// Without the line, which changes when this file does.
fn with(series: &BTreeMap<String, f64>, name: &str, labels: &[&str]) -> Vec<f64> {
    let is_meant = |key: &str| {
        key.split_once('{').is_some_and(|(of, rest)| of == name && labels.iter().all(|label| rest.contains(label)))
    };
    series.iter().filter(|(key, _)| is_meant(key)).map(|(_, value)| *value).collect()
}

/// Lets every task that can run do so.
async fn others() {
    for _ in 0..10 {
        yield_now().await;
    }
}

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

#[tokio::test(start_paused = true)]
#[allow(clippy::too_many_lines, reason = "one recorder, one test")]
async fn each_scrape_shows_what_there_is() {
    let builder = PrometheusBuilder::new().set_buckets(&outlive::metrics::BUCKETS).unwrap();
    let recorder = builder.install_recorder().unwrap();

    // Two functions of one name, and two trackers: told apart by their places.
    let seen = scrape(&recorder);
    assert_eq!(with(&seen, "outlive_tasks_started_total", &["task=\"write_audit ("]), [0.0, 0.0]);
    assert_eq!(with(&seen, "outlive_tracker_bound", &["tracker=\"audit ("]), [2.0, 5.0]);
    let infos: Vec<_> = seen.keys().filter(|key| key.starts_with("outlive_tracker_info{tracker=\"audit (")).collect();
    assert_eq!(infos.len(), 2, "{infos:?}");
    assert!(infos.iter().all(|key| key.contains(&format!("file={:?}", file!())) && key.contains("kind=\"static\"")));
    assert!(with(&seen, "outlive_task_duration_seconds_count", &[]).is_empty());

    outlive::metrics::record_durations();
    elsewhere::write_audit().await.unwrap();
    let failed_at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    drop(write_audit(Duration::ZERO).await);
    drop((write_audit(secs(6)), write_audit(secs(6)), write_audit(secs(2))));
    assert!(write_audit(secs(1)).admitted().is_err());
    others().await;
    tokio::time::advance(secs(3)).await;
    let seen = scrape(&recorder);
    let own = |name: &str, labels: &[&str]| {
        let mut all = vec!["tracker=\"audit (tests/integrations/tests/metrics.rs:12)\""];
        all.extend(labels);
        with(&seen, name, &all)
    };
    assert_eq!(own("outlive_tasks_live", &[]), [2.0]);
    assert_eq!(own("outlive_tasks_queued", &[]), [1.0]);
    assert_eq!(own("outlive_tasks_started_total", &[]), [3.0]);
    assert_eq!(own("outlive_tasks_ended_total", &["outcome=\"failed\""]), [1.0]);
    assert_eq!(own("outlive_tasks_ended_total", &["outcome=\"completed\""]), [0.0]);
    assert_eq!(own("outlive_calls_refused_total", &["reason=\"full\""]), [1.0]);
    assert_eq!(own("outlive_task_oldest_age_seconds", &[]), [3.0]);
    assert_eq!(own("outlive_tracker_live", &[]), [2.0]);
    assert_eq!((own("outlive_tracker_queued", &[]), own("outlive_tracker_queue_size", &[])), (vec![1.0], vec![1.0]));
    assert_eq!(own("outlive_tracker_state", &["state=\"open\""]), [1.0]);
    assert_eq!(own("outlive_tracker_oldest_age_seconds", &[]), [3.0]);
    assert!(own("outlive_tracker_drain_seconds", &[]).is_empty());
    let failed = own("outlive_task_last_failure_timestamp_seconds", &[]);
    assert!((failed[0] - failed_at).abs() < 60.0, "{failed:?}");

    // Durations, from the first poll: one of no time, two of six seconds, one of two that had waited for six.
    drop(AUDIT.drain().await);
    let seen = scrape(&recorder);
    let own = |name: &str, labels: &[&str]| {
        let mut all = vec!["tracker=\"audit (tests/integrations/tests/metrics.rs:12)\""];
        all.extend(labels);
        with(&seen, name, &all)
    };
    assert_eq!(own("outlive_task_duration_seconds_count", &[]), [4.0]);
    assert_eq!(own("outlive_task_duration_seconds_bucket", &["le=\"0.001\""]), [1.0]);
    assert_eq!(own("outlive_task_duration_seconds_bucket", &["le=\"5\""]), [2.0]);
    assert_eq!(own("outlive_task_duration_seconds_bucket", &["le=\"15\""]), [4.0]);
    let sum = own("outlive_task_duration_seconds_sum", &[])[0];
    assert!((sum - 14.0).abs() < 0.1, "{sum}");
    assert_eq!(own("outlive_task_queue_delay_seconds_bucket", &["le=\"5\""]), [3.0]);
    let sum = own("outlive_task_queue_delay_seconds_sum", &[])[0];
    assert!((sum - 6.0).abs() < 0.1, "{sum}");
    assert_eq!(own("outlive_tracker_state", &["state=\"drained\""]), [1.0]);
    assert_eq!(own("outlive_tracker_state", &["state=\"open\""]), [0.0]);
    assert_eq!(own("outlive_tracker_drained_tasks", &["fate=\"finished\""]), [3.0]);
    assert_eq!(own("outlive_tracker_drained_tasks", &["fate=\"aborted\""]), [0.0]);
    let took = own("outlive_tracker_drain_seconds", &[])[0];
    assert!((took - 5.0).abs() < 0.1, "{took}");

    // A loop, a service, and what is gone.
    let server = Server { tasks: OwnedTracker::bounded("server", 3) };
    let clone = server.clone();
    drop(server.refresh());
    sleep(secs(31)).await;
    let seen = scrape(&recorder);
    let own = |name: &str, labels: &[&str]| {
        let mut all = vec!["tracker=\"server\""];
        all.extend(labels);
        with(&seen, name, &all)
    };
    assert_eq!(own("outlive_service_owners", &[]), [2.0]);
    assert_eq!(own("outlive_loop_live", &["task=\"refresh\""]), [1.0]);
    assert_eq!(own("outlive_loop_period_seconds", &[]), [30.0]);
    assert_eq!(own("outlive_loop_last_run_outcome", &["outcome=\"failed\""]), [1.0]);
    assert_eq!(own("outlive_loop_last_run_outcome", &["outcome=\"completed\""]), [0.0]);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    let next = own("outlive_loop_next_run_timestamp_seconds", &[])[0] - now;
    assert!((0.0..=30.0).contains(&next), "{next}");
    assert!((own("outlive_loop_last_run_timestamp_seconds", &[])[0] - now).abs() < 60.0);
    drop(clone);
    drop(server.shutdown().await);
    drop(server);
    let seen = scrape(&recorder);
    assert_eq!(with(&seen, "outlive_tracker_live", &["tracker=\"server\""]), [0.0]);
    assert_eq!(with(&seen, "outlive_tracker_info", &["tracker=\"server\""]), [0.0]);
    // A function is there for ever, and its counters with it.
    assert_eq!(with(&seen, "outlive_tasks_started_total", &["task=\"refresh\""]), [1.0]);

    // Trackers of one name that are made at one place are one series; their names cannot break a line.
    let trackers: Vec<_> = (0..3).map(|_| Arc::new(Tracker::bounded("a \"b\"\nc\\", 4))).collect();
    let calls: Vec<_> = trackers.iter().map(|tracker| of_all_kinds(Arc::clone(tracker))).collect();
    others().await;
    let seen = scrape(&recorder);
    let label = r#"tracker="a \"b\"\\nc\\""#;
    assert_eq!(with(&seen, "outlive_tracker_bound", &[label]), [12.0]);
    assert_eq!(with(&seen, "outlive_tracker_live", &[label]), [3.0]);
    assert_eq!(with(&seen, "outlive_tracker_info", &[label]), [1.0]);
    assert_eq!(with(&seen, "outlive_tasks_live", &[r#"task="of \"all\" kinds\\""#]), [3.0]);
    for call in calls {
        call.await.unwrap();
    }
}
