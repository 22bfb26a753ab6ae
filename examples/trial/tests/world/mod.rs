//! The world around a service under test: its process, and a client.
#![allow(dead_code)] // each test uses its part of it

pub(crate) mod peer;
pub(crate) mod relay;
pub(crate) mod store;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use std::{env, fs, process};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Both ways to write a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Plain,
    Outlive,
}

/// How long a scene takes that will never end.
const FOREVER: Duration = Duration::from_mins(3);

/// Plays the scene with both. One that hangs fails.
pub(crate) async fn both<T>(scene: impl AsyncFn(Way) -> T) -> (T, T) {
    (within(scene(Way::Plain)).await, within(scene(Way::Outlive)).await)
}

pub(crate) async fn within<T>(scene: impl Future<Output = T>) -> T {
    timeout(FOREVER, scene).await.expect("what it waits for never comes")
}

/// A service in a process of its own. One that is dropped is killed.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    process: Child,
    said: JoinHandle<String>,
}

/// How a service has ended.
pub(crate) struct End {
    pub(crate) status: ExitStatus,
    pub(crate) said: String,
}

impl Service {
    /// Starts the program, and waits until it listens.
    pub(crate) async fn start(program: &str, folder: &Folder, settings: &[(&str, String)]) -> Self {
        let mut process = Command::new(program)
            .env("DATA", folder.path())
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .env("RUST_LOG", "info,sqlx=error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut errors = process.stderr.take().unwrap();
        let said = tokio::spawn(async move {
            let mut said = Vec::new();
            errors.read_to_end(&mut said).await.unwrap();
            String::from_utf8(said).unwrap()
        });
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut address).await.unwrap();
        Self { address: address.trim().parse().expect("it says where it listens"), process, said }
    }

    /// SIGTERM, as at a deploy.
    pub(crate) fn terminate(&self) {
        if let Some(id) = self.process.id() {
            process::Command::new("kill").args(["-TERM", &id.to_string()]).status().unwrap();
        }
    }

    /// Sends SIGTERM, and again until it has ended.
    pub(crate) async fn insist(mut self) -> End {
        while self.process.try_wait().unwrap().is_none() {
            self.terminate();
            tokio::task::yield_now().await;
        }
        self.ended().await
    }

    /// Waits until nobody listens there any more.
    pub(crate) async fn takes_no_connections(&self) {
        while TcpStream::connect(self.address).await.is_ok() {}
    }

    /// Waits until the process has ended by itself.
    pub(crate) async fn ended(mut self) -> End {
        let status = self.process.wait().await.unwrap();
        End { status, said: self.said.await.unwrap() }
    }

    /// One request, and its answer.
    pub(crate) async fn ask(&self, method: &str, path: &str, token: &str, body: Value) -> (u16, Value) {
        let mut stream = self.begin(method, path, token, body).await;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect("it is an answer");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// One request, whose client may hang up before the answer.
    pub(crate) async fn begin(&self, method: &str, path: &str, token: &str, body: Value) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: trial\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }
}

/// Hangs up, and waits until the handler is gone: the server closes its side, without an answer.
pub(crate) async fn hang_up(mut client: TcpStream) {
    client.shutdown().await.unwrap();
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&answer), "");
}

/// A folder that goes when this value does.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("outlive-trial-{}-{}", process::id(), NEXT.fetch_add(1, Relaxed));
        let path = env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// How many calls a report says did not end by themselves: `  never started  24 × write_audit (…)`.
pub(crate) fn named(report: &str) -> usize {
    let lines = report.lines().filter(|line| line.starts_with("  ") && !line.starts_with("  not reported"));
    let counts = lines.filter_map(|line| line.split_once(" × ")?.0.split(' ').next_back()?.parse::<usize>().ok());
    counts.sum()
}
