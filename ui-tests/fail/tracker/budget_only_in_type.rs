//! The constructors give a drain budget of 20 s. A tracker with another one sets it with `.drain_budget`.
//! The fix: `.drain_budget::<90>()`.

use outlive::Tracker;

static EXPORT: Tracker<90> = Tracker::bounded("export", 4);

fn main() {
    println!("{}", EXPORT.name());
}
