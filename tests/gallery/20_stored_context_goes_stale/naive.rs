use tokio_util::sync::CancellationToken;

use crate::common::Db;

pub(crate) struct Client {
    db: Db,
    request: CancellationToken,
    user: u64,
}

impl Client {
    /// Made by the first request that needs it, and kept.
    pub(crate) fn new(db: Db, request: CancellationToken, user: u64) -> Self {
        Self { db, request, user }
    }

    pub(crate) async fn audit(&self) -> Option<()> {
        self.request.run_until_cancelled(self.db.insert(self.user)).await
    }

    pub(crate) fn request_has_ended(&self) {
        self.request.cancel();
    }
}
