//! The budget is a parameter of the type, so that the compiler compares it with every timeout. rustc's own `.drain_budget()` takes the
//! number from the type on the left, and is 20 s where that is a plain `Tracker`.
//! The fix: `static EXPORT: Tracker<60> = Tracker::bounded("export", 4).drain_budget::<60>();`

use outlive::Tracker;

static EXPORT: Tracker<60> = Tracker::bounded("export", 4).drain_budget(60);

fn main() {
    println!("{}", EXPORT.name());
}
