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
    trouble: Trouble,
}

/// What makes an end harder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Trouble {
    None,
    /// Every worker of the runtime is blocked, for good.
    Blocked,
    /// A second signal, somewhat later.
    SecondSignal,
    Both,
}

impl Trouble {
    fn is_blocked(self) -> bool {
        matches!(self, Self::Blocked | Self::Both)
    }

    fn has_second_signal(self) -> bool {
        matches!(self, Self::SecondSignal | Self::Both)
    }
}

pub(crate) async fn run(rounds: u32) -> Result<(), Error> {
    let dir = scratch()?;
    let result = compare(rounds, &dir).await;
    std::fs::remove_dir_all(&dir)?;
    result
}

pub(crate) async fn run_hard(rounds: u32) -> Result<(), Error> {
    const TROUBLES: [Trouble; 3] = [Trouble::Blocked, Trouble::SecondSignal, Trouble::Both];
    println!("The same service, {rounds} times with all its workers blocked, with a second signal, and with both.\n");
    let dir = scratch()?;
    let ends = all_of(rounds, &dir, |round| TROUBLES[round as usize % TROUBLES.len()]).await;
    std::fs::remove_dir_all(&dir)?;
    judge(&ends?)
}

fn scratch() -> Result<PathBuf, Error> {
    let dir = env::temp_dir().join(format!("last_mile-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    Ok(dir)
}

async fn compare(rounds: u32, dir: &Path) -> Result<(), Error> {
    println!(
        "A service that places rows. Its clients hold a stalled upload, a stream of events, a WebSocket and an idle\n\
         connection. It is told to end, under load, at a moment of its own in each of {rounds} rounds; the deployment kills\n\
         it after {GRACE_PERIOD:?}.\n"
    );
    let by_hand = one("by-hand", dir.join("by-hand"), 0, Trouble::None).await?;
    match by_hand.took {
        Some(took) => println!("by hand: ended after {took:.1?}"),
        None => println!(
            "by hand: never ended, and was killed; {} rows of its ledger were left",
            by_hand.account.written.len()
        ),
    }
    let ends = all_of(rounds, dir, |_| Trouble::None).await?;
    if by_hand.took.is_some() {
        return Err("by hand has ended: the clients do not hold it".into());
    }
    judge(&ends)
}

async fn all_of(rounds: u32, dir: &Path, trouble: fn(u32) -> Trouble) -> Result<Vec<End>, Error> {
    let mut ends = Vec::new();
    for begun in (0..rounds).step_by(AT_ONCE as usize) {
        let mut running = JoinSet::new();
        for round in begun..rounds.min(begun + AT_ONCE) {
            running.spawn(one("ours", dir.join(format!("ours-{round}")), round, trouble(round)));
        }
        while let Some(end) = running.join_next().await {
            ends.push(end??);
        }
    }
    Ok(ends)
}

fn judge(ends: &[End]) -> Result<(), Error> {
    let rounds = ends.len();
    let sum = |of: fn(&End) -> usize| ends.iter().map(of).sum::<usize>();
    let longest = ends.iter().filter_map(|end| end.took).max().unwrap_or_default();
    println!(
        "outlive: ended {} times of {rounds}, after at most {longest:.1?} of {BUDGET:?}: {} rows accepted, {} written,\n\
         {} named, {} in the report alone, {} lost\n",
        ends.iter().filter(|end| end.took.is_some()).count(),
        sum(|end| end.account.accepted.len()),
        sum(|end| end.account.written.len()),
        sum(|end| end.account.named.len()),
        sum(|end| end.account.left().min(end.unfinished())),
        sum(|end| end.account.left().saturating_sub(end.unfinished())),
    );
    println!("the last report:\n{}", ends.last().map(|end| end.report.as_str()).unwrap_or_default());
    match ends.iter().find_map(mistake) {
        None => Ok(()),
        Some(mistake) => Err(mistake.into()),
    }
}

impl End {
    /// How many rows its report says are not written.
    fn unfinished(&self) -> usize {
        let words = [" aborted", " never started", " stuck", " still running"];
        words.iter().map(|words| number(&self.report, words)).sum()
    }

    /// The last line of its report's first, and its code.
    fn expected(&self) -> (&'static str, Option<i32>) {
        if self.trouble.has_second_signal() {
            ("shutdown: stopped by a second signal\n", Some(2))
        } else {
            // The upload was cut short.
            ("shutdown: not clean\n", Some(1))
        }
    }
}

/// What is wrong with it.
fn mistake(end: &End) -> Option<String> {
    let End { took, code, report, account, trouble } = end;
    let (said, expected) = end.expected();
    let (unfinished, left) = (end.unfinished(), account.left());
    // Where nobody can run, nobody names a row: the report does. What still runs then may be written yet.
    let agrees = if *trouble == Trouble::None {
        unfinished == account.cut && left == 0
    } else {
        account.cut + left <= unfinished
    };
    if took.is_none_or(|took| took > BUDGET + LATE) {
        Some(format!("{trouble:?}: it did not end in time, but after {took:?}:\n{report}"))
    } else if account.accepted.is_empty() || !agrees {
        let (cut, accepted) = (account.cut, account.accepted.len());
        Some(format!(
            "{trouble:?}: of {accepted} rows its report says {unfinished} are not written; its ledger, {cut}, and of {left} nothing:\n{report}"
        ))
    } else if *code != expected || !report.starts_with(said) || !report.contains("open requests: ") {
        Some(format!("{trouble:?}: it ended with {code:?}:\n{report}"))
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
async fn one(which: &'static str, ledger: PathBuf, round: u32, trouble: Trouble) -> Result<End, Error> {
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
    let blocking = if trouble.is_blocked() { clients::block(address).await? } else { Vec::new() };
    if trouble.is_blocked() {
        sleep(Duration::from_millis(200)).await;
    }
    let told = Instant::now();
    tell(&mut service).await?;
    if trouble.has_second_signal() {
        // Not the first one, passed on; and before its end.
        sleep(Duration::from_millis(150 + u64::from(round * 53 % 1_000))).await;
        tell(&mut service).await?;
    }
    let end = timeout(GRACE_PERIOD, ended(&mut service, output)).await;
    let took = told.elapsed();
    if end.is_err() {
        service.kill().await?;
    }
    for client in load {
        client.abort();
    }
    drop((held, blocking));
    let (code, report, took) = match end {
        Ok(end) => {
            let (code, report) = end?;
            (code, report, Some(took))
        }
        Err(_) => (None, String::new(), None),
    };
    Ok(End { took, code, report, account: Account::read(&ledger)?, trouble })
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
