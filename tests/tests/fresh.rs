//! A credential is valid when it is given, and one refresh is enough for all who ask.

use std::fmt;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use outlive::{Context, Fresh, FreshError, OwnedTracker, Rejected, TaskError, TaskOwner, Tracker, sites};
use outlive_tests::Trace;
use proptest::collection::vec;
use proptest::prelude::*;
use tokio::runtime::Builder;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, sleep_until, timeout};

static AUTH: Tracker = Tracker::unbounded("auth");

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// Lets what is ready run.
async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}

/// An identity provider: it numbers its tokens, takes a second for each, and says no when it is down.
#[derive(Clone, Default)]
struct Provider {
    asked: Arc<AtomicUsize>,
    down: Arc<AtomicBool>,
}

impl Provider {
    fn asked(&self) -> usize {
        self.asked.load(SeqCst)
    }

    async fn issue(self) -> Result<(usize, Duration), String> {
        let number = self.asked.fetch_add(1, SeqCst) + 1;
        sleep(SECOND).await;
        if self.down.load(SeqCst) { Err(format!("no token {number}")) } else { Ok((number, MINUTE)) }
    }

    fn token(&self) -> Fresh<usize, String> {
        let provider = self.clone();
        Fresh::new("token", &AUTH, 5 * SECOND, move || provider.clone().issue())
    }
}

// What one who asks gets.

#[tokio::test(start_paused = true)]
async fn a_credential_is_kept_until_it_expires() {
    let provider = Provider::default();
    let token = provider.token();
    assert_eq!(provider.asked(), 0, "nobody has asked");
    let start = Instant::now();
    assert_eq!(token.get().await.unwrap(), 1);
    assert_eq!(start.elapsed(), SECOND);
    assert_eq!(token.get().await.unwrap(), 1);
    assert_eq!((start.elapsed(), provider.asked()), (SECOND, 1));
}

#[tokio::test(start_paused = true)]
async fn its_time_counts_from_when_the_refresh_began() {
    let provider = Provider::default();
    let token = provider.token();
    let start = Instant::now();
    assert_eq!(token.get().await.unwrap(), 1);
    sleep(Duration::from_millis(58_999)).await;
    assert_eq!(token.get().await.unwrap(), 1);
    sleep(Duration::from_millis(1)).await;
    assert_eq!(start.elapsed(), MINUTE);
    assert_eq!(token.get().await.unwrap(), 2, "it may have been issued a minute ago");
    assert_eq!(start.elapsed(), MINUTE + SECOND);
}

#[tokio::test(start_paused = true)]
async fn what_had_expired_when_it_came_is_an_error() {
    let token = Fresh::<_, String>::new("short-lived", &AUTH, 5 * SECOND, || async {
        sleep(SECOND).await;
        Ok(("token", SECOND))
    });
    let error = token.get().await.unwrap_err();
    assert!(matches!(error, FreshError::Expired));
    assert_eq!(error.to_string(), "the refresh gave what had expired by then");
}

#[tokio::test(start_paused = true)]
async fn a_credential_may_be_valid_for_ever() {
    let token = Fresh::<_, String>::new("for ever", &AUTH, SECOND, || async { Ok(("token", Duration::MAX)) });
    assert_eq!(token.get().await.unwrap(), "token");
    sleep(1_000 * MINUTE).await;
    assert_eq!(token.get().await.unwrap(), "token");
}

// Several who ask.

#[tokio::test(start_paused = true)]
async fn those_who_ask_at_once_share_a_refresh() {
    let provider = Provider::default();
    let token = provider.token();
    let start = Instant::now();
    let (one, two, late) = tokio::join!(token.get(), token.get(), async {
        sleep(SECOND / 2).await;
        token.get().await
    });
    assert_eq!((one.unwrap(), two.unwrap(), late.unwrap()), (1, 1, 1));
    assert_eq!((provider.asked(), start.elapsed()), (1, SECOND));
}

