//! The drain budget is part of the type: `Tracker` alone has 20 s.
//! The fix: `static EXPORT: Tracker<90>`.

use outlive::Tracker;

static EXPORT: Tracker = Tracker::bounded("export", 4).drain_budget::<90>();

fn main() {
    println!("{}", EXPORT.name());
}
