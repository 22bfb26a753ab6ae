//! Calls that get no place, because loops hold every place of their tracker.

use crate::report;
use crate::tracker::Binding;

/// The call waits. A loop keeps its place until it ends, so a tracker whose places all belong to loops runs
/// nothing else.
#[cold]
pub(super) fn by_loops(called: &impl Binding) {
    let core = called.core();
    if let Some((loops, limit)) = core.filled_by_loops() {
        report::filled_by_loops(called.site(), core, &loops, limit);
    }
}
