use tokio::time::sleep;

use crate::common::{Db, seconds};

pub(crate) async fn handler(db: Db) -> &'static str {
    db.insert(7).await; // the client hangs up, and this line is where the handler ends
    sleep(seconds(5)).await; // a slow response
    "accepted"
}
