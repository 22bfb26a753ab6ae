//! A shutdown that finds everything: the static trackers of the program, and the services nobody gave a phase.
//!
//! One test, as it drains what belongs to the whole process.

use std::time::Duration;

use outlive::{OwnedTracker, Shutdown, TaskOwner, detached, owned_tasks};
use tokio::time::{Instant, sleep};

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

mod everywhere {
    use outlive::{Tracker, detached};
    use std::time::Duration;

    pub(crate) static IN_A_PHASE: Tracker = Tracker::bounded("in a phase", 8);
    pub(crate) static FORGOTTEN: Tracker<30> = Tracker::bounded("forgotten", 8).drain_budget::<30>();
    pub(crate) static UNUSED: Tracker = Tracker::bounded("unused", 8);

    #[detached(timeout = "5s", track = IN_A_PHASE)]
    pub(crate) async fn known(time: Duration) {
        tokio::time::sleep(time).await;
    }

    #[detached(timeout = "5s", track = FORGOTTEN)]
    pub(crate) async fn forgotten(time: Duration) {
        tokio::time::sleep(time).await;
    }

    #[detached(timeout = "5s", track = FORGOTTEN)]
    pub(crate) async fn forgotten_as_well() {}

    #[expect(dead_code, reason = "listed, called or not")]
    #[detached(timeout = "5s", track = UNUSED)]
    pub(crate) async fn never_called() {}
}

#[derive(Clone, TaskOwner)]
struct Service {
    tasks: OwnedTracker<40>,
}

impl Service {
    fn new(name: &'static str) -> Self {
        Self { tasks: OwnedTracker::bounded(name, 8).drain_budget::<40>() }
    }
}

#[owned_tasks]
impl Service {
    #[detached(timeout = "30s")]
    async fn works(&self) {
        sleep(seconds(7)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn every_tracker_is_found_drained_last_and_named_where_no_phase_has_it() {
    use everywhere::{FORGOTTEN, IN_A_PHASE, forgotten, forgotten_as_well, known};

    let report = Shutdown::new().run().await;
    assert!(report.unphased().is_empty() && !FORGOTTEN.is_draining(), "only `all` looks for them");

    let all = || Shutdown::all().phase("known").tracker(&IN_A_PHASE);
    assert_eq!(all().budget(), seconds(20 + 1 + 30 + 1), "the last phase takes time, too");
    let refused = all().within(seconds(40)).unwrap_err();
    assert!(refused.to_string().contains("`terminationGracePeriodSeconds: 52`"), "{refused}");

    let (service, replaced, gone, given) =
        (Service::new("service"), Service::new("replaced"), Service::new("gone"), Service::new("given"));
    drop(gone);
    let all = || all().owner(given.clone());
    assert_eq!(all().budget(), seconds(40 + 1 + 40 + 1), "so do the services, but for one that has a phase");

    known(seconds(2));
    forgotten(seconds(4));
    service.works();
    let left = replaced.works();
    drop(replaced);
    let start = Instant::now();
    let shutdown = tokio::spawn(all().run());
    sleep(seconds(1)).await;
    assert!(forgotten_as_well().admitted().is_ok(), "what is in no phase is drained last");
    let report = shutdown.await.unwrap();
    assert_eq!(start.elapsed(), seconds(7));
    assert!(left.await.is_ok(), "what a service leaves that has been dropped is waited for, too");
    let mut unphased = report.unphased().to_vec();
    unphased.sort_unstable();
    assert_eq!(unphased, ["forgotten", "replaced", "service", "unused"]);
    let mut drains: Vec<_> =
        report.phases().flat_map(|(phase, drains)| drains.iter().map(move |one| (phase, one))).collect();
    drains.sort_unstable_by_key(|(_, drain)| drain.tracker());
    let drains: Vec<_> = drains.iter().map(|(phase, drain)| (*phase, drain.tracker(), drain.finished())).collect();
    assert_eq!(
        drains,
        [
            ("in no phase", "forgotten", 1),
            ("known", "given", 0),
            ("known", "in a phase", 1),
            ("in no phase", "replaced", 1),
            ("in no phase", "service", 1),
            ("in no phase", "unused", 0)
        ]
    );
    let text = report.to_string();
    for name in unphased {
        let lines: Vec<_> = text.lines().filter(|line| line.contains(name)).collect();
        assert!(
            matches!(*lines, [line] if line.starts_with(&format!("[in no phase] {name}: "))),
            "each is there once: {text}"
        );
    }
    assert!(report.is_clean(), "to be in no phase is not to be cut short");
    drop(service);
}
