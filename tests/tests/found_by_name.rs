//! A report is found by its function's name, in its task's span and outside of it, and has that name once.

use std::io::{self, Write};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use outlive::{Tracker, detached};
use tokio::time::sleep;
use tracing::subscriber::set_default;
use tracing::{Dispatch, Instrument, info_span};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

static AUDIT: Tracker = Tracker::unbounded("audit");

#[detached(timeout = "1s", track = AUDIT)]
async fn write_audit(takes: Duration) -> Result<(), &'static str> {
    sleep(takes).await;
    Err("disk full")
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

type Format = fn(Log) -> Box<dyn Layer<Registry> + Send + Sync>;

/// The lines of three reports, with that format and that filter: one in the task's span and two outside of it.
async fn reported(format: Format, filter: &str) -> Vec<String> {
    static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(tracing_subscriber::registry()));
    LazyLock::force(&SECOND);
    let log = Log::default();
    let layer = format(log.clone()).with_filter(EnvFilter::new(filter));
    let _guard = set_default(tracing_subscriber::registry().with(layer));
    let in_its_span = write_audit(Duration::MAX).await;
    assert!(in_its_span.is_err());
    for caller in [None, Some("request")] {
        let ended = write_audit(Duration::ZERO);
        AUDIT.idle().await;
        let let_go = async { drop(ended) };
        match caller {
            Some(_) => let_go.instrument(info_span!("request")).await,
            None => let_go.await,
        }
    }
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[tokio::test(start_paused = true)]
async fn in_every_format_and_with_every_filter() {
    let full: Format = |log| fmt::layer().with_ansi(false).with_writer(log).boxed();
    let compact: Format = |log| fmt::layer().compact().with_ansi(false).with_writer(log).boxed();
    let json: Format = |log| fmt::layer().json().with_span_list(false).with_writer(log).boxed();
    for (name, format) in [("full", full), ("compact", compact), ("json", json)] {
        for filter in ["found_by_name=info", "found_by_name=warn"] {
            let lines = reported(format, filter).await;
            assert_eq!(lines.len(), 3, "{name}, {filter}: {lines:#?}");
            for line in lines {
                assert_eq!(line.matches("write_audit").count(), 1, "{name}, {filter}: {line}");
            }
        }
    }
}
