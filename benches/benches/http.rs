//! What outlive takes of a service's requests: an axum server on TCP and clients that keep their connections, in one process on
//! one thread, so that requests in a second are the time that both take. `--quick` shows that it runs. With `--features http`.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use axum::Router;
use axum::routing::get;
use outlive::{Context, ContextLayer};
use outlive_benches::contenders::{Bare, ByHand, Contend, Outlive};
use outlive_benches::measure::{Spread, Stopwatch, as_f64};
use outlive_benches::work::Yields;
use outlive_benches::{machine, report};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
const BODY: &str = "a response of one line";
const CLIENTS: usize = 8;

struct Id;

async fn alone() -> &'static str {
    BODY
}

/// Makes one call, and does not wait for it.
async fn calls<C: Contend>() -> &'static str {
    C::in_request(async { drop(C::call::<Yields>(7)) }).await;
    BODY
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (rounds, requests) = if quick { (1, 100) } else { (40, 2_000) };
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut rows = Vec::new();

    let layer = ContextLayer::new(|_: &axum::extract::Request| Context::root().with(Id));
    let routes = [
        ("a route", Router::new().route("/", get(alone))),
        ("with `ContextLayer`", Router::new().route("/", get(alone)).layer(layer)),
    ];
    compared("a route without a call", &runtime, routes, rounds, requests, &mut rows);

    let subscriber = tracing_subscriber::fmt().with_writer(io::sink).finish();
    tracing::subscriber::with_default(subscriber, || {
        let routes = [
            ("bare spawn", Router::new().route("/", get(calls::<Bare>))),
            ("by hand", Router::new().route("/", get(calls::<ByHand>))),
            ("outlive", Router::new().route("/", get(calls::<Outlive>))),
        ];
        compared("a route with a call, under `fmt`", &runtime, routes, rounds, requests, &mut rows);
    });

    if !quick {
        let results = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/results/http.json"));
        report::write(results, &report::lines(&machine::describe(), &rows));
    }
}

/// Requests in a second, of each to the first of the same round. Whoever comes first is another one each time.
fn compared<const N: usize>(
    what: &str,
    runtime: &Runtime,
    routes: [(&str, Router); N],
    rounds: usize,
    requests: usize,
    rows: &mut Vec<serde_json::Value>,
) {
    println!("{what}: requests in a second, to the first");
    let names = routes.each_ref().map(|(name, _)| *name);
    let served = routes.map(|(_, router)| runtime.block_on(serve(router)));
    let mut clients: Vec<Vec<TcpStream>> = served.iter().map(|at| runtime.block_on(connected(*at))).collect();
    let mut rates = vec![Vec::new(); N];
    for round in 0..=rounds {
        for turn in 0..N {
            let who = (round + turn) % N;
            let start = Stopwatch::start();
            runtime.block_on(ask(&mut clients[who], requests / CLIENTS));
            if round > 0 {
                rates[who].push(as_f64(requests) / start.elapsed().as_secs_f64());
            }
        }
    }
    for (name, rates_of) in names.iter().zip(&rates) {
        let ratio = Spread::of(rates_of.iter().zip(&rates[0]).map(|(of, to)| of / to).collect());
        let rate = Spread::of(rates_of.clone()).median.round();
        println!("  {name:<22} {rate:>8}/s  {:.3} ({:.3} to {:.3})", ratio.median, ratio.low, ratio.high);
        let rounded = |value: f64| (value * 1e3).round() / 1e3;
        rows.push(json!({
            "what": what, "who": name, "requests_a_second": rate, "ratio": rounded(ratio.median),
            "quartiles": [rounded(ratio.low), rounded(ratio.high)],
        }));
    }
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let at = listener.local_addr().expect("its address");
    drop(tokio::spawn(async { axum::serve(listener, router).await }));
    at
}

async fn connected(at: SocketAddr) -> Vec<TcpStream> {
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let client = TcpStream::connect(at).await.expect("the server listens");
        client.set_nodelay(true).expect("an option of TCP");
        clients.push(client);
    }
    clients
}

/// Each client sends its next request when it has the response to the last.
async fn ask(clients: &mut [TcpStream], requests: usize) {
    let asking = clients.iter_mut().map(|client| async move {
        let mut buffer = [0; 1024];
        for _ in 0..requests {
            client.write_all(REQUEST).await.expect("the server listens");
            let mut read = 0;
            while !buffer[..read].ends_with(BODY.as_bytes()) {
                read += client.read(&mut buffer[read..]).await.expect("a response");
            }
        }
    });
    all(asking).await;
}

async fn all(work: impl Iterator<Item = impl Future>) {
    futures_util::future::join_all(work).await;
}
