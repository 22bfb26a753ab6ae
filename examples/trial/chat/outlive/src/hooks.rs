//! Webhooks: each message of a room is posted to whoever asked for it, and again where that goes wrong.

use outlive::{Reason, Tracker, Unfinished, detached};
use outlive_trial::chat::{Hook, Message, PeerError, Store, post};
use serde_json::json;

pub(crate) static HOOKS: Tracker = Tracker::bounded("hooks", 16).queue(10_000);
/// Drains after `HOOKS`, whose calls it keeps.
pub(crate) static KEPT: Tracker<5> = Tracker::bounded("kept", 1).queue(10_000).drain_budget::<5>();

/// Delivers the message in the background.
#[detached(
    timeout = "19s",
    track = HOOKS,
    retry = "5, 200ms..5s",
    attempt = "6s",
    retry_if = PeerError::is_transient,
    unfinished = undelivered
)]
pub(crate) async fn deliver(_store: Store, hook: Hook, message: Message) -> Result<(), PeerError> {
    post(&hook.url, &json!(message).to_string()).await
}

fn undelivered(call: Unfinished<(Store, Hook, Message)>) {
    let ((store, hook, message), why) = call.into_parts();
    let why = if let Reason::Failed(why) = why { why } else { why.to_string() };
    keep(store, hook, message, why);
}

#[detached(timeout = "5s", track = KEPT)]
async fn keep(store: Store, hook: Hook, message: Message, why: String) -> sqlx::Result<()> {
    store.add_undelivered(message.id, &hook, &why).await
}
