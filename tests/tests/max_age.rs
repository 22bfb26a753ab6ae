//! An argument that goes stale before its call's deadline is reported by name when the call begins, and the call goes on.
//! That the compiler refuses one that always does is in `ui-tests/`.

use std::sync::Arc;
use std::time::Duration;

use outlive::{Context, MaxAge, OwnedTracker, TaskOwner, Tracker, detached, owned_tasks};
use outlive_tests::{Event, Trace};
use tracing::Level;

static TASKS: Tracker = Tracker::unbounded("the-tasks");

const SECOND: Duration = Duration::from_secs(1);

/// Good for as long as it says, where it says so.
#[derive(Clone, Debug)]
struct Token {
    secret: String,
    remaining: Option<Duration>,
}

impl Token {
    fn new(remaining: Option<Duration>) -> Self {
        Self { secret: "secret".to_owned(), remaining }
    }

    fn good_for(remaining: Duration) -> Self {
        Self::new(Some(remaining))
    }
}

impl MaxAge for Token {
    const MAX_AGE: Duration = Duration::from_secs(300);

    fn remaining(&self) -> Option<Duration> {
        self.remaining
    }
}

/// Lives long enough, and cannot say how much of that is over.
struct Lease;

impl MaxAge for Lease {
    const MAX_AGE: Duration = Duration::from_secs(300);
}

#[detached(timeout = "4s", grace = "500ms", track = TASKS)]
async fn send(to: &'static str, token: Token, _lease: Lease) -> usize {
    to.len() + token.secret.len()
}

fn names(event: &Event) -> (&str, &str, &str) {
    (event.field("argument"), event.field("remaining"), event.field("may_take"))
}

#[tokio::test]
async fn an_argument_that_does_not_last_until_the_deadline_is_reported_and_the_call_goes_on() {
    let trace = Trace::record();
    let request = Context::root().with_label("request", "a1b2");
    let handle = request.scope(async { Some(send("ada", Token::good_for(4 * SECOND), Lease)) }).await.unwrap().unwrap();
    let event = trace.report();
    assert_eq!((event.level, event.field("message")), (Level::WARN, "an argument may go stale before its task ends"));
    assert_eq!((event.field("task"), event.field("tracker")), ("send", "the-tasks"));
    let line = handle.site().line().to_string();
    assert_eq!((event.field("file"), event.field("line")), ("tests/tests/max_age.rs", &*line));
    assert_eq!(names(&event), ("token", "4s", "4.5s"));
    assert_eq!((event.field("labels"), event.field("suppressed")), ("request=a1b2", "0"));
    assert_eq!(handle.await.unwrap(), 9);
    assert!(trace.reports().is_empty(), "once");
}

#[tokio::test]
async fn an_argument_that_lasts_or_does_not_say_is_not_reported() {
    let trace = Trace::record();
    for token in [Token::new(None), Token::good_for(4500 * SECOND / 1000), Token::good_for(Duration::MAX)] {
        send("ada", token, Lease).await.unwrap();
    }
    assert!(trace.reports().is_empty());
}

#[detached(timeout = timeout, max_timeout = "15s", grace = "1s", track = TASKS)]
async fn within(timeout: Duration, token: Token) -> (Duration, Token) {
    (timeout, token)
}

/// The call's own timeout is what counts, up to the longest that it may have; and its grace.
#[tokio::test(start_paused = true)]
async fn what_counts_is_the_deadline_of_the_call() {
    let trace = Trace::record();
    for timeout in [1, 2_000, 15_000, 60_000].map(Duration::from_millis) {
        let deadline = timeout.min(15 * SECOND) + SECOND;
        for (remaining, is_stale) in [
            (Duration::ZERO, true),
            (deadline.saturating_sub(Duration::from_nanos(1)), true),
            (deadline, false),
            (deadline + SECOND, false),
        ] {
            within(timeout, Token::good_for(remaining)).await.unwrap();
            assert_eq!(trace.reports().len(), usize::from(is_stale), "{remaining:?} of {deadline:?}");
        }
        // Another window of the site's allowance.
        tokio::time::advance(60 * SECOND).await;
    }
}

