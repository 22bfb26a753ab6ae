//! The report of an `Err` says what has led to it, in one line and each thing once, whatever type the error has.

use std::error::Error;
use std::fmt::{self, Display};
use std::io;
use std::panic::panic_any;
use std::sync::Arc;
use std::time::Duration;

use outlive::{CancelCause, Fresh, Singleflight, TaskError, TaskHandle, Tracker, detach, detached};
use outlive_tests::Trace;
use tokio::task::yield_now;

static TASKS: Tracker = Tracker::unbounded("tasks");

/// `error sending request for url (http://store/)`, and what has led to it.
#[derive(Debug)]
struct Request {
    text: &'static str,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl Error for Request {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionRefused, "connection refused")
}

fn request() -> Request {
    let connect = Request { text: "tcp connect", source: Some(refused().into()) };
    Request { text: "error sending request for url (http://store/)", source: Some(connect.into()) }
}

const CHAIN: &str = "error sending request for url (http://store/): tcp connect: connection refused";

/// What the report of the dropped call says.
async fn cause_of<T>(trace: &Trace, call: impl FnOnce() -> TaskHandle<T>) -> String {
    drop(call());
    for _ in 0..10 {
        yield_now().await;
    }
    trace.report().field("cause").to_owned()
}

#[tokio::test(start_paused = true)]
async fn an_error_is_reported_with_its_sources_whatever_holds_it() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn plain() -> Result<(), Request> {
        Err(request())
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn boxed() -> Result<(), Box<dyn Error + Send + Sync>> {
        Err(request().into())
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn sent() -> Result<(), Box<dyn Error + Send>> {
        Err(Box::new(request()))
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn shared() -> Result<(), Arc<dyn Error + Send + Sync>> {
        Err(Arc::new(request()))
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn generic<E: Error + Send + 'static>(error: E) -> Result<(), E> {
        Err(error)
    }

    let trace = Trace::record();
    assert_eq!(cause_of(&trace, plain).await, CHAIN);
    assert_eq!(cause_of(&trace, boxed).await, CHAIN);
    assert_eq!(cause_of(&trace, sent).await, CHAIN);
    assert_eq!(cause_of(&trace, shared).await, CHAIN);
    assert_eq!(cause_of(&trace, || generic(request())).await, CHAIN);
    assert_eq!(
        cause_of(&trace, || detach!(timeout = "5s", track = TASKS, async { Err::<(), _>(request()) })).await,
        CHAIN
    );
}

#[tokio::test(start_paused = true)]
async fn what_an_error_says_of_its_source_is_not_said_twice() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn fails(error: Request) -> Result<(), Request> {
        Err(error)
    }

    let trace = Trace::record();
    let said = Request { text: "the store: connection refused", source: Some(refused().into()) };
    assert_eq!(cause_of(&trace, || fails(said)).await, "the store: connection refused");
    let part = Request { text: "the portal", source: Some("port".into()) };
    assert_eq!(cause_of(&trace, || fails(part)).await, "the portal: port");
}

#[tokio::test(start_paused = true)]
async fn a_chain_without_end_ends() {
    #[derive(Debug)]
    struct Round;

    impl Display for Round {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("round")
        }
    }

    impl Error for Round {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(self)
        }
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn fails() -> Result<(), Round> {
        Err(Round)
    }

    let trace = Trace::record();
    assert_eq!(cause_of(&trace, fails).await, "round: …");
}

#[tokio::test(start_paused = true)]
async fn what_only_shows_itself_is_shown_as_it_was() {
    #[derive(Debug)]
    struct Debugged;

    #[detached(timeout = "5s", track = TASKS)]
    async fn text() -> Result<(), String> {
        Err("no error, and a text".to_owned())
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn debugged() -> Result<(), Debugged> {
        Err(Debugged)
    }

    let trace = Trace::record();
    assert_eq!(cause_of(&trace, text).await, "no error, and a text");
    assert_eq!(cause_of(&trace, debugged).await, "Debugged");
}

#[tokio::test(start_paused = true)]
async fn a_cause_of_a_cancellation_says_its_sources_once() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn cancelled() -> Result<(), TaskError> {
        Err(TaskError::Cancelled(CancelCause::Other(Arc::new(request()))))
    }

    let cause = CancelCause::Other(Arc::new(request()));
    assert_eq!(cause.to_string(), CHAIN);
    let error = TaskError::Cancelled(cause);
    assert_eq!(error.to_string(), format!("aborted: {CHAIN}"));
    assert_eq!(error.source().unwrap().to_string(), "error sending request for url (http://store/)");

    let trace = Trace::record();
    assert_eq!(cause_of(&trace, cancelled).await, format!("aborted: {CHAIN}"));
}

#[tokio::test(start_paused = true)]
async fn an_error_that_is_thrown_says_what_it_is() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn throws(boxed: bool) {
        if boxed {
            panic_any(Box::<dyn Error + Send + Sync>::from(request()));
        }
        panic_any(refused());
    }

    let trace = Trace::record();
    assert_eq!(cause_of(&trace, || throws(false)).await, "connection refused");
    assert_eq!(cause_of(&trace, || throws(true)).await, CHAIN);
    let Err(TaskError::Panicked(panic)) = throws(false).await else { panic!() };
    assert_eq!(panic.message(), "connection refused");
    assert_eq!(panic.into_payload().downcast::<io::Error>().unwrap().kind(), io::ErrorKind::ConnectionRefused);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_fails_says_what_has_led_to_it() {
    static AUTH: Tracker = Tracker::bounded("auth", 1);

    let fresh: Fresh<u8> = Fresh::new("token", &AUTH, Duration::from_secs(1), || async { Err(request().into()) });
    let error = fresh.get().await.unwrap_err();
    assert_eq!(error.to_string(), format!("the refresh failed: {CHAIN}"));

    let own: Fresh<u8, io::Error> = Fresh::new("own", &AUTH, Duration::from_secs(1), || async {
        Err(io::Error::other(Request { text: "store", source: Some(refused().into()) }))
    });
    let error = own.get().await.unwrap_err();
    assert_eq!(error.to_string(), "the refresh failed: store: connection refused");
}

#[tokio::test(start_paused = true)]
async fn so_does_work_that_nobody_has_taken() {
    static CACHE: Tracker = Tracker::bounded("cache", 1);

    let users: Singleflight<u8, Result<u8, Arc<Request>>> =
        Singleflight::new("users", &CACHE, Duration::from_secs(1)).fallible_with_sources();
    let trace = Trace::record();
    let mut run = Box::pin(users.run(1, async {
        yield_now().await;
        Err(Arc::new(request()))
    }));
    assert!(futures_poll(&mut run).await, "it is under way");
    drop(run);
    for _ in 0..10 {
        yield_now().await;
    }
    assert_eq!(trace.report().field("cause"), CHAIN);
}

/// Polls once. Whether it waits.
async fn futures_poll<F: Future + Unpin>(future: &mut F) -> bool {
    std::future::poll_fn(|cx| std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(cx).is_pending())).await
}
