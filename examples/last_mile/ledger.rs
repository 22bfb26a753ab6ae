//! What the service has promised, and what it has kept: a file, buffered, as a log is.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs::{self, File};
use std::future::pending;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

#[derive(Clone)]
pub(crate) struct Ledger(Arc<Mutex<BufWriter<File>>>);

impl Ledger {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(Arc::new(Mutex::new(BufWriter::with_capacity(1 << 20, File::create(path)?)))))
    }

    fn lock(&self) -> MutexGuard<'_, BufWriter<File>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A store that takes its time. Of some rows it takes for ever.
    pub(crate) async fn write_slowly(&self, row: u32) -> io::Result<()> {
        sleep(Duration::from_millis(u64::from(row % 7) * 20)).await;
        if row % 20 == 13 {
            pending::<()>().await;
        }
        self.note("written", row, &"");
        Ok(())
    }

    pub(crate) fn note(&self, what: &str, row: u32, why: &dyn Display) {
        // In memory, until it is full.
        let _ = writeln!(self.lock(), "{what} {row} {why}");
    }

    pub(crate) fn flush(&self) -> io::Result<()> {
        self.lock().flush()
    }
}

/// What a ledger says in the end.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) accepted: BTreeSet<u32>,
    pub(crate) written: BTreeSet<u32>,
    pub(crate) named: BTreeSet<u32>,
    /// How many of those the drain has not let finish.
    pub(crate) cut: usize,
}

impl Account {
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        let mut account = Self::default();
        for line in fs::read_to_string(path)?.lines() {
            let mut words = line.split(' ');
            let (Some(what), Some(Ok(row))) = (words.next(), words.next().map(str::parse)) else { continue };
            account.cut += usize::from(what == "cut");
            let rows = match what {
                "accepted" => &mut account.accepted,
                "written" => &mut account.written,
                _ => &mut account.named,
            };
            rows.insert(row);
        }
        Ok(account)
    }

    /// Accepted, and neither written nor named.
    pub(crate) fn left(&self) -> usize {
        self.accepted.iter().filter(|row| !self.written.contains(row) && !self.named.contains(row)).count()
    }
}
