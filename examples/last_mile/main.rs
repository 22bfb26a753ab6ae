//! The end of a service whose clients never let go: a stalled upload, a stream of events, a WebSocket, an idle connection. Written
//! with outlive (`ours.rs`), and with axum's graceful shutdown alone (`by_hand.rs`). Without arguments it sends each of them
//! a signal under load, and counts what becomes of the rows that they have accepted.

mod by_hand;
mod clients;
mod demo;
#[cfg(test)]
mod deployment;
mod ledger;
mod ours;

use std::path::PathBuf;
use std::process::ExitCode;

type Error = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str = "\
usage: last_mile [--rounds N]     runs the service N times (8), and once what is made by hand
       last_mile --hard N         the same with blocked workers and second signals, where there are signals
       last_mile ours LEDGER      the service; Ctrl-C, SIGTERM or the end of its input ends it
       last_mile by-hand LEDGER   the same with axum's graceful shutdown alone";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        [] => demo::run(8).await,
        [kind @ ("--rounds" | "--hard"), rounds] => match rounds.parse() {
            Ok(rounds) if rounds > 0 && kind == "--rounds" => demo::run(rounds).await,
            Ok(rounds) if rounds > 0 && cfg!(unix) => demo::run_hard(rounds).await,
            Ok(rounds) if rounds > 0 => Err("there are no second signals here: leave `--hard` out".into()),
            _ => Err(format!("`{rounds}` is no number of rounds: write `{kind} 8`").into()),
        },
        ["ours", ledger] => match ours::run(&PathBuf::from(ledger)).await {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        ["by-hand", ledger] => by_hand::run(&PathBuf::from(ledger)).await,
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("last_mile: {error}");
            ExitCode::FAILURE
        }
    }
}
