//! What a service says about itself, a line a fact, on standard output. The demonstration reads
//! these lines from a pipe, where they stay readable however the service ends.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display};
use std::io::{self, Write};
use std::net::SocketAddr;

/// The first line of every handler: this request reached us, and its audit row is owed from here
/// on, to be written or to be named as a failure.
pub(crate) fn accepted(id: u32) {
    say(format_args!("accepted {id}"));
}

/// The service knows that this request's row is not written, and why.
pub(crate) fn named(id: u32, cause: Cause, detail: impl Display) {
    say(format_args!("named {id} {cause} {detail}"));
}

pub(crate) fn listening(address: SocketAddr) {
    say(format_args!("listening {address}"));
}

/// What the service reports of its shutdown.
pub(crate) fn report(report: impl Display) {
    for line in report.to_string().lines() {
        say(format_args!("report {line}"));
    }
}

fn say(fact: fmt::Arguments<'_>) {
    // A reader that has gone is no reason for a service to fail.
    writeln!(io::stdout().lock(), "{fact}").ok();
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cause {
    Panic,
    Timeout,
    /// Begun or still waiting its turn when the drain's budget was over.
    CutOff,
    /// Refused, failed in the store, …
    Other,
}

impl Cause {
    pub(crate) const ALL: [Self; 4] = [Self::Panic, Self::Timeout, Self::CutOff, Self::Other];
}

impl Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Panic => "panic",
            Self::Timeout => "timeout",
            Self::CutOff => "cut-off",
            Self::Other => "other",
        })
    }
}

/// The lines of one service, read back.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) address: Option<SocketAddr>,
    pub(crate) accepted: BTreeSet<u32>,
    pub(crate) named: BTreeMap<u32, Cause>,
    pub(crate) report: Vec<String>,
}

impl Ledger {
    /// Takes in one line, or hands it back if it is none of ours.
    pub(crate) fn read<'a>(&mut self, line: &'a str) -> Result<(), &'a str> {
        self.take(line).ok_or(line)
    }

    fn take(&mut self, line: &str) -> Option<()> {
        let (fact, rest) = line.split_once(' ')?;
        match fact {
            "listening" => self.address = Some(rest.parse().ok()?),
            "report" => self.report.push(rest.to_owned()),
            "accepted" => {
                self.accepted.insert(rest.parse().ok()?);
            }
            "named" => {
                let mut words = rest.splitn(3, ' ');
                let id = words.next()?.parse().ok()?;
                let cause = words.next()?;
                let cause = Cause::ALL.into_iter().find(|c| c.to_string() == cause)?;
                self.named.insert(id, cause);
            }
            _ => return None,
        }
        Some(())
    }
}
