use tokio_util::sync::CancellationToken;

use super::Cursors;

pub(crate) fn handler(cursors: &Cursors) {
    let request = CancellationToken::new();
    let lookup = CancellationToken::new();
    let _cancels_request = request.clone().drop_guard();
    let _cancels_lookup = request.clone().drop_guard(); // meant: `lookup`
    for token in [request, lookup] {
        let cursors = cursors.clone();
        cursors.open();
        tokio::spawn(async move {
            token.cancelled().await;
            cursors.close();
        });
    }
}
