//! The constructors give a drain budget of 20 s. Another one is set where the tracker is made, too.
//! The fix: `.drain_budget::<90>()`.

use outlive::Tracker;

static EXPORT: Tracker<90> = Tracker::bounded("export", 4);

fn main() {
    println!("{}", EXPORT.name());
}
