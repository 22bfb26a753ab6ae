//! A package that has outlive from another one, which hands it on, and does not say so to the macros: one error a place.

use framework::outlive::{OwnedTracker, TaskOwner, Tracker, detach, detached, owned_tasks, periodic, worker};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)] //~ detached
async fn write_audit(user: u64) -> Result<u64, String> {
    let user = if user == 0 { Err("nobody")? } else { user };
    Ok(user)
}

#[periodic(every = "30s", timeout = "5s", track = AUDIT)] //~ periodic
async fn refresh() {}

#[worker(track = AUDIT)] //~ worker
async fn deliver() -> impl Sized {}

#[derive(Clone, TaskOwner)] //~ derive
pub struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks] //~ owned_tasks
impl Server {
    #[detached(timeout = "5s")]
    async fn save(&self) {}

    #[worker]
    async fn consume(&self) {}
}

pub async fn all(server: Server) {
    let user: u64 = write_audit(7).admitted().unwrap().await.unwrap().unwrap();
    println!("{user} {:?}", refresh().is_finished());
    deliver();
    server.save().await.unwrap();
    server.consume();
    println!("{}", server.shutdown().await);
    detach!(timeout = "5s", track = AUDIT, async {}); //~ detach!
}
