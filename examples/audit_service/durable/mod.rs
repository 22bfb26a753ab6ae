//! The fourth way: the write is kept. The service is killed in the middle of it, by a SIGKILL that it cannot hear; then it is
//! started anew, on the same file, and nothing that it had accepted is missing.

mod service;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use outlive_durable::Queue;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::{sleep, timeout};

use crate::Error;
use crate::ledger::Ledger;
use crate::load;
use crate::store::{self, TempDir};

pub(crate) use service::run;

const REQUESTS: u32 = 520;
/// It is killed when it has accepted this many.
const KILLED_AFTER: usize = 400;
/// Until the second life has done all that the first has left.
const PATIENCE: Duration = Duration::from_mins(1);

/// The same service as one process after another.
pub(crate) async fn demo() -> Result<(), Error> {
    let dir = TempDir::new()?;
    let trail = dir.path().join("audit.sqlite");
    println!(
        "The same service with `#[durable]`, {REQUESTS} HTTP clients. Some writes panic, some hang for good. After\n\
         {KILLED_AFTER} requests it is killed, without a warning, and started anew on the same file.\n"
    );
    let accepted = first_life(&trail).await?;
    println!(
        "  killed, with {} requests accepted, and {} rows written",
        accepted.len(),
        store::rows(&trail).await?.len()
    );
    second_life(&trail).await?;
    println!("  started anew, and told to end when its queue was empty");
    account(&accepted, &trail).await
}

fn start(trail: &Path) -> Result<(Child, Lines<BufReader<ChildStdout>>), Error> {
    let mut service = Command::new(env::current_exe()?)
        .args(["--column", "durable", "--trail"])
        .arg(trail)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let output = service.stdout.take().ok_or("no standard output")?;
    Ok((service, BufReader::new(output).lines()))
}

/// Serves until it is killed. Gives what it said that it had accepted.
async fn first_life(trail: &Path) -> Result<BTreeSet<u32>, Error> {
    let (mut service, mut lines) = start(trail)?;
    let (mut ledger, mut clients) = (Ledger::default(), None);
    while let Some(line) = lines.next_line().await? {
        ledger.read(&line).map_err(|line| format!("says what nobody understands: {line}"))?;
        if let (None, Some(address)) = (&clients, ledger.address) {
            clients = Some(tokio::spawn(load::send(REQUESTS, address)));
        }
        if ledger.accepted.len() == KILLED_AFTER {
            service.start_kill()?;
        }
    }
    service.wait().await?;
    clients.ok_or("never listened")?.await?;
    Ok(ledger.accepted)
}

/// Works until nothing is left to do.
async fn second_life(trail: &Path) -> Result<(), Error> {
    let (mut service, mut lines) = start(trail)?;
    let queue = Queue::sqlite(&service::url(trail))?;
    let done = async {
        loop {
            let status = queue.status().await?;
            if status.ready + status.delayed + status.running == 0 {
                return Ok::<_, Error>(());
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(PATIENCE, done).await.map_err(|_| format!("there is work left after {PATIENCE:?}"))??;
    drop(service.stdin.take());
    while lines.next_line().await?.is_some() {}
    let status = service.wait().await?;
    if status.success() { Ok(()) } else { Err(format!("ended badly: {status}").into()) }
}

/// What has become of each that was accepted.
async fn account(accepted: &BTreeSet<u32>, trail: &Path) -> Result<(), Error> {
    let rows: Vec<u32> = store::rows(trail).await?.into_iter().map(|(id, _)| id).collect();
    let written: BTreeSet<u32> = rows.iter().copied().collect();
    let queue = Queue::sqlite(&service::url(trail))?;
    // By the queue's own rows: what the function was called with, and how its last attempt ended.
    let used_up: Vec<(u32, String)> = sqlx::query_as(
        "SELECT CAST(json_extract(CAST(job AS TEXT), '$.args.event.id') AS INTEGER), last_result FROM Jobs WHERE status = 'Killed'",
    )
    .fetch_all(queue.sqlite_pool().ok_or("a file")?)
    .await?;
    let used_up: BTreeMap<u32, String> = used_up.into_iter().collect();
    let because = |cause: &str| used_up.values().filter(|error| error.contains(cause)).count();
    let lost: Vec<_> = accepted.iter().filter(|id| !written.contains(id) && !used_up.contains_key(id)).collect();
    println!(
        "\naccepted, and so committed: {}\nrows written: {}, {} of them twice\nattempts used up: {}, of which {} panicked, {} timed \
         out, {} were killed with the process\nUNACCOUNTED FOR: {}",
        accepted.len(),
        written.len(),
        rows.len() - written.len(),
        used_up.len(),
        because("panicked"),
        because("timed out"),
        because("the process died"),
        lost.len()
    );
    match (lost.is_empty(), written.is_empty()) {
        (true, false) => Ok(()),
        (true, true) => Err("no row was written: nothing is shown".into()),
        (false, _) => Err(format!("lost {lost:?}").into()),
    }
}
