//! The deployment gives the process the time that it may take.

use std::time::Duration;

use crate::ours::{BUDGET, GRACE_PERIOD};

/// The number behind this key, of which there is one.
fn seconds(key: &str) -> Duration {
    let deployment = include_str!("../deploy/last_mile.yaml");
    let mut found = deployment.lines().filter_map(|line| line.trim().strip_prefix(key));
    let seconds = found.next().expect(key).trim().parse().expect("a number");
    assert_eq!(found.next(), None);
    Duration::from_secs(seconds)
}

#[test]
fn it_gives_the_process_the_time_that_it_may_take() {
    let (given, before) = (seconds("terminationGracePeriodSeconds:"), seconds("seconds:"));
    assert_eq!(given, before + GRACE_PERIOD);
    assert!(BUDGET <= GRACE_PERIOD);
}