#[tokio::test(start_paused = true)]
async fn who_goes_away_leaves_the_refresh_to_the_others() {
    let provider = Provider::default();
    let token = provider.token();
    let (hasty, patient) = tokio::join!(timeout(SECOND / 2, token.get()), token.get());
    assert!(hasty.is_err());
    assert_eq!(patient.unwrap(), 1);

    token.invalidate(|_| true);
    assert!(timeout(SECOND / 2, token.get()).await.is_err());
    sleep(SECOND).await;
    let start = Instant::now();
    assert_eq!(token.get().await.unwrap(), 2, "kept, though nobody waited");
    assert_eq!((provider.asked(), start.elapsed()), (2, Duration::ZERO));
}

#[test]
fn a_refresh_that_has_just_ended_is_not_done_again() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for _ in 0..500 {
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        let token = Arc::new(Fresh::<_, String>::new("just ended", &AUTH, SECOND, move || {
            let number = counted.fetch_add(1, SeqCst) + 1;
            async move { Ok((number, MINUTE)) }
        }));
        let asking: Vec<_> = (0..8)
            .map(|_| {
                let token = Arc::clone(&token);
                runtime.spawn(async move { token.get().await })
            })
            .collect();
        for one in asking {
            assert_eq!(runtime.block_on(one).unwrap().unwrap(), 1);
        }
        assert_eq!(asked.load(SeqCst), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_carries_no_callers_values() {
    struct UserId;
    let token = Fresh::<_, String>::new("no values", &AUTH, SECOND, || {
        let in_the_call = Context::current().get::<UserId>().is_some();
        async move { Ok(((in_the_call, Context::current().get::<UserId>().is_some()), MINUTE)) }
    });
    let user = Context::root().with(UserId);
    assert_eq!(user.scope(token.get()).await.unwrap().unwrap(), (false, false));
}

// Ahead of time.

#[tokio::test(start_paused = true)]
async fn ahead_of_time_nobody_waits() {
    let provider = Provider::default();
    let token = provider.token().ahead(10 * SECOND);
    let start = Instant::now();
    assert_eq!(token.get().await.unwrap(), 1);
    sleep(Duration::from_millis(48_999)).await;
    assert_eq!(token.get().await.unwrap(), 1);
    settle().await;
    assert_eq!(provider.asked(), 1, "it is not time yet");
    sleep(Duration::from_millis(1)).await;
    assert_eq!(start.elapsed(), 50 * SECOND);
    for _ in 0..5 {
        assert_eq!(token.get().await.unwrap(), 1, "the present one, at once");
        settle().await;
    }
    assert_eq!((provider.asked(), start.elapsed()), (2, 50 * SECOND));
    sleep(SECOND + Duration::from_millis(1)).await;
    let start = Instant::now();
    assert_eq!(token.get().await.unwrap(), 2);
    assert_eq!((provider.asked(), start.elapsed()), (2, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_fails_ahead_of_time_leaves_the_present_one_until_that_expires() {
    let trace = Trace::record();
    let provider = Provider::default();
    let token = provider.token().ahead(20 * SECOND);
    let start = Instant::now();
    assert_eq!(token.get().await.unwrap(), 1);
    provider.down.store(true, SeqCst);
    sleep(40 * SECOND).await;
    assert_eq!(token.get().await.unwrap(), 1);
    sleep(SECOND + Duration::from_millis(1)).await;
    let report = trace.report();
    assert_eq!(report.field("message"), "detached task failed, and nobody looked");
    assert_eq!((report.field("task"), report.field("cause")), ("token", "no token 2"));
    assert_eq!(token.get().await.unwrap(), 1);
    settle().await;
    assert_eq!(provider.asked(), 2, "not again at once");
    sleep(SECOND).await;
    assert_eq!(token.get().await.unwrap(), 1);
    settle().await;
    assert_eq!(provider.asked(), 3, "a tenth of the time has passed");
    sleep_until(start + MINUTE).await;
    let error = token.get().await.unwrap_err();
    assert!(matches!(&error, FreshError::Failed(text) if **text == "no token 4"));
    assert_eq!(error.to_string(), "the refresh failed: no token 4");
    provider.down.store(false, SeqCst);
    assert_eq!(token.get().await.unwrap(), 5);
}

#[tokio::test(start_paused = true)]
async fn who_finds_it_expired_waits_for_the_refresh_that_was_begun_ahead_of_time() {
    let provider = Provider::default();
    let token = provider.token().ahead(SECOND / 2);
    let start = Instant::now();
    assert_eq!(token.get().await.unwrap(), 1);
    sleep(Duration::from_millis(58_500)).await;
    assert_eq!(token.get().await.unwrap(), 1, "and one begins");
    sleep(SECOND / 2).await;
    assert_eq!(token.get().await.unwrap(), 2);
    assert_eq!((provider.asked(), start.elapsed()), (2, MINUTE + SECOND / 2));
}

#[tokio::test(start_paused = true)]
async fn a_time_ahead_that_is_longer_than_the_validity_is_no_storm() {
    let provider = Provider::default();
    let token = provider.token().ahead(10 * MINUTE);
    for _ in 0..50 {
        assert!(token.get().await.is_ok());
        sleep(SECOND).await;
    }
    assert_eq!(provider.asked(), 2);
}

// Given up early.

#[tokio::test(start_paused = true)]
async fn what_a_server_refuses_is_given_up_once() {
    let provider = Provider::default();
    let token = provider.token();
    let sent = token.get().await.unwrap();
    token.invalidate(|present| *present == sent);
    assert_eq!(token.get().await.unwrap(), 2);
    // Another request comes back that was refused the first one as well.
    token.invalidate(|present| *present == sent);
    assert_eq!((token.get().await.unwrap(), provider.asked()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn giving_up_what_is_not_there_is_nothing() {
    let provider = Provider::default();
    let token = provider.token();
    token.invalidate(|_| unreachable!("there is none"));
    assert_eq!(token.get().await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_looks_may_come_back() {
    let provider = Provider::default();
    let token = Arc::new(provider.token());
    assert_eq!(token.get().await.unwrap(), 1);
    let again = Arc::clone(&token);
    token.invalidate(|present| {
        again.invalidate(|inner| inner == present);
        true
    });
    assert_eq!(token.get().await.unwrap(), 2);
}

#[test]
fn what_has_come_while_somebody_looked_is_not_given_up() {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let provider = Provider::default();
    let token = provider.token();
    assert_eq!(runtime.block_on(token.get()).unwrap(), 1);
    token.invalidate(|present| {
        token.invalidate(|_| true);
        assert_eq!(runtime.block_on(token.get()).unwrap(), 2);
        *present == 1
    });
    assert_eq!(runtime.block_on(token.get()).unwrap(), 2);
    assert_eq!(provider.asked(), 2);
}

// How a refresh ends otherwise.

#[tokio::test(start_paused = true)]
async fn an_err_is_given_to_all_who_wait_and_the_next_tries_again() {
    let trace = Trace::record();
    let provider = Provider::default();
    provider.down.store(true, SeqCst);
    let token = provider.token();
    let (one, other) = tokio::join!(token.get(), token.get());
    for result in [one, other] {
        assert!(matches!(result, Err(FreshError::Failed(text)) if *text == "no token 1"));
    }
    assert!(trace.reports().is_empty(), "it was taken");
    provider.down.store(false, SeqCst);
    assert_eq!(token.get().await.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_gives_nothing_is_a_typed_error() {
    let hangs = Fresh::<u32, String>::new("hangs", &AUTH, SECOND, pending);
    let error = hangs.get().await.unwrap_err();
    let shown = error.to_string();
    assert!(shown.starts_with("the refresh gave no answer: timed out after 1s: `"), "{shown}");

    let panics = Fresh::<u32, String>::new("panics", &AUTH, SECOND, || async { panic!("no provider") });
    let error = panics.get().await.unwrap_err();
    assert!(matches!(&error, FreshError::NoAnswer(error) if matches!(**error, TaskError::Panicked(_))));

    // Also where it does not come as far as a future.
    let breaks =
        Fresh::<u32, String>::new("breaks", &AUTH, SECOND, || -> std::future::Ready<_> { panic!("no client") });
    let error = breaks.get().await.unwrap_err();
    let shown = error.to_string();
    assert!(shown.starts_with("the refresh gave no answer: panicked: no client: `"), "{shown}");
    assert_eq!(sites().find(|site| site.name() == "breaks").unwrap().counts().panicked, 1);
}

#[tokio::test(start_paused = true)]
async fn a_drained_tracker_refuses_the_refresh_and_not_the_present_one() {
    let tracker = Arc::new(Tracker::bounded("drained", 1));
    let token = Fresh::<_, String>::tracked_by("drained", &tracker, SECOND, || async { Ok(("token", MINUTE)) });
    let token = token.ahead(SECOND);
    let trace = Trace::record();
    assert_eq!(token.get().await.unwrap(), "token");
    assert!(tracker.drain().await.is_clean());
    sleep(59 * SECOND).await;
    for _ in 0..3 {
        assert_eq!(token.get().await.unwrap(), "token");
    }
    assert_eq!(trace.report().field("message"), "detached call was refused, and nobody looked");
    sleep(SECOND).await;
    let error = token.get().await.unwrap_err();
    let FreshError::NoAnswer(error) = error else { panic!("{error}") };
    assert!(matches!(*error, TaskError::Rejected(Rejected::Draining)));
}

#[tokio::test(start_paused = true)]
async fn any_error_can_be_that_of_a_refresh() {
    let token = Fresh::<u32>::new("boxed", &AUTH, SECOND, || async {
        let text = String::from_utf8(vec![0xFF])?;
        Ok((text.parse()?, MINUTE))
    });
    let error: Box<dyn std::error::Error + Send + Sync> = token.get().await.unwrap_err().into();
    assert!(error.to_string().starts_with("the refresh failed: invalid utf-8"), "{error}");
}

#[derive(Clone, TaskOwner)]
struct Client {
    tasks: OwnedTracker,
    token: Arc<Fresh<u32, String>>,
}

#[tokio::test]
async fn a_service_drains_its_refreshes() {
    let tasks = OwnedTracker::bounded("client", 8);
    let token = Fresh::owned_by("client", &tasks, SECOND, || async { Ok((7, MINUTE)) });
    let client = Client { tasks, token: Arc::new(token) };
    assert_eq!(client.token.get().await.unwrap(), 7);
    client.token.invalidate(|_| true);
    assert!(client.shutdown().await.is_clean());
    assert!(matches!(client.token.get().await, Err(FreshError::NoAnswer(_))));
}

#[test]
fn what_it_shows_is_not_the_credential() {
    let token = Fresh::<_, String>::new("shown", &AUTH, SECOND, || async { Ok(("secret", MINUTE)) });
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    assert_eq!(runtime.block_on(token.get()).unwrap(), "secret");
    let shown = format!("{token:?}");
    assert!(shown.contains("shown") && !shown.contains("secret"), "{shown}");
}

#[test]
#[should_panic(expected = "`token` may take 21s, but a drain of its tracker waits 20s")]
fn a_timeout_that_the_drain_does_not_cover_is_refused() {
    drop(Fresh::<u32, String>::new("token", &AUTH, Duration::from_secs(21), pending));
}

#[tokio::test]
async fn its_site_is_where_it_was_made() {
    let token = Fresh::<_, String>::new("made here", &AUTH, SECOND, || async { Ok((1, MINUTE)) });
    let line = line!() - 1;
    token.get().await.unwrap();
    let site = sites().find(|site| site.name() == "made here").unwrap();
    assert_eq!((site.file(), site.line()), ("tests/tests/fresh.rs", line));
}

#[tokio::test]
async fn a_credential_that_is_replaced_is_dropped_where_its_code_may_come_back() {
    #[derive(Clone)]
    struct Token(Arc<Comes>);
    struct Comes(std::sync::Weak<Fresh<Token, Never>>);
    #[derive(Debug)]
    struct Never;
    impl fmt::Display for Never {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            Ok(())
        }
    }
    impl Drop for Comes {
        fn drop(&mut self) {
            if let Some(token) = self.0.upgrade() {
                token.invalidate(|present| Arc::strong_count(&present.0) == 0);
            }
        }
    }

    let token = Arc::new_cyclic(|itself: &std::sync::Weak<Fresh<Token, Never>>| {
        let itself = itself.clone();
        Fresh::new("comes back", &AUTH, SECOND, move || {
            let itself = itself.clone();
            // Valid for so short that each one replaces the one before.
            async move { Ok((Token(Arc::new(Comes(itself))), Duration::ZERO)) }
        })
    });
    for _ in 0..3 {
        assert!(matches!(token.get().await, Err(FreshError::Expired)));
    }
}

// Against a model.

#[derive(Clone, Copy, Debug)]
enum Step {
    Get,
    Pass(u64),
    Refuse(bool),
    Down(bool),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Get),
        4 => (1_u64..50).prop_map(Step::Pass),
        1 => any::<bool>().prop_map(Step::Refuse),
        1 => any::<bool>().prop_map(Step::Down),
    ];
    vec(step, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// One who asks, again and again, as time passes, with the refresh done at once.
    #[test]
    fn what_is_given_is_valid_and_as_old_as_it_may_be(steps in steps(), ahead in 0_u64..30) {
        const VALID: u64 = 60;
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let (asked, down) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
            let token = {
                let (asked, down) = (Arc::clone(&asked), Arc::clone(&down));
                Fresh::new("modelled", &AUTH, SECOND, move || {
                    let number = asked.fetch_add(1, SeqCst) + 1;
                    let result = if down.load(SeqCst) { Err(number) } else { Ok((number, Duration::from_secs(VALID))) };
                    async move { result }
                })
            };
            let token = token.ahead(Duration::from_secs(ahead));
            // In tenths of seconds, as the pause is.
            let (mut now, mut count, mut pause) = (0, 0, 0);
            let mut present: Option<(usize, u64)> = None;
            for step in steps {
                match step {
                    Step::Pass(seconds) => {
                        sleep(Duration::from_secs(seconds)).await;
                        now += seconds * 10;
                    }
                    Step::Down(is_down) => down.store(is_down, SeqCst),
                    Step::Refuse(is_present) => {
                        token.invalidate(|_| is_present);
                        present = present.filter(|_| !is_present);
                    }
                    Step::Get => {
                        let given = token.get().await;
                        settle().await;
                        let is_down = down.load(SeqCst);
                        let issued = now + VALID * 10;
                        if let Some((number, expires)) = present.filter(|(_, expires)| now < *expires) {
                            assert_eq!(given.unwrap(), number);
                            if now + ahead * 10 >= expires && now >= pause {
                                pause = now + ahead;
                                count += 1;
                                present = Some(if is_down { (number, expires) } else { (count, issued) });
                            }
                        } else {
                            count += 1;
                            if is_down {
                                assert!(matches!(given, Err(FreshError::Failed(number)) if *number == count));
                            } else {
                                assert_eq!(given.unwrap(), count);
                                present = Some((count, issued));
                            }
                        }
                    }
                }
                assert_eq!(asked.load(SeqCst), count);
            }
        });
    }
}
