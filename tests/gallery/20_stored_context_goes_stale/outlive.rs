use outlive::{Context, OwnedTracker, TaskOwner, detached, owned_tasks};

use super::User;
use crate::common::Db;

#[derive(Clone, TaskOwner)]
pub(crate) struct Client {
    tasks: OwnedTracker,
    db: Db,
}

#[owned_tasks]
impl Client {
    #[detached(timeout = "5s")]
    pub(crate) async fn audit(&self) {
        let user = Context::current().get::<User>().map_or(0, |user| user.0);
        self.db.insert(user).await;
    }
}

impl Client {
    pub(crate) fn new(db: Db) -> Self {
        Self { tasks: OwnedTracker::bounded("client", 64), db }
    }
}

/// No derive, no question asked.
pub(crate) struct Stores {
    pub(crate) context: Context,
}
