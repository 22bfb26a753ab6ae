use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::common::{Db, seconds};

pub(crate) async fn handler(db: Db) {
    let connection = CancellationToken::new();
    let _ = connection.clone().drop_guard(); // cancelled, here
    let _ = timeout(seconds(5), connection.run_until_cancelled(db.insert(7))).await;
}
