//! A text of 100 MB costs no second one: not as a panic, not as an error, not as a label.

use std::panic::panic_any;

use outlive::{Context, TaskError, Tracker, detached};
use peak_alloc::PeakAlloc;
use tokio::task::yield_now;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

static TASKS: Tracker = Tracker::unbounded("tasks");

const LONG: usize = 100_000_000;
/// What everything else may take.
const LITTLE: usize = 2_000_000;

#[detached(timeout = "5s", track = TASKS)]
async fn panics(text: String) {
    panic_any(text)
}

#[detached(timeout = "5s", track = TASKS)]
async fn fails(text: String) -> Result<(), String> {
    Err(text)
}

/// How much more than now was in use at once.
async fn peak_of(work: impl Future<Output = ()>) -> usize {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    work.await;
    MEMORY.peak_usage().saturating_sub(before)
}

// One test: the peak is the process's.
#[tokio::test]
async fn a_long_text_is_there_once() {
    std::panic::set_hook(Box::new(|_| ()));
    let subscriber = tracing_subscriber::fmt().with_writer(std::io::sink).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let long = || {
        // Not shrunk either.
        let mut text = String::with_capacity(LONG + LONG / 4);
        text.extend(std::iter::repeat_n("flood\n", LONG / 6));
        text
    };

    let text = long();
    let peak = peak_of(async {
        drop(panics(text));
        for _ in 0..10 {
            yield_now().await;
        }
    })
    .await;
    assert!(peak < LITTLE, "a panic that is reported: {peak}");

    let (text, length) = (long(), long().len());
    let peak = peak_of(async {
        let error = panics(text).await.unwrap_err();
        let shown = error.to_string();
        assert!(shown.contains("… (+99 MB): `panics`") && shown.len() < 5000, "{}", shown.len());
        assert!(format!("{error:?}").len() < 10_000);
        let TaskError::Panicked(panic) = error else { unreachable!() };
        assert_eq!(panic.message().len(), length);
        assert_eq!(panic.into_payload().downcast::<String>().unwrap().len(), length);
    })
    .await;
    assert!(peak < LITTLE, "one that is looked at: {peak}");

    let text = long();
    let peak = peak_of(async {
        drop(fails(text));
        for _ in 0..10 {
            yield_now().await;
        }
    })
    .await;
    assert!(peak < LITTLE, "an error: {peak}");

    let text = long();
    let peak = peak_of(async {
        let context = Context::root().with_label("agent", &text);
        let shown = format!("{context:?}");
        assert!(shown.contains("… (+99 MB)\"") && shown.len() < 500, "{shown}");
    })
    .await;
    assert!(peak < LITTLE, "a label: {peak}");
}
