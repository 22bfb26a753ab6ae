//! What anyhow, eyre and thiserror know of an error's sources stands in its report, each thing once.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use outlive::{TaskHandle, Tracker, detached};
use tokio::task::yield_now;

static TASKS: Tracker = Tracker::unbounded("tasks");

#[derive(thiserror::Error, Debug)]
#[error("the store is away: {0}")]
struct Shown(#[source] Connect);

#[derive(thiserror::Error, Debug)]
#[error("the store is away")]
struct Hidden(#[source] Connect);

#[derive(thiserror::Error, Debug)]
#[error("tcp connect")]
struct Connect(#[from] io::Error);

#[derive(thiserror::Error, Debug)]
#[error(transparent)]
struct Through(Hidden);

fn connect() -> Connect {
    Connect(io::Error::new(io::ErrorKind::ConnectionRefused, "connection refused"))
}

#[detached(timeout = "5s", track = TASKS)]
async fn shown() -> Result<(), Shown> {
    Err(Shown(connect()))
}

#[detached(timeout = "5s", track = TASKS)]
async fn hidden() -> Result<(), Hidden> {
    Err(Hidden(connect()))
}

#[detached(timeout = "5s", track = TASKS)]
async fn through() -> Result<(), Through> {
    Err(Through(Hidden(connect())))
}

#[detached(timeout = "5s", track = TASKS)]
async fn by_anyhow() -> anyhow::Result<()> {
    Err(anyhow::Error::new(connect()).context("the store is away"))
}

#[detached(timeout = "5s", track = TASKS)]
async fn by_eyre() -> eyre::Result<()> {
    Err(eyre::Report::new(connect()).wrap_err("the store is away"))
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

/// What the report of the dropped call says.
async fn cause_of<T>(log: &Log, call: impl FnOnce() -> TaskHandle<T>) -> String {
    drop(call());
    for _ in 0..10 {
        yield_now().await;
    }
    let line: serde_json::Value = serde_json::from_slice(&std::mem::take(&mut *log.0.lock().unwrap())).unwrap();
    line["fields"]["cause"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn they_are_said_whichever_crate_holds_them() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    assert_eq!(cause_of(&log, shown).await, "the store is away: tcp connect: connection refused");
    assert_eq!(cause_of(&log, hidden).await, "the store is away: tcp connect: connection refused");
    assert_eq!(cause_of(&log, through).await, "the store is away: tcp connect: connection refused");
    assert_eq!(cause_of(&log, by_anyhow).await, "the store is away: tcp connect: connection refused");
    assert_eq!(cause_of(&log, by_eyre).await, "the store is away: tcp connect: connection refused");
}
