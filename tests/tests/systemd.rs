//! What systemd is told, over a real datagram socket, by a process that it might have started.

#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::time::Duration;

/// A name that begins with `@` is not a path.
#[cfg(target_os = "linux")]
#[test]
fn a_socket_in_the_abstract_namespace_is_told_as_well() {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::SocketAddr;

    let name = format!("outlive/systemd/{}", std::process::id());
    let socket = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
    let mut process = Command::new(env!("CARGO_BIN_EXE_serving_probe"))
        .arg("nothing")
        .env("NOTIFY_SOCKET", format!("@{name}"))
        .env_remove("WATCHDOG_USEC")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "ready");
    let sent = Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert_eq!(process.wait().unwrap().code(), Some(0));
    // It has ended: what it has said is there.
    socket.set_nonblocking(true).unwrap();
    assert_eq!(
        (message(&socket).remove(0), message(&socket).remove(0)),
        ("READY=1".to_owned(), "STOPPING=1".to_owned())
    );
}

/// The states of one message.
fn message(socket: &UnixDatagram) -> Vec<String> {
    let mut text = [0; 1024];
    let length = socket.recv(&mut text).expect("systemd is told");
    let states = std::str::from_utf8(&text[..length]).unwrap().lines().map(str::to_owned);
    states.collect()
}

#[test]
fn it_is_told_that_the_service_is_ready_and_that_it_stops_and_how_long_that_may_take() {
    let path = std::env::temp_dir().join(format!("outlive-systemd-{}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut process = Command::new(env!("CARGO_BIN_EXE_serving_probe"))
        .arg("nothing")
        .env("NOTIFY_SOCKET", &path)
        .env("WATCHDOG_USEC", "200000")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "ready");
    let mut states: Vec<Vec<String>> = vec![message(&socket)];
    let watchdog = ["WATCHDOG=1".to_owned()];
    // The watchdog is kept: it is told again and again.
    while states.iter().filter(|state| **state == watchdog).count() < 3 {
        states.push(message(&socket));
    }
    assert!(states.contains(&vec!["READY=1".to_owned()]), "{states:?}");
    let sent = Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let mut stops = message(&socket);
    while stops == watchdog {
        stops = message(&socket);
    }
    // Still serving, the server, two trackers side by side and the second for those that are stuck, and the last step.
    let budget = 100_000 + 1_000_000 + (1_000_000 + 1_000_000) + 300_000;
    assert_eq!(stops, ["STOPPING=1".to_owned(), format!("EXTEND_TIMEOUT_USEC={budget}")]);
    drop(lines.map(Result::unwrap).collect::<Vec<_>>());
    assert_eq!(process.wait().unwrap().code(), Some(0));
    std::fs::remove_file(&path).unwrap();
}
