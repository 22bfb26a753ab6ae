//! A signal to each service, under load and with clients that never let go; and an account of what it left.

use std::env;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::ledger::Account;
use crate::ours::{BUDGET, GRACE_PERIOD};
use crate::{Error, clients};

/// How many run side by side.
const AT_ONCE: u32 = 10;
/// Who places rows, faster than they can be written.
const CLIENTS: u32 = 12;
/// A busy machine's.
const LATE: Duration = Duration::from_secs(1);

/// How one run has ended.
struct End {
    /// Nothing, where it had to be killed.
    took: Option<Duration>,
    code: Option<i32>,
    report: String,
    account: Account,
}

pub(crate) async fn run(rounds: u32) -> Result<(), Error> {
    let dir = env::temp_dir().join(format!("last_mile-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    let result = compare(rounds, &dir).await;
    std::fs::remove_dir_all(&dir)?;
    result
}

async fn compare(rounds: u32, dir: &Path) -> Result<(), Error> {
    println!(
        "A service that places rows. Its clients hold a stalled upload, a stream of events, a WebSocket and an idle\n\
         connection. It is told to end, under load, at a moment of its own in each of {rounds} rounds; the deployment kills\n\
         it after {GRACE_PERIOD:?}.\n"
    );
    let by_hand = one("by-hand", dir.join("by-hand"), 0).await?;
    match by_hand.took {
        Some(took) => println!("by hand: ended after {took:.1?}"),
        None => println!(
            "by hand: never ended, and was killed; {} rows of its ledger were left",
            by_hand.account.written.len()
        ),
    }
    let mut ends = Vec::new();
    for begun in (0..rounds).step_by(AT_ONCE as usize) {
        let mut running = JoinSet::new();
        for round in begun..rounds.min(begun + AT_ONCE) {
            running.spawn(one("ours", dir.join(format!("ours-{round}")), round));
        }
        while let Some(end) = running.join_next().await {
            ends.push(end??);
        }
    }
    let sum = |of: fn(&End) -> usize| ends.iter().map(of).sum::<usize>();
    let longest = ends.iter().filter_map(|end| end.took).max().unwrap_or_default();
    println!(
        "outlive: ended {} times of {rounds}, after at most {longest:.1?} of {BUDGET:?}: {} rows accepted, {} written,\n\
         {} named, {} lost\n",
        ends.iter().filter(|end| end.took.is_some()).count(),
        sum(|end| end.account.accepted.len()),
        sum(|end| end.account.written.len()),
        sum(|end| end.account.named.len()),
        sum(|end| end.account.lost()),
    );
    println!("the last report:\n{}", ends.last().map(|end| end.report.as_str()).unwrap_or_default());
    if by_hand.took.is_some() {
        return Err("by hand has ended: the clients do not hold it".into());
    }
    match ends.iter().find_map(mistake) {
        None => Ok(()),
        Some(mistake) => Err(mistake.into()),
    }
}

/// What is wrong with it.
fn mistake(end: &End) -> Option<String> {
    let report = &end.report;
    let open = "\nopen requests: 1: route=/upload (";
    let unfinished = number(report, " aborted") + number(report, " never started");
    if end.took.is_none_or(|took| took > BUDGET + LATE) {
        Some(format!("it did not end in time, but after {:?}:\n{report}", end.took))
    } else if unfinished != end.account.cut {
        Some(format!("its report says {unfinished} rows are not written, its ledger {}:\n{report}", end.account.cut))
    } else if end.account.accepted.is_empty() || end.account.lost() > 0 {
        Some(format!("{} rows are lost of {}:\n{report}", end.account.lost(), end.account.accepted.len()))
    } else if end.code != Some(1) || !report.starts_with("shutdown: not clean\n") || !report.contains(open) {
        // The upload was cut short.
        Some(format!("it ended with {:?}:\n{report}", end.code))
    } else {
        None
    }
}

/// The number before these words in a report.
fn number(report: &str, words: &str) -> usize {
    let drained = report.lines().find(|line| line.starts_with("[stores] ")).unwrap_or_default();
    let before = drained.split(words).next().filter(|before| before.len() < drained.len());
    before.and_then(|before| before.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

/// Runs one of them, tells it to end, and looks at what it leaves.
async fn one(which: &'static str, ledger: PathBuf, round: u32) -> Result<End, Error> {
    let mut command = Command::new(env::current_exe()?);
    command.arg(which).arg(&ledger).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut service = command.spawn()?;
    let mut output = BufReader::new(service.stdout.take().ok_or("no output")?);
    let mut address = String::new();
    output.read_line(&mut address).await?;
    let address: SocketAddr = address.trim().parse()?;

    let held = clients::hold(address).await?;
    let load: Vec<_> =
        (0..CLIENTS).map(|client| tokio::spawn(clients::place_rows(address, client * 1_000_000))).collect();
    sleep(Duration::from_millis(200 + u64::from(round * 37 % 400))).await;
    let told = Instant::now();
    tell(&mut service).await?;
    let end = timeout(GRACE_PERIOD, ended(&mut service, output)).await;
    let took = told.elapsed();
    if end.is_err() {
        service.kill().await?;
    }
    for client in load {
        client.abort();
    }
    drop(held);
    let (code, report, took) = match end {
        Ok(end) => {
            let (code, report) = end?;
            (code, report, Some(took))
        }
        Err(_) => (None, String::new(), None),
    };
    Ok(End { took, code, report, account: Account::read(&ledger)? })
}

async fn ended(service: &mut Child, mut output: BufReader<ChildStdout>) -> Result<(Option<i32>, String), Error> {
    let mut report = String::new();
    output.read_to_string(&mut report).await?;
    Ok((service.wait().await?.code(), report))
}

async fn tell(service: &mut Child) -> Result<(), Error> {
    if cfg!(unix) {
        let id = service.id().ok_or("it has ended already")?;
        let kill = Command::new("kill").args(["-TERM", &id.to_string()]).status().await?;
        if !kill.success() {
            return Err("it could not be told".into());
        }
    } else {
        drop(service.stdin.take());
    }
    Ok(())
}
