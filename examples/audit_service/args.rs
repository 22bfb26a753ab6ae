//! The command line.

use std::path::PathBuf;

use crate::service::Column;

pub(crate) const USAGE: &str = "\
Type one of:
  cargo run -p outlive-examples --bin audit_service                         the demonstration, 20 s
  cargo run -p outlive-examples --bin audit_service -- --picture lost.svg   the same, and draws it
  cargo run -p outlive-examples --bin audit_service -- --serve              for curl, on port 3000
  cargo run -p outlive-examples --bin audit_service -- --serve --port 8080  0 takes a free port
  cargo run -p outlive-examples --features durable --bin audit_service -- --durable
                                                                            killed, and started anew, 30 s";

const PORT: u16 = 3000;

#[derive(Debug)]
pub(crate) enum Task {
    Demo {
        picture: Option<PathBuf>,
    },
    Serve {
        port: u16,
    },
    /// The demonstration of what is kept.
    Durable,
    /// The demonstration starts itself again as each of the services.
    Column {
        column: Column,
        trail: PathBuf,
    },
    Help,
}

/// What the arguments ask for, or what is wrong with them.
pub(crate) fn task(args: impl IntoIterator<Item = String>) -> Result<Task, String> {
    let mut args = args.into_iter();
    let (mut serve, mut durable) = (false, false);
    let (mut port, mut column, mut trail, mut picture) = (None, None, None, None);

    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("`{arg}` needs a value after it"));
        match arg.as_str() {
            "--help" | "-h" => return Ok(Task::Help),
            "--serve" => serve = true,
            "--durable" => durable = true,
            "--port" => port = Some(number(&value()?)?),
            "--column" => column = Some(named(&value()?)?),
            "--picture" => picture = Some(PathBuf::from(value()?)),
            "--trail" => trail = Some(PathBuf::from(value()?)),
            _ => return Err(format!("there is no argument `{arg}`")),
        }
    }
    if durable {
        let alone = !serve && port.is_none() && column.is_none() && trail.is_none() && picture.is_none();
        return if alone { Ok(Task::Durable) } else { Err("`--durable` stands alone".into()) };
    }
    match (serve, port, column, trail) {
        (false, None, None, None) => Ok(Task::Demo { picture }),
        _ if picture.is_some() => Err("`--picture` is for the demonstration: it stands alone".into()),
        (true, port, None, None) => Ok(Task::Serve { port: port.unwrap_or(PORT) }),
        (false, None, Some(column), Some(trail)) => Ok(Task::Column { column, trail }),
        (false, Some(port), None, None) => {
            Err(format!("`--port {port}` is for `--serve`: type `--serve --port {port}`"))
        }
        (_, _, _, _) => Err("`--column` and `--trail` go together, with nothing else".into()),
    }
}

fn number(port: &str) -> Result<u16, String> {
    port.parse().map_err(|_| format!("`{port}` is not a port: type a number from 0 to 65535"))
}

fn named(column: &str) -> Result<Column, String> {
    Column::ALL
        .into_iter()
        .chain([Column::Durable])
        .find(|c| c.argument() == column)
        .ok_or(format!("there is no column `{column}`: type naive, by-hand or outlive"))
}
