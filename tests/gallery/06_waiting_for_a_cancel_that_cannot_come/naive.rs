use tokio_util::sync::CancellationToken;

use super::Cursor;

pub(crate) fn handler(cursor: Cursor) {
    let detached = CancellationToken::new(); // not the request's: that one ends too early
    tokio::spawn(async move {
        detached.cancelled().await;
        cursor.close();
    });
}
