use outlive::Context;

use super::Cursor;
use crate::common::seconds;

pub(crate) fn handler(cursor: Cursor) {
    let detached = Context::current().detach().with_timeout(seconds(5)); // without it, there is no `on_cancel`
    detached.on_cancel(move |_| cursor.close());
}
