//! Mails, tried again where the relay is busy.

use std::net::SocketAddr;
use std::time::Duration;

use outlive_trial::accounts::{Letter, SmtpError, deliver};

const ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// Sends the letter, and waits for that.
pub(crate) async fn send_mail(relay: SocketAddr, letter: Letter) -> Result<(), SmtpError> {
    let mut pause = FIRST_PAUSE;
    for attempt in 1.. {
        match deliver(relay, &letter).await {
            Err(error) if error.is_transient() && attempt < ATTEMPTS => {
                tracing::info!(%error, attempt, "a mail is tried again");
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            result => return result,
        }
    }
    unreachable!("the last attempt returns")
}

/// Sends the letter in the background.
pub(crate) fn spawn_mail(relay: SocketAddr, letter: Letter) {
    tokio::spawn(async move {
        let to = letter.to.clone();
        if let Err(error) = send_mail(relay, letter).await {
            tracing::error!(%error, to, "a mail is not sent");
        }
    });
}
