//! A program whose `main` waits for something else than its shutdown, here the end of its stdin: see `tests/lives_on.rs`.

use std::future::ready;
use std::io::{Read, stdin};

use outlive::Shutdown;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tracing_subscriber::fmt().init();
    let report = Shutdown::all().on(ready(())).run().await;
    assert!(report.is_clean());
    let mut all = Vec::new();
    stdin().read_to_end(&mut all).unwrap();
}
