//! A service whose audit rows must not be lost, written three times: with the write awaited in the
//! handler (`naive.rs`), as a careful engineer writes it by hand (`by_hand.rs`), and with outlive
//! (`ours.rs`). Without arguments it puts the three side by side under hang-ups, panics, writes that
//! hang, and a SIGTERM, and counts what each of them lost; `--picture FILE` draws it. A fourth way (`durable/`, a feature) survives a SIGKILL.

mod args;
mod by_hand;
mod demo;
#[cfg(feature = "durable")]
mod durable;
mod ledger;
mod load;
mod naive;
mod ours;
mod picture;
mod service;
mod store;
mod table;

use std::net::SocketAddr;
use std::process::ExitCode;

use args::{Task, USAGE};
use service::{Column, Stop};
use store::TempDir;
use tokio::runtime::Runtime;

type Error = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let task = match args::task(std::env::args().skip(1)) {
        Ok(task) => task,
        Err(mistake) => {
            eprintln!("audit_service: {mistake}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("audit_service: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<(), Error> {
    match task {
        Task::Help => {
            println!("{USAGE}");
            Ok(())
        }
        Task::Demo { picture } => Runtime::new()?.block_on(demo::run(picture.as_deref())),
        #[cfg(feature = "durable")]
        Task::Durable => Runtime::new()?.block_on(durable::demo()),
        #[cfg(not(feature = "durable"))]
        Task::Durable => Err("`--durable` is a feature, as its engine takes its time to compile: type\n  \
             cargo run -p outlive-examples --features durable --bin audit_service -- --durable"
            .into()),
        Task::Serve { port } => {
            let dir = TempDir::new()?;
            let trail = dir.path().join("audit.sqlite");
            service::run(Column::Outlive, Stop::OnSignal, port, &trail, say_how_to_curl)
        }
        Task::Column { column, trail } => {
            let stop = Stop::OnSignalOrEndOfInput;
            service::run(column, stop, 0, &trail, ledger::listening)
        }
    }
}

fn say_how_to_curl(address: SocketAddr) {
    println!(
        "\
Listening on http://{address}. Ctrl-C or SIGTERM drains and ends it. In another terminal:

  an order, whose client hangs up before it is answered:
    curl -m 0.1 http://{address}/orders --json '{{\"id\":1,\"action\":\"order placed\"}}'
  one whose audit write panics, or hangs for good:
    curl http://{address}/orders --json '{{\"id\":2,\"action\":\"order placed\",\"fault\":\"panic\"}}'
    curl http://{address}/orders --json '{{\"id\":3,\"action\":\"order placed\",\"fault\":\"hang\"}}'
  the rows:
    curl http://{address}/audit
  what runs, waits and fails, in a browser:
    http://{address}/debug/tasks
  what Prometheus scrapes:
    curl http://{address}/metrics
"
    );
}
