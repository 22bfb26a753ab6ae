//! Trackers of one name are told apart by the place where they are made: in events, and in the reports of drains.

use std::sync::Arc;
use std::time::Duration;

use outlive::{Shutdown, Tracker, detached};
use outlive_tests::Trace;

static HERE: Tracker = Tracker::bounded("the same", 8);
const HERE_AT: u32 = line!() - 1;

mod elsewhere {
    pub(super) static THERE: outlive::Tracker = outlive::Tracker::bounded("the same", 8);
    pub(super) const THERE_AT: u32 = line!() - 1;
}

use elsewhere::{THERE, THERE_AT};

#[detached(timeout = "5s", track = HERE)]
async fn here() {
    panic!("here");
}

#[detached(timeout = "5s", track = THERE)]
async fn there() {
    panic!("there");
}

fn at(line: u32) -> String {
    format!("{}:{line}", file!())
}

#[tokio::test(start_paused = true)]
async fn reports_say_which_of_them_it_is() {
    let trace = Trace::record();
    here().await.unwrap_err();
    there().await.unwrap_err();
    here().await.unwrap_err();
    let [first, there, here] = &*trace.reports() else { panic!("not three reports") };
    assert_eq!(first.own_field("tracker_place"), Some(&*at(HERE_AT)), "before the other has been used");
    assert_eq!((there.field("tracker"), there.own_field("tracker_place")), ("the same", Some(&*at(THERE_AT))));
    assert_eq!((here.field("tracker"), here.own_field("tracker_place")), ("the same", Some(&*at(HERE_AT))));

    let report = Shutdown::new().phase("stores").tracker(&HERE).tracker(&THERE).run().await;
    let text = report.to_string();
    for line in [HERE_AT, THERE_AT] {
        let drained = format!("the same ({}): drained in 0s of 20s: nothing was left to finish", at(line));
        assert!(text.contains(&drained), "{text}");
    }
    let places: Vec<_> =
        report.phases().flat_map(|(_, drains)| drains).map(|drain| (drain.file(), drain.line())).collect();
    assert!(places.contains(&(file!(), HERE_AT)) && places.contains(&(file!(), THERE_AT)), "{places:?}");
}

/// As a hot reload does.
#[tokio::test(start_paused = true)]
async fn one_that_is_made_anew_at_its_place_is_the_same() {
    #[detached(timeout = "5s", track = tracker)]
    async fn breaks(tracker: Arc<Tracker>) {
        drop(tracker);
        panic!("no");
    }

    let trace = Trace::record();
    for _ in 0..2 {
        let tracker = Arc::new(Tracker::bounded("made anew", 8));
        breaks(Arc::clone(&tracker)).await.unwrap_err();
        assert_eq!(trace.report().own_field("tracker_place"), None);
        tokio::time::sleep(Duration::from_secs(1)).await;
        let report = tracker.drain().await;
        assert!(report.to_string().starts_with("made anew: drained in 0s"), "{report}");
    }
}
