//! What an editor is asked about: each macro, used as a program uses it.

#![deny(warnings)]

use std::sync::Arc;

use outlive::{OwnedTracker, TaskHandle, TaskOwner, Tracker, detach, detached, owned_tasks, periodic, worker};
use outlive_durable::durable;

/// Who may write.
pub static AUDIT: Tracker = Tracker::bounded("audit", 64);

/// What happened.
#[derive(Clone, Debug, Default)]
pub struct Event {
    /// Who did it.
    pub actor: String,
    /// To how many.
    pub count: u64,
}

/// The state of the program.
pub struct App {
    tasks: Arc<Tracker>,
    name: String,
}

/// Writes an event to the log.
#[detached(timeout = "5s", track = AUDIT)]
pub async fn write_audit(event: Event, copies: u64) -> u64 {
    event.count + copies
}

/// Forgets a name.
#[detached(timeout = "2s", track = app.tasks)]
pub async fn forget(app: Arc<App>) -> usize {
    app.name.len()
}

/// Adds both.
#[detached(timeout = "1s", track = tracker)]
pub async fn add((left, right): (u64, u64), tracker: Arc<Tracker>) -> u64 {
    left + right
}

/// Sends a copy.
#[detached(timeout = "2s", track = AUDIT)]
#[tracing::instrument(err, skip_all, fields(actor = event.actor))]
pub async fn copy(event: Event) -> Result<u64, String> {
    Err(event.actor)
}

#[detached(timeout = "1s", track = AUDIT)]
async fn private(event: Event) {
    drop(event);
}

/// Refreshes the prices.
#[periodic(every = "30s", timeout = "4s", track = AUDIT)]
pub async fn refresh(event: Event) {
    drop(event.actor);
}

/// Delivers mail.
#[worker(track = AUDIT)]
pub async fn deliver(event: Event) {
    drop(event.actor);
}

/// Welcomes a user.
#[durable(timeout = "9s", attempts = 5, track = post.tasks)]
pub async fn welcome(#[state] post: Arc<App>, guest: String) -> Result<(), String> {
    post.name.eq(&guest).then_some(()).ok_or(guest)
}

/// Sends in passing.
pub fn sends(event: Event) -> TaskHandle<u64> {
    detach!(timeout = "3s", track = AUDIT, async move { event.count })
}

/// A server that owns its tasks.
#[derive(Clone, TaskOwner)]
pub struct Server {
    tasks: OwnedTracker,
    name: String,
}

#[owned_tasks]
impl Server {
    /// A server of that name.
    pub fn new(name: String) -> Self {
        Self { tasks: OwnedTracker::bounded("server", 8).drain_budget(), name }
    }

    /// Greets once.
    #[detached(timeout = "2s", grace = "1s")]
    pub async fn greet(&self, guest: String) -> String {
        guest + &self.name
    }

    /// Counts its guests.
    #[periodic(every = "1m", timeout = "2s")]
    pub async fn count(&self, hall: String) {
        drop(hall + &self.name);
    }

    /// Listens to them.
    #[worker]
    pub async fn listen(&self, hall: String) {
        drop(hall + &self.name);
    }
}

/// Calls all of them.
pub async fn calls(event: Event, app: Arc<App>, server: Server) {
    drop(write_audit(event.clone(), 2));
    drop(forget(app.clone()));
    drop(add((1, 2), app.tasks.clone()));
    drop(copy(event.clone()));
    drop(private(event.clone()));
    drop(refresh(event.clone()));
    drop(deliver(event));
    drop(welcome("Ada".to_owned()));
    drop(server.greet("Ada".to_owned()));
    drop(server.count("east".to_owned()));
    drop(server.listen("west".to_owned()));
    drop(server.shutdown().await);
}
