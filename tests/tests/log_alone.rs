//! Where no subscriber of tracing's is set, its feature `log` writes to a logger instead: reports, too.

use std::sync::Mutex;

use log::{Level, LevelFilter, Log, Metadata, Record};
use outlive::{Context, Shutdown, Tracker, detached};

static TASKS: Tracker = Tracker::unbounded("the-tasks");

struct Lines(Mutex<Vec<(Level, String, String)>>);

static LINES: Lines = Lines(Mutex::new(Vec::new()));

impl Log for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "outlive"
    }

    fn log(&self, record: &Record<'_>) {
        let line = (record.level(), record.target().to_owned(), record.args().to_string());
        self.0.lock().unwrap().push(line);
    }

    fn flush(&self) {}
}

#[tokio::test(start_paused = true)]
async fn a_report_and_the_events_of_a_shutdown_go_to_the_logger() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn breaks() {
        panic!("no disk");
    }

    log::set_logger(&LINES).unwrap();
    log::set_max_level(LevelFilter::Info);
    let request = Context::root().with_label("request", "a1b2");
    request.scope(async { breaks().await.unwrap_err() }).await.unwrap();
    drop(Shutdown::new().run().await);
    let lines = LINES.0.lock().unwrap();
    let [(level, target, line), (begins, of, said), ended] = &**lines else { panic!("not three lines: {lines:#?}") };
    assert_eq!((*begins, &**of), (Level::Info, "outlive"));
    assert!(said.starts_with("shutdown begins"), "{said}");
    assert_eq!(*ended, (Level::Info, "outlive".to_owned(), "shutdown ended code=0 took=0s ended=0".to_owned()));
    assert_eq!((*level, &**target), (Level::Error, "outlive"));
    for part in ["detached task panicked", "breaks", "the-tasks", "request=a1b2", "no disk", "log_alone.rs"] {
        assert!(line.contains(part), "no `{part}` in: {line}");
    }
}
