//! Webhooks: each message of a room is posted to whoever asked for it, and again where that goes wrong.

use std::time::Duration;

use outlive_trial::chat::{Hook, Message, PeerError, post};
use serde_json::json;

use crate::App;

const ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Delivers the message in the background.
pub(crate) fn deliver(app: &App, hook: Hook, message: Message) {
    let (store, stop) = (app.store.clone(), app.stop.clone());
    app.tasks.spawn(async move {
        let body = json!(message).to_string();
        let mut pause = FIRST_PAUSE;
        for attempt in 1.. {
            let error = match post(&hook.url, &body).await {
                Ok(()) => return,
                Err(error) => error,
            };
            if attempt == ATTEMPTS || !error.is_transient() {
                keep(&store, &hook, &message, &error).await;
                return;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    });
}

async fn keep(store: &outlive_trial::chat::Store, hook: &Hook, message: &Message, error: &PeerError) {
    tracing::warn!(%error, url = hook.url, message = message.id, "a webhook was given up");
    if let Err(error) = store.add_undelivered(message.id, hook, &error.to_string()).await {
        tracing::error!(%error, "and is not kept");
    }
}
