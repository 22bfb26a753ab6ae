//! Each room is told who is there, every so often: clients that missed it catch up.

use std::time::Duration;

use outlive::{Tracker, periodic};
use outlive_trial::chat::Hub;

pub(crate) static LOOPS: Tracker<5> = Tracker::bounded("loops", 1).drain_budget::<5>();

#[periodic(every = every, timeout = "1s", track = LOOPS)]
pub(crate) async fn announce(hub: Hub, every: Duration) {
    hub.announce();
}
