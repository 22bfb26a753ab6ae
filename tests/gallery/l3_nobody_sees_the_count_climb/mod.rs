//! # L3. Nobody sees the count climb
//!
//! Level: R. Escapes: –
//!
//! In Go `runtime.NumGoroutine()` is one number for the whole process. It climbs for a week, and says nothing of who:
//!
//! ```go
//! log.Println(runtime.NumGoroutine()) // 48211
//! ```
//!
//! In Rust `num_alive_tasks()` is the same number.
//!
//! With outlive each annotated function has counters, called or not, and `sites()` lists them with file and line: the one
//! whose live count only climbs is the leak. Sampled at an interval, that is one alert rule for all of them.

mod naive;
mod outlive;

use tokio::time::sleep;

use crate::common::seconds;

/// Which of the two leaks: the feed that nobody ends, or the e-mails.
#[derive(Clone, Copy)]
pub(crate) enum Leak {
    Feeds,
    Mails,
}

/// One of two functions leaks two tasks a minute, while the other one's come and go. What does somebody see who looks
/// once a minute?
async fn seen<S>(leak: Leak, serve: impl Fn(Leak), look: impl Fn() -> S) -> Vec<S> {
    let mut seen = Vec::new();
    for _ in 0..10 {
        serve(leak);
        serve(leak);
        sleep(seconds(60)).await;
        seen.push(look());
    }
    seen
}

#[tokio::test(start_paused = true)]
async fn naive_shows_a_number_that_climbs_whoever_it_is() {
    let feeds = seen(Leak::Feeds, naive::serve, naive::look).await;
    assert_eq!(feeds, [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
}

#[tokio::test(start_paused = true)]
async fn naive_shows_the_same_number_for_the_other_leak() {
    let mails = seen(Leak::Mails, naive::serve, naive::look).await;
    assert_eq!(mails, [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
}

#[tokio::test(start_paused = true)]
async fn outlive_names_the_function_that_only_climbs() {
    for (leak, name) in [(Leak::Feeds, "follow_feed"), (Leak::Mails, "send_mail")] {
        let samples = seen(leak, outlive::serve, outlive::look).await;
        let climb = outlive::only_climb(&samples);
        let [site] = *climb else { panic!("{climb:?}") };
        assert_eq!((site.name(), site.file()), (name, file!().replace("mod.rs", "outlive.rs").as_str()));
        assert!(site.line() > 0);
    }
}
