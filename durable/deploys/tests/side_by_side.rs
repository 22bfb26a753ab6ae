//! An old and a new version of a program work on one queue at the same time: each job is run once, by a version that can read it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use outlive_durable::Queue;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

const OLD: &str = env!("CARGO_BIN_EXE_old");
const NEW: &str = env!("CARGO_BIN_EXE_new");

fn start(program: &str, url: &str, task: &str) -> Child {
    let mut command = Command::new(program);
    command.args([url, task]).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap()
}

async fn end(mut child: Child) -> Vec<String> {
    drop(child.stdin.take());
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).await.unwrap();
    assert!(child.wait().await.unwrap().success());
    said.lines().map(ToOwned::to_owned).collect()
}

/// Until nothing is left, and nothing is set aside.
async fn worked_off(queue: &Queue) {
    let work = async {
        loop {
            let status = queue.status().await.unwrap();
            if status.ready + status.delayed + status.running + status.set_aside == 0 {
                return status.killed;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    let killed = timeout(Duration::from_mins(1), work).await;
    assert_eq!(killed.ok(), Some(0), "nothing is left, and nothing was given up: {:?}", queue.status().await);
}

#[tokio::test]
async fn each_job_is_run_once_by_a_version_that_can_read_it() {
    let folder = std::env::temp_dir().join(format!("outlive-deploys-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let url = format!("sqlite://{}", folder.join("jobs.db").display());
    let queue = Queue::sqlite(&url).unwrap();
    end(start(OLD, &url, "enqueue")).await;
    end(start(NEW, &url, "enqueue")).await;
    let (old, new) = (start(OLD, &url, "work"), start(NEW, &url, "work"));
    worked_off(&queue).await;
    let (old, new) = (end(old).await, end(new).await);
    drop(queue);
    let _ = std::fs::remove_dir_all(Path::new(&folder));

    let all: BTreeSet<&str> = old.iter().chain(&new).map(String::as_str).collect();
    assert_eq!((all.len(), old.len() + new.len()), (46, 46), "each once: {old:#?} {new:#?}");
    for number in 0..20 {
        let by_old = format!("old: greet(old {number})");
        let by_new = format!("new: greet(old {number}, None)");
        assert!(all.contains(&*by_old) != all.contains(&*by_new), "{number}");
        assert!(all.contains(&*format!("new: greet(new {number}, Some(\"hello\"))")), "{number}");
    }
    for number in 0..3 {
        assert!(all.contains(&*format!("old: retires({number})")), "{number}");
        assert!(all.contains(&*format!("new: arrives({number})")), "{number}");
    }
}
