//! Something of everything that a scrape can show, for `.ci/prometheus`: served as the recorder of the `metrics` crate renders it,
//! and as `prometheus-client` writes `OpenMetrics`. It says where it listens, and ends when it is killed.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use outlive::prometheus::{BUCKETS, Collector};
use outlive::status::{QueueSource, QueueStatus, show_queue};
use outlive::{OwnedTracker, TaskOwner, Tracker, detached, owned_tasks, periodic, worker};
use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Of the same name as the one below.
static AUDIT: Tracker = Tracker::bounded("audit", 1).queue(2);
static FEEDS: Tracker = Tracker::bounded("feeds", 8);

mod drained {
    use super::Tracker;

    pub(crate) static AUDIT: Tracker<1> = Tracker::bounded("audit", 1).queue(1).drain_budget::<1>();
}

#[detached(timeout = "10s", track = AUDIT)]
async fn write_audit(time: Duration) -> Result<(), &'static str> {
    tokio::time::sleep(time).await;
    if time.is_zero() { Err("disk full") } else { Ok(()) }
}

#[detached(timeout = "900ms", grace = "100ms", track = drained::AUDIT, name = "a \"quoted\" name\\")]
async fn hangs() {
    std::future::pending::<()>().await;
}

#[worker(track = FEEDS)]
async fn dies() -> Result<(), &'static str> {
    Err("hung up")
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[periodic(every = "1s", timeout = "500ms", immediate)]
    async fn refresh(&self) {}
}

#[detached(timeout = "5s", track = tracker)]
async fn shared(tracker: Arc<Tracker>) {
    drop(tracker);
}

/// A durable queue, as its package shows it.
struct Seen(QueueStatus);

impl QueueSource for Seen {
    fn last_seen(&self) -> QueueStatus {
        self.0.clone()
    }
}

async fn busy() {
    drop(write_audit(Duration::ZERO).await);
    for _ in 0..4 {
        drop(write_audit(Duration::from_millis(200)).admitted());
    }
    // The drain ends the queue before the second has its turn.
    drop((hangs(), hangs(), dies()));
    for _ in 0..2 {
        shared(Arc::new(Tracker::unbounded("of \"a\"\ntenant\\"))).await.expect("it runs");
    }
    drop(drained::AUDIT.drain().await);
}

struct Scraped {
    recorder: PrometheusHandle,
    registry: Registry,
}

impl Scraped {
    fn answer(&self, path: &str) -> (&'static str, &'static str, String) {
        match path {
            "/facade" => {
                outlive::metrics::publish();
                ("200 OK", "text/plain; version=0.0.4; charset=utf-8", self.recorder.render())
            }
            "/openmetrics" => {
                let mut encoded = String::new();
                text::encode(&mut encoded, &self.registry).expect("a `String` takes all of it");
                ("200 OK", "application/openmetrics-text; version=1.0.0; charset=utf-8", encoded)
            }
            _ => ("404 Not Found", "text/plain", String::new()),
        }
    }

    async fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        let mut lines = BufReader::new(&mut stream).lines();
        let request = lines.next_line().await?.unwrap_or_default();
        while lines.next_line().await?.is_some_and(|line| !line.is_empty()) {}
        let (status, kind, body) = self.answer(request.split(' ').nth(1).unwrap_or_default());
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        stream.shutdown().await
    }
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let builder = PrometheusBuilder::new().set_buckets(&outlive::metrics::BUCKETS).expect("there are some");
    let recorder = builder.install_recorder().expect("it is the first");
    outlive::metrics::record_durations();
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Collector::new().with_durations(&BUCKETS)));
    let scraped = Scraped { recorder, registry };

    let server = Server { tasks: OwnedTracker::bounded("server", 4) };
    drop(server.refresh());
    busy().await;
    let mut queue = QueueStatus::default();
    (queue.name, queue.ready, queue.seen) = ("jobs".to_owned(), 1, Some(SystemTime::now()));
    let queue: Arc<dyn QueueSource> = Arc::new(Seen(queue));
    show_queue(&queue);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        if let Err(error) = scraped.serve(stream).await {
            eprintln!("scraped: {error}");
        }
    }
}
