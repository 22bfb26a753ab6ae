//! # 12. A captured credential expires before it is used
//!
//! Level: C + R. Escapes: tokens that are not typed as such; time in the queue
//!
//! In Go the closure captures the token that was valid when it was made. Retries, a queue, a slow store: it is not any more
//!
//! ```go
//! token := auth.Token()
//! go func() { time.Sleep(backoff); upload(ctx, token, file) }() // 401
//! ```
//!
//! In Rust it is a `String` that is moved into the task.
//!
//! With outlive a task is given a `Fresh`, and asks for the value when it needs it: one refresh is under way, for all who
//! ask. A type that goes stale says so (`MaxAge`), and as an argument of a function that may take longer it is refused
//! (`refused.rs`); what is left of its life is looked at in each call, and reported where it is too short.

mod naive;
mod outlive;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use ::outlive::FreshError;
use outlive_tests::Trace;
use tokio::time::{Instant, sleep};

use crate::common::{Db, seconds};

/// Valid for five seconds.
#[derive(Clone)]
pub(crate) struct Token {
    expires: Instant,
}

/// Who issues them, and counts them.
#[derive(Clone, Default)]
pub(crate) struct Provider(Arc<AtomicUsize>);

impl Provider {
    pub(crate) fn issue(&self) -> Token {
        self.0.fetch_add(1, Relaxed);
        Token { expires: Instant::now() + seconds(5) }
    }
}

/// The store is down at first: the write comes to it after ten seconds, and the store looks at the token.
pub(crate) async fn wait_for_the_store() {
    sleep(seconds(10)).await;
}

pub(crate) async fn upload(db: Db, token: &Token) {
    if Instant::now() < token.expires {
        db.insert(7).await;
    }
}

/// Ten requests upload, and ten more a minute later. How many rows are there, and how many tokens were issued?
async fn rows_and_tokens<S>(new: impl FnOnce(Provider) -> S, handler: impl Fn(Db, &S)) -> (usize, usize) {
    let (db, provider) = (Db::that_takes(seconds(1)), Provider::default());
    let state = new(provider.clone());
    for _ in 0..2 {
        for _ in 0..10 {
            handler(db.clone(), &state);
        }
        sleep(seconds(60)).await;
    }
    (db.rows().len(), provider.0.load(Relaxed))
}

#[tokio::test(start_paused = true)]
async fn naive_comes_with_a_token_that_has_expired() {
    assert_eq!(rows_and_tokens(|provider| provider, naive::handler).await, (0, 20));
}

#[tokio::test(start_paused = true)]
async fn outlive_comes_with_a_fresh_one_for_all_who_ask() {
    assert_eq!(rows_and_tokens(outlive::tokens, outlive::handler).await, (20, 2));
}

#[tokio::test(start_paused = true)]
async fn outlive_refreshes_once_for_all_who_come_while_it_does() {
    let provider = Provider::default();
    let tokens = outlive::tokens(provider.clone());
    for issued in 1..=2 {
        let (first, second, third) = tokio::join!(tokens.get(), tokens.get(), tokens.get());
        let expires = first.unwrap().expires;
        assert_eq!((second.unwrap().expires, third.unwrap().expires), (expires, expires));
        assert_eq!(provider.0.load(Relaxed), issued);
        sleep(seconds(60)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn outlive_gives_nobody_what_has_expired_on_its_way() {
    let tokens = outlive::tokens_after(seconds(6), Provider::default());
    assert!(matches!(tokens.get().await, Err(FreshError::Expired)));
}

#[tokio::test(start_paused = true)]
async fn outlive_reports_an_argument_that_will_not_last() {
    let trace = Trace::record();
    let token = Provider::default().issue();
    outlive::uploads_at_once(token.clone());
    assert!(trace.reports().is_empty(), "good for five seconds, of which it may take four");
    sleep(seconds(2)).await;
    outlive::uploads_at_once(token);
    let report = trace.report();
    assert_eq!(report.field("message"), "an argument may go stale before its task ends");
    assert_eq!((report.field("argument"), report.field("remaining")), ("token", "3s"));
}

#[tokio::test(start_paused = true)]
async fn what_escapes_is_a_token_of_another_type() {
    assert_eq!(rows_and_tokens(|provider| provider, outlive::in_a_struct).await, (0, 20));
}
