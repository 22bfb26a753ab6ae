//! The demonstration: the same clients, the same faults and the same signal for each of the three
//! services, and an account of what each of them left.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

use crate::ledger::{Cause, Ledger};
use crate::load::{self, Ends};
use crate::service::{Column, Stop};
use crate::store::{self, TempDir};
use crate::{Error, picture, table};

const REQUESTS: u32 = 520;
/// The signal comes when the service has accepted this many: in the middle of it.
const SIGNAL_AFTER: usize = 400;
/// What an orchestrator does with a service that does not end: nothing, so long; then it kills it.
const PATIENCE: Duration = Duration::from_secs(40);

/// What one service left behind. Every figure is a count of ids, or of clients.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) column: Column,
    pub(crate) ends: Ends,
    pub(crate) accepted: usize,
    pub(crate) rows: usize,
    named: BTreeMap<Cause, usize>,
    pub(crate) unaccounted: BTreeSet<u32>,
    pub(crate) report: Vec<String>,
}

impl Account {
    /// How many requests the service itself said had failed, and of this.
    pub(crate) fn named(&self, cause: Cause) -> usize {
        self.named.get(&cause).copied().unwrap_or(0)
    }

    #[cfg(test)]
    pub(crate) fn of(column: Column, accepted: usize, rows: usize, unaccounted: u32) -> Self {
        Self {
            column,
            ends: Ends::default(),
            accepted,
            rows,
            named: BTreeMap::new(),
            unaccounted: (0..unaccounted).collect(),
            report: Vec::new(),
        }
    }
}

/// Runs the three columns, prints the table, and fails if it does not show what it is to show.
pub(crate) async fn run(picture: Option<&Path>) -> Result<(), Error> {
    let dir = TempDir::new()?;
    println!(
        "The same service three times, {REQUESTS} HTTP clients each. Most clients hang up in mid-request.\n\
         The audit store is slow; some writes panic, some hang for good. After {SIGNAL_AFTER} requests comes\n\
         {}, with 3 seconds to drain: too few for what is waiting.\n",
        if cfg!(unix) { "SIGTERM" } else { "the end" }
    );
    tokio::select! {
        result = all_columns(dir.path(), picture) => result,
        () = Stop::OnSignal.asked() => Err("stopped by a signal".into()),
    }
}

async fn all_columns(dir: &Path, picture: Option<&Path>) -> Result<(), Error> {
    let mut accounts = Vec::new();
    for column in Column::ALL {
        let begun = Instant::now();
        let account = one_column(column, dir).await.map_err(|error| format!("{}: {error}", column.name()))?;
        println!("  {:<9}ran and ended by itself in {:.1?}", column.name(), begun.elapsed());
        accounts.push(account);
    }
    println!();
    table::print(&accounts);
    table::print_reports(&accounts);
    if let Some(file) = picture {
        fs::write(file, picture::svg(&accounts))?;
    }
    verdict(&accounts)
}

async fn one_column(column: Column, dir: &Path) -> Result<Account, Error> {
    let trail = dir.join(format!("{}.sqlite", column.argument()));
    let log = dir.join(format!("{}.log", column.argument()));
    let mut service = Command::new(env::current_exe()?)
        .args(["--column", column.argument(), "--trail"])
        .arg(&trail)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(File::create(&log)?)
        .kill_on_drop(true)
        .spawn()?;

    let life = timeout(PATIENCE, life_of(&mut service)).await;
    let (ledger, ends) =
        life.unwrap_or_else(|_| Err(format!("still there after {PATIENCE:?}").into())).map_err(|error| {
            let log = fs::read_to_string(&log).unwrap_or_default();
            format!("{error}\n{log}")
        })?;

    let rows: BTreeSet<u32> = store::rows(&trail).await?.into_iter().map(|(id, _)| id).collect();
    account(column, ends, &rows, ledger)
}

