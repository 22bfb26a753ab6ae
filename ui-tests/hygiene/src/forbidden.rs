//! Lints that a crate forbids, and of which none has to be allowed where the functions give no cause.

use std::sync::Arc;

use elsewhere::{Context, OwnedTracker, TaskOwner, Tracker, detached, owned_tasks, periodic, worker};

/// Its tracker.
static STRICT: Tracker = Tracker::bounded("strict", 8);

/// It awaits.
#[detached(timeout = "5s", track = STRICT, crate = elsewhere)]
async fn waits(user: u64) -> u64 {
    tokio::task::yield_now().await;
    user
}

/// It blocks.
#[detached(timeout = "5s", track = STRICT, blocking, crate = elsewhere)]
fn blocks() -> bool {
    Context::current().is_cancelled()
}

/// Again and again.
#[periodic(every = "30s", timeout = "5s", track = STRICT, crate = elsewhere)]
async fn refreshes(users: Arc<[u64]>) {
    for user in users.iter() {
        waits(*user).await.ok();
    }
}

/// Until the drain.
#[worker(track = STRICT, restart = "1s..1m", crate = elsewhere)]
async fn works() {
    Context::current().cancelled().await;
}

/// A service.
#[derive(Clone, Debug, TaskOwner)]
#[tasks(crate = elsewhere)]
pub struct Strict {
    /// Its tracker.
    tasks: OwnedTracker,
}

#[owned_tasks(crate = elsewhere)]
impl Strict {
    /// It awaits, and looks at itself.
    #[detached(timeout = "5s")]
    async fn ask(&self) -> bool {
        blocks().await.is_ok() && self.tasks.live() > 0
    }

    /// Starts all of it.
    pub fn start(&self) {
        self.ask();
        refreshes(Arc::new([7]));
        works();
    }
}
