use std::future::pending;
use std::sync::{Arc, mpsc};

use outlive::{
    CancelCause, CancelSource, Context, DetachedContext, OwnedTracker, TaskError, TaskHandle, TaskOwner, Tracker,
    detached, owned_tasks, worker,
};
use tokio::sync::oneshot;
use tokio::time::advance;

use super::{HungUp, Log};
use crate::common::{seconds, settle};

static EXPORTS: Tracker = Tracker::bounded("exports", 4);

#[worker(grace = "2s", track = EXPORTS)]
async fn export(request: DetachedContext, log: Log) {
    settle().await;
    if let Some(cause) = request.origin_cause() {
        log.say(format!("goes on: {cause}"));
    }
    let cause = Context::current().cancelled().await;
    log.say(format!("stopped: {cause}"));
}

pub(crate) async fn main(log: &Log) {
    let connection = CancelSource::new();
    let request = Context::root().with_cancel(&connection);
    export(request.detach(), log.clone());
    connection.cancel(CancelCause::Other(Arc::new(HungUp)));

    // At shutdown.
    settle().await;
    assert!(EXPORTS.drain().await.is_clean());
}

static TASKS: Tracker = Tracker::bounded("tasks", 64);

#[detached(timeout = "1s", grace = "1s", track = TASKS)]
pub(crate) async fn listens() -> CancelCause {
    Context::current().cancelled().await
}

#[detached(blocking, timeout = "1s", track = TASKS)]
fn on_a_thread(begins: oneshot::Sender<()>, goes: mpsc::Receiver<()>, sees: oneshot::Sender<Option<CancelCause>>) {
    begins.send(()).unwrap();
    goes.recv().unwrap();
    sees.send(Context::current().cause()).unwrap();
}

pub(crate) async fn looks_on_its_thread() -> (Result<(), TaskError>, Option<CancelCause>) {
    let (begins, begun) = oneshot::channel();
    let (go, goes) = mpsc::channel();
    let (sees, saw) = oneshot::channel();
    let handle = on_a_thread(begins, goes, sees);
    begun.await.unwrap();
    advance(seconds(2)).await;
    let ended = handle.await;
    go.send(()).unwrap();
    (ended, saw.await.unwrap())
}

struct Looks(Option<oneshot::Sender<Option<CancelCause>>>);

impl Drop for Looks {
    fn drop(&mut self) {
        if let Some(sees) = self.0.take() {
            let _ = sees.send(Context::current().cause());
        }
    }
}

#[detached(timeout = "5s", track = TASKS)]
async fn hangs(_looks: Looks) {
    pending::<()>().await;
}

pub(crate) fn looks_at_its_end() -> (TaskHandle<()>, oneshot::Receiver<Option<CancelCause>>) {
    let (sees, saw) = oneshot::channel();
    (hangs(Looks(Some(sees))), saw)
}

static WORKERS: Tracker = Tracker::bounded("workers", 4);

#[worker(grace = "1s", track = WORKERS)]
async fn works() -> CancelCause {
    Context::current().cancelled().await
}

pub(crate) async fn works_until_the_drain() -> Result<CancelCause, TaskError> {
    let working = works();
    let (_report, cause) = tokio::join!(WORKERS.drain(), working);
    cause
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[worker(grace = "1s")]
    async fn works(&self) -> CancelCause {
        Context::current().cancelled().await
    }
}

pub(crate) async fn works_until_its_owner_goes() -> Result<CancelCause, TaskError> {
    let server = Server { tasks: OwnedTracker::bounded("server", 4) };
    let working = server.works();
    settle().await;
    drop(server);
    working.await
}