#[tokio::test]
async fn what_holds_it_lives_as_long() {
    #[detached(timeout = "4s", track = TASKS)]
    async fn optional(token: Option<Token>) {
        drop(token);
    }

    #[detached(timeout = "4s", track = TASKS)]
    async fn shared(token: Arc<Token>, boxed: Box<Token>) {
        drop((token, boxed));
    }

    #[detached(timeout = "4s", track = TASKS)]
    async fn several(tokens: Vec<Token>, more: [Token; 2]) {
        drop((tokens, more));
    }

    #[detached(timeout = "4s", track = TASKS)]
    async fn apart((to, token): (&'static str, (u8, Token))) {
        drop((to, token));
    }

    #[detached(timeout = "4s", track = TASKS, blocking)]
    fn blocks<T: Send + 'static>(_token: Token, more: T) {
        drop(more);
    }

    let stale = Token::good_for(SECOND);
    let fine = Token::good_for(5 * SECOND);
    let trace = Trace::record();
    optional(None);
    assert!(trace.reports().is_empty(), "what is not there");
    optional(Some(stale.clone()));
    assert_eq!(names(&trace.report()), ("token", "1s", "4s"));
    shared(Arc::new(stale.clone()), Box::new(fine.clone()));
    assert_eq!(names(&trace.report()), ("token", "1s", "4s"));
    shared(Arc::new(fine.clone()), Box::new(stale.clone()));
    assert_eq!(names(&trace.report()), ("boxed", "1s", "4s"));
    several(vec![fine.clone(), stale.clone(), Token::new(None)], [fine.clone(), fine.clone()]);
    assert_eq!(names(&trace.report()), ("tokens", "1s", "4s"));
    several(Vec::new(), [fine, stale.clone()]);
    assert_eq!(names(&trace.report()), ("more", "1s", "4s"));
    apart(("ada", (7, stale.clone())));
    assert_eq!(names(&trace.report()), ("(to, token)", "1s", "4s"));
    blocks(stale.clone(), stale);
    assert_eq!(names(&trace.report()), ("_token", "1s", "4s"), "of a type parameter nothing is known");
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[detached(timeout = "4s")]
    async fn send(&self, token: Token) {
        drop(token);
    }
}

impl Token {
    #[detached(timeout = "4s", track = TASKS)]
    async fn spend(self, other: Self) {
        drop(other);
    }
}

#[tokio::test]
async fn a_method_is_no_exception() {
    let trace = Trace::record();
    let server = Server { tasks: OwnedTracker::bounded("server", 64) };
    server.send(Token::good_for(SECOND)).await.unwrap();
    let event = trace.report();
    assert_eq!(event.field("tracker"), "server");
    assert_eq!(names(&event), ("token", "1s", "4s"));
    Token::good_for(SECOND).spend(Token::good_for(5 * SECOND)).await.unwrap();
    assert_eq!(names(&trace.report()), ("self", "1s", "4s"));
    Token::good_for(5 * SECOND).spend(Token::good_for(2 * SECOND)).await.unwrap();
    assert_eq!(names(&trace.report()), ("other", "2s", "4s"));
}

/// It is looked at when the call has its place, and not before it waits for one.
#[tokio::test(start_paused = true)]
async fn a_producer_that_waits_is_told_after_it_has_waited() {
    static ONE: Tracker = Tracker::bounded("one", 1);

    #[detached(timeout = "4s", track = ONE)]
    async fn holds() {
        tokio::time::sleep(SECOND).await;
    }

    #[detached(timeout = "4s", track = ONE, when_full = wait)]
    async fn waits(token: Token) {
        drop(token);
    }

    let trace = Trace::record();
    holds();
    let call = waits(Token::good_for(SECOND));
    tokio::pin!(call);
    assert!(tokio::time::timeout(SECOND / 2, &mut call).await.is_err());
    assert!(trace.reports().is_empty());
    call.await.await.unwrap();
    assert_eq!(names(&trace.report()), ("token", "1s", "4s"));
}

#[tokio::test(start_paused = true)]
async fn a_storm_becomes_a_count() {
    #[detached(timeout = "4s", track = TASKS)]
    async fn send(token: Token) {
        drop(token);
    }

    let trace = Trace::record();
    for _ in 0..100 {
        send(Token::good_for(SECOND));
    }
    let storm = trace.reports().len();
    assert!((1..=10).contains(&storm), "{storm} events");
    tokio::time::advance(60 * SECOND).await;
    send(Token::good_for(SECOND));
    let suppressed: usize = trace.report().field("suppressed").parse().unwrap();
    assert_eq!(storm + suppressed + 1, 101);
}

/// The reports of failures have allowances of their own.
#[tokio::test(start_paused = true)]
async fn a_storm_hides_no_failure() {
    #[detached(timeout = "4s", track = TASKS)]
    async fn breaks(token: Token) {
        drop(token);
        panic!("broken");
    }

    let trace = Trace::record();
    for _ in 0..100 {
        breaks(Token::good_for(SECOND));
    }
    drop(trace.reports());
    tokio::time::sleep(SECOND / 2).await;
    let failures = trace.reports();
    assert!(!failures.is_empty());
    assert!(failures.iter().all(|event| event.field("message") == "detached task panicked"), "{failures:#?}");
}
