//! What axum does with its connections when its server is dropped: they live on until their handlers return, or the process ends.

use std::future::pending;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use outlive::Shutdown;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::{Barrier, Notify};

/// All that a client gets until its connection is closed.
fn asks(address: SocketAddr, path: &'static str) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut connection = TcpStream::connect(address).unwrap();
        write!(connection, "GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        let _ = connection.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    })
}

#[test]
fn its_connections_are_answered_while_the_process_lives_and_cut_when_it_ends() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (returns, both_are_there) = (Arc::<Notify>::default(), Arc::new(Barrier::new(3)));
    let (waits, arrived) = (Arc::clone(&returns), Arc::clone(&both_are_there));
    let app = Router::new()
        .route(
            "/late",
            get(async move || {
                arrived.wait().await;
                waits.notified().await;
                "late"
            }),
        )
        .route("/never", {
            let arrived = Arc::clone(&both_are_there);
            get(async move || {
                arrived.wait().await;
                pending::<()>().await;
            })
        });
    let never = runtime.block_on(async move {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (late, never) = (asks(address, "/late"), asks(address, "/never"));
        let report = Shutdown::new()
            .on(async move {
                both_are_there.wait().await;
            })
            .serve("http", Duration::from_millis(50), |stop| axum::serve(listener, app).with_graceful_shutdown(stop))
            .run()
            .await;
        let text = report.to_string();
        assert!(text.contains("\nserver http: dropped after ") && report.servers()[0].is_cut_short(), "{text}");
        assert!(text.ends_with(" of 50ms; what it has spawned is cut when the process ends"), "{text}");
        // The server is gone, and its connections are not. One that has been told to stop closes behind its answer.
        returns.notify_one();
        let late = tokio::task::spawn_blocking(move || late.join().unwrap()).await.unwrap();
        assert!(late.starts_with("HTTP/1.1 200 OK\r\n") && late.ends_with("\r\n\r\nlate"), "{late}");
        assert!(!never.is_finished());
        never
    });
    drop(runtime);
    assert_eq!(never.join().unwrap(), "", "cut without an answer");
}
