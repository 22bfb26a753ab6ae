//! Mails, tried again where the relay is busy.

use std::net::SocketAddr;

use outlive::{Tracker, Unfinished, detached};
use outlive_trial::accounts::{Letter, SmtpError, deliver};

use crate::kept;

pub(crate) static MAIL: Tracker = Tracker::bounded("mail", 4).queue(1_000);

/// Sends the letter in the background.
#[detached(
    timeout = "19s",
    track = MAIL,
    retry = "3, 200ms..2s",
    attempt = "6s",
    retry_if = SmtpError::is_transient,
    unfinished = unsent
)]
pub(crate) async fn send_mail(relay: SocketAddr, letter: Letter) -> Result<(), SmtpError> {
    deliver(relay, &letter).await
}

fn unsent(call: Unfinished<(SocketAddr, Letter)>) {
    let ((_, letter), reason) = call.into_parts();
    kept::keep("mail.unsent.jsonl", &letter, &reason);
}
