//! The constructors give 20 s; another budget is said where the tracker is made.
//! The fix: `.drain_budget::<90>()`.

use outlive::Tracker;

static EXPORT: Tracker<90> = Tracker::bounded("export", 4);

fn main() {
    println!("{}", EXPORT.name());
}
