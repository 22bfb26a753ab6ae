//! A client's WebSocket: what it says goes to the room, and what the room says to it.

use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, close_code};
use outlive::Context;
use outlive_trial::chat::{Said, Seat};

use crate::App;
use crate::http::say;

/// Serves the client until it leaves, or is told that the service does.
pub(crate) async fn session(app: App, mut socket: WebSocket, mut seat: Seat, context: Context) {
    loop {
        tokio::select! {
            _ = context.cancelled() => {
                let goodbye = CloseFrame { code: close_code::AWAY, reason: "come back".into() };
                socket.send(Frame::Close(Some(goodbye))).await.ok();
                return;
            }
            frame = seat.next() => {
                if socket.send(Frame::Text((*frame).into())).await.is_err() {
                    return;
                }
            }
            frame = socket.recv() => {
                let Some(Ok(frame)) = frame else { return };
                if let Frame::Text(text) = frame {
                    let said = Said { from: seat.user().to_owned(), text: text.to_string() };
                    let result = say(app.clone(), seat.room().to_owned(), said).await;
                    if !matches!(result, Ok(Ok(_))) {
                        tracing::warn!(?result, "a message is lost");
                    }
                }
            }
        }
    }
}
