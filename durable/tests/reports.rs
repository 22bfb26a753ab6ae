//! A run that fails is reported as any detached function's: under its module, by its name, and no more often than those may be.

mod support;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use outlive::Tracker;
use outlive_durable::{Jobs, durable};
use support::{Database, until};

static JOBS: Tracker = Tracker::bounded("reports", 4);

#[durable(timeout = "5s", attempts = 2, backoff = "1ms..2ms", track = JOBS, name = "print")]
async fn prints() -> Result<(), std::io::Error> {
    Err(std::io::Error::other("no ink"))
}

/// All that is said, wherever it comes from, as people read it.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn lines(&self, parts: &[&str]) -> usize {
        self.text().lines().filter(|line| parts.iter().all(|part| line.contains(part))).count()
    }
}

impl Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn an_err_is_in_the_log_of_the_functions_module_and_the_end_names_the_function() {
    let log = Log::default();
    tracing_subscriber::fmt().with_ansi(false).with_writer(Mutex::new(log.clone())).init();
    let database = Database::new("reports");
    let queue = database.queue().await;
    let worker = Jobs::on(&queue).start();
    for _ in 0..20 {
        prints().enqueue(&queue).await.unwrap();
    }
    until("all have used up their attempts", || async { worker.counts().killed == 20 }).await;
    let said = log.lines(&[" WARN ", " reports: ", "print", "no ink"]);
    assert!((1..=20).contains(&said), "{said} of 40 attempts: {}", log.text());
    assert_eq!(log.lines(&["function=\"print\" attempts=2 error=\"no ink\""]), 20, "each job that is given up");
}
