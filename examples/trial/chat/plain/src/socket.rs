//! A client's WebSocket: what it says goes to the room, and what the room says to it.

use axum::extract::ws::{Message as Frame, WebSocket};
use outlive_trial::chat::{Said, Seat};

use crate::App;
use crate::http::say;

/// Serves the client until it leaves.
pub(crate) async fn session(app: App, mut socket: WebSocket, mut seat: Seat) {
    loop {
        tokio::select! {
            frame = seat.next() => {
                if socket.send(Frame::Text((*frame).into())).await.is_err() {
                    return;
                }
            }
            frame = socket.recv() => {
                let Some(Ok(frame)) = frame else { return };
                if let Frame::Text(text) = frame {
                    let said = Said { from: seat.user().to_owned(), text: text.to_string() };
                    if let Err(problem) = say(&app, seat.room(), said).await {
                        tracing::warn!(?problem, "a message is lost");
                    }
                }
            }
        }
    }
}
