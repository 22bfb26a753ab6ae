use outlive::{CancelSource, Context};

use super::Cursors;

pub(crate) fn handler(cursors: &Cursors) {
    let request = CancelSource::new();
    let lookup = CancelSource::new();
    for source in [&request, &lookup] {
        let cursors = cursors.clone();
        cursors.open();
        Context::root().with_cancel(source).on_cancel(move |_| cursors.close());
    }
}
