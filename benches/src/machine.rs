//! What the figures were measured on.

use std::process::Command;

use serde_json::{Value, json};

/// Processor, cores, system, compiler, the crates that the figures depend on, and the state of the sources.
#[must_use]
pub fn describe() -> Value {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let after = |text: &str, key: &str| {
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
        line.rsplit_once([':', '=']).map_or("unknown", |(_, value)| value).trim().trim_matches('"').to_owned()
    };
    json!({
        "processor": after(&read("/proc/cpuinfo"), "model name"),
        "cores": std::thread::available_parallelism().map_or(1, usize::from),
        "system": after(&read("/etc/os-release"), "PRETTY_NAME"),
        "load": read("/proc/loadavg").split(' ').next().unwrap_or_default(),
        "rustc": said("rustc", &["--version"]),
        "tokio": version("tokio"),
        "tokio-util": version("tokio-util"),
        "commit": said("git", &["describe", "--always", "--dirty"]),
    })
}

/// One line, for people.
#[must_use]
pub fn line(machine: &Value) -> String {
    let text = |key: &str| machine[key].as_str().unwrap_or("unknown").to_owned();
    format!(
        "{}, {} cores, load {} before, {}, {}, tokio {}, commit {}",
        text("processor"),
        machine["cores"],
        text("load"),
        text("system"),
        text("rustc"),
        text("tokio"),
        text("commit"),
    )
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    output.map_or_else(|_| "unknown".to_owned(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The version that the workspace's lock file has.
fn version(of: &str) -> String {
    let lock = include_str!("../../Cargo.lock");
    let name = format!("name = \"{of}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1).and_then(|line| line.split('"').nth(1)).unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn versions_are_those_of_the_lock_file() {
        assert!(super::version("tokio").starts_with("1."));
        assert_eq!(super::version("no such crate"), "unknown");
    }
}
