//! A shutdown tells the trackers in no phase apart, where they have one name.

use outlive::{Shutdown, Tracker, detached};

static HERE: Tracker = Tracker::bounded("the same", 8);
const HERE_AT: u32 = line!() - 1;
static THERE: Tracker = Tracker::bounded("the same", 8);
const THERE_AT: u32 = line!() - 1;

#[detached(timeout = "5s", track = HERE)]
async fn here() {}

#[detached(timeout = "5s", track = THERE)]
async fn there() {}

#[tokio::test(start_paused = true)]
async fn by_the_place_where_each_is_made() {
    drop((here(), there()));
    let report = Shutdown::all().run().await;
    assert_eq!(report.unphased(), ["the same", "the same"]);
    let text = report.to_string();
    for line in [HERE_AT, THERE_AT] {
        assert!(text.contains(&format!("\n[in no phase] the same ({}:{line}): drained in ", file!())), "{text}");
    }
}