/// Reads what the service says until it has ended, with the clients and the signal meanwhile.
async fn life_of(service: &mut Child) -> Result<(Ledger, Ends), Error> {
    let mut input = service.stdin.take();
    let output = service.stdout.take().ok_or("no standard output")?;
    let mut lines = BufReader::new(output).lines();
    let mut ledger = Ledger::default();
    let mut clients = None;
    let mut signalled = false;

    while let Some(line) = lines.next_line().await? {
        ledger.read(&line).map_err(|line| format!("says what nobody understands: {line}"))?;
        if let (None, Some(address)) = (&clients, ledger.address) {
            clients = Some(tokio::spawn(load::send(REQUESTS, address)));
        }
        if !signalled && ledger.accepted.len() >= SIGNAL_AFTER {
            terminate(service, &mut input).await;
            signalled = true;
        }
    }

    let status = service.wait().await?;
    if !signalled || !status.success() {
        return Err(format!("ended early, or badly: {status}").into());
    }
    let ends = clients.ok_or("never listened")?.await?;
    Ok((ledger, ends))
}

/// A real signal where there are signals, and a `kill` to send them; else the end of the service's
/// input.
async fn terminate(service: &Child, input: &mut Option<ChildStdin>) {
    if let (true, Some(pid)) = (cfg!(unix), service.id()) {
        let mut kill = Command::new("kill");
        let kill = kill.arg("-TERM").arg(pid.to_string()).status();
        if kill.await.is_ok_and(|status| status.success()) {
            return;
        }
    }
    drop(input.take());
}

/// The sum: whose row is written, whose failure is named, and who is neither.
fn account(column: Column, ends: Ends, rows: &BTreeSet<u32>, ledger: Ledger) -> Result<Account, Error> {
    let Ledger { accepted, named, report, .. } = ledger;
    if !rows.is_subset(&accepted) || !named.keys().all(|id| accepted.contains(id)) {
        return Err("has a row or a failure of a request that it did not accept".into());
    }

    let mut unaccounted = accepted.clone();
    unaccounted.retain(|id| !rows.contains(id) && !named.contains_key(id));

    // A write that is cut off in the instant in which its row is written is both. It counts as a
    // row, so that the figures add up.
    let mut causes = BTreeMap::new();
    for (_, cause) in named.iter().filter(|(id, _)| !rows.contains(id)) {
        *causes.entry(*cause).or_default() += 1;
    }

    Ok(Account { column, ends, accepted: accepted.len(), rows: rows.len(), named: causes, unaccounted, report })
}

/// Holds the demonstration to its promise.
fn verdict(accounts: &[Account]) -> Result<(), Error> {
    let mut lost = Vec::new();
    for account in accounts {
        let name = account.column.name();
        let ours = account.column == Column::Outlive;
        match account.unaccounted.len() {
            _ if account.rows == 0 => return Err(format!("{name}: no row was written").into()),
            0 if !ours => return Err(format!("{name} lost nothing: nothing is shown").into()),
            n if n > 0 && ours => {
                return Err(format!("{name} lost {:?}", account.unaccounted).into());
            }
            n => lost.push(format!("{name} {n}")),
        }
    }
    println!("\nRows that were owed, and nobody can say what became of them: {}.", lost.join(", "));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_neither_row_nor_name_is_unaccounted_for() {
        let mut ledger = Ledger::default();
        for line in [
            "accepted 1",
            "accepted 2",
            "accepted 3",
            "accepted 4",
            "named 2 panic oh",
            "named 4 cut-off in the instant in which its row was written",
        ] {
            ledger.read(line).unwrap();
        }
        let rows = BTreeSet::from([1, 4]);
        let account = account(Column::Outlive, Ends::default(), &rows, ledger).unwrap();

        assert_eq!(account.unaccounted, BTreeSet::from([3]));
        assert_eq!((account.rows, account.named(Cause::Panic)), (2, 1));
        assert_eq!(account.named(Cause::CutOff), 0);
        verdict(&[account]).unwrap_err();
    }
}
