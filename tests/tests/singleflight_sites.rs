//! A constructor of a single flight is one entry among the sites, whatever timeouts it is given at run time.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use outlive::{OwnedTracker, Singleflight, TaskError, TaskSite, Tracker, sites};
use tokio::time::{Instant, sleep};

type Shared = Arc<Tracker>;

fn shared() -> Shared {
    Arc::new(Tracker::unbounded("shared"))
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn named(name: &str) -> Vec<&'static TaskSite> {
    sites().filter(|site| site.name() == name).collect()
}

/// Work that takes so long.
async fn load(time: Duration) -> Duration {
    sleep(time).await;
    time
}

#[tokio::test(start_paused = true)]
async fn a_thousand_timeouts_are_one_entry_and_their_counts_add_up() {
    let tracker = shared();
    for timeout in 1..=1_000 {
        let flights = Singleflight::tracked_by("a thousand", &tracker, millis(timeout));
        // One of three takes too long.
        let ended = flights.run((), load(millis(if timeout % 3 == 0 { timeout + 1 } else { timeout - 1 }))).await;
        assert_eq!(ended.is_err(), timeout % 3 == 0);
    }
    let found = named("a thousand");
    assert_eq!(found.len(), 1, "one constructor is one entry");
    let counts = found[0].counts();
    assert_eq!((counts.started, counts.completed, counts.timed_out, counts.live), (1_000, 667, 333, 0));
}

#[tokio::test(start_paused = true)]
async fn so_they_are_under_the_tracker_of_a_service() {
    let tracker = OwnedTracker::bounded("service", 8);
    for timeout in 1..=1_000 {
        let flights = Singleflight::owned_by("of a service", &tracker, millis(timeout));
        assert_eq!(flights.run((), load(Duration::ZERO)).await.unwrap().value, Duration::ZERO);
    }
    let found = named("of a service");
    assert_eq!((found.len(), found.iter().map(|site| site.counts().completed).sum::<u64>()), (1, 1_000));
}

#[tokio::test(start_paused = true)]
async fn a_tracker_for_each_changes_nothing() {
    for timeout in 1..=1_000 {
        let flights = Singleflight::tracked_by("a tracker each", &shared(), millis(timeout));
        flights.run((), load(Duration::ZERO)).await.unwrap();
    }
    let found = named("a tracker each");
    assert_eq!((found.len(), found.iter().map(|site| site.counts().completed).sum::<u64>()), (1, 1_000));
}

#[test]
fn nor_do_several_threads_at_once() {
    let tracker = shared();
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let tracker = tracker.clone();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    for timeout in 1..=250 {
                        let timeout = Duration::from_secs(1) + Duration::from_micros(250 * thread + timeout);
                        let flights = Singleflight::tracked_by("on threads", &tracker, timeout);
                        flights.run((), async {}).await.unwrap();
                    }
                });
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let found = named("on threads");
    assert_eq!((found.len(), found.iter().map(|site| site.counts().completed).sum::<u64>()), (1, 1_000));
}

#[tokio::test(start_paused = true)]
async fn each_has_its_own_timeout_whether_the_first_was_longer_or_shorter() {
    let tracker = shared();
    for timeouts in [[1_000, 2_000, 3_000], [3_000, 2_000, 1_000], [2_000, 3_000, 1_000]] {
        let all = timeouts.map(|timeout| (timeout, Singleflight::tracked_by("its own", &tracker, millis(timeout))));
        // All of them have an entry, before one is used a second time.
        for (_, flights) in &all {
            flights.run((), load(millis(1))).await.unwrap();
        }
        for (timeout, flights) in &all {
            let start = Instant::now();
            flights.run((), load(millis(*timeout))).await.unwrap();
            let error = flights.run((), load(millis(timeout + 1))).await.unwrap_err();
            let TaskError::TimedOut { timeout: said, .. } = &*error else { panic!("{error:?}") };
            assert_eq!(*said, millis(*timeout));
            assert_eq!(start.elapsed(), millis(2 * timeout), "of {timeouts:?}");
            assert!(format!("{flights:?}").contains(&format!("timeout: {said:?}")), "{flights:?}");
        }
    }
    assert_eq!(named("its own").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn its_entry_names_the_longest_so_far() {
    let tracker = shared();
    for (timeout, longest) in [(2_000, 2_000), (1_000, 2_000), (5_000, 5_000), (3_000, 5_000)] {
        let flights = Singleflight::tracked_by("the longest", &tracker, millis(timeout));
        flights.run((), load(Duration::ZERO)).await.unwrap();
        let longest_there = named("the longest").into_iter().map(TaskSite::timeout).collect::<Vec<_>>();
        assert_eq!(longest_there, [millis(longest)]);
    }
}

#[tokio::test(start_paused = true)]
async fn other_places_other_names_and_other_statics_are_other_entries() {
    static ONE: Tracker = Tracker::unbounded("one");
    static TWO: Tracker = Tracker::unbounded("two");

    for _ in 0..3 {
        let tracker = shared();
        let here = Singleflight::tracked_by("a place", &tracker, millis(1_000));
        let there = Singleflight::tracked_by("a place", &tracker, millis(1_000));
        here.run((), async {}).await.unwrap();
        there.run((), async {}).await.unwrap();
        for name in ["a name", "another name"] {
            Singleflight::tracked_by(name, &tracker, millis(1_000)).run((), async {}).await.unwrap();
        }
        for of in [&ONE, &TWO] {
            Singleflight::new("of a static", of, millis(1_000)).run((), async {}).await.unwrap();
        }
    }
    assert_eq!(["a place", "a name", "another name", "of a static"].map(|name| named(name).len()), [2, 1, 1, 2]);
    let places: HashSet<_> = named("a place").into_iter().map(TaskSite::line).collect();
    assert_eq!(places.len(), 2);
}

#[test]
fn every_one_is_proved_and_none_has_the_place_of_another_that_was() {
    let tracker = shared();
    let new = |timeout| Singleflight::<(), ()>::tracked_by("proved", &tracker, timeout);
    drop(new(Duration::from_secs(20)));
    for refused in [Duration::from_secs(21), Duration::ZERO] {
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| new(refused))).unwrap_err();
        assert!(panic.downcast_ref::<String>().is_some_and(|message| message.contains("`proved`")));
    }
}
