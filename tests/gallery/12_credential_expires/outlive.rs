use std::sync::Arc;
use std::time::Duration;

use outlive::{Fresh, FreshError, MaxAge, Tracker, detached};
use tokio::time::{Instant, sleep};

use super::{Provider, Token, upload, wait_for_the_store};
use crate::common::{Db, seconds};

static UPLOADS: Tracker = Tracker::bounded("uploads", 64);

/// A tracker of its own: the tasks of `UPLOADS` wait for a refresh, and may hold every place there.
static REFRESHES: Tracker = Tracker::bounded("refreshes", 8);

impl MaxAge for Token {
    const MAX_AGE: Duration = Duration::from_secs(5);

    fn remaining(&self) -> Option<Duration> {
        Some(self.expires.saturating_duration_since(Instant::now()))
    }
}

type Tokens = Arc<Fresh<Token, String>>;

#[detached(timeout = "15s", track = UPLOADS)]
async fn upload_later(db: Db, tokens: Tokens) -> Result<(), FreshError<String>> {
    wait_for_the_store().await;
    let token = tokens.get().await?; // valid now, whenever that is
    upload(db, &token).await;
    Ok(())
}

pub(crate) fn tokens(provider: Provider) -> Tokens {
    tokens_after(seconds(1), provider)
}

/// The provider issues a token, and its answer is a while on its way.
pub(crate) fn tokens_after(answer: Duration, provider: Provider) -> Tokens {
    let refresh = move || {
        let token = provider.issue();
        async move {
            sleep(answer).await;
            Ok((token, seconds(5)))
        }
    };
    Arc::new(Fresh::new("token", &REFRESHES, seconds(10), refresh))
}

pub(crate) fn handler(db: Db, tokens: &Tokens) {
    upload_later(db, Arc::clone(tokens));
}

#[detached(timeout = "4s", track = UPLOADS)]
async fn upload_at_once(token: Token) {
    upload(Db::that_takes(seconds(1)), &token).await;
}

pub(crate) fn uploads_at_once(token: Token) {
    upload_at_once(token);
}

/// Says nothing of its field.
struct Job {
    token: Token,
}

#[detached(timeout = "15s", track = UPLOADS)]
async fn upload_job(db: Db, job: Job) {
    wait_for_the_store().await;
    upload(db, &job.token).await;
}

pub(crate) fn in_a_struct(db: Db, provider: &Provider) {
    upload_job(db, Job { token: provider.issue() });
}
