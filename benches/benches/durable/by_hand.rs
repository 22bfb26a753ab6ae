//! The same with apalis's own worker and its ready-made layers.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use apalis::layers::WorkerBuilderExt as _;
use apalis::layers::retry::RetryPolicy;
use apalis::prelude::{BoxDynError, TaskSink as _, WorkerBuilder};

use crate::store::Pool;

static RAN: AtomicU32 = AtomicU32::new(0);
static NAMES: AtomicU32 = AtomicU32::new(0);

async fn nothing(number: u32) -> Result<(), BoxDynError> {
    let _ = number;
    RAN.fetch_add(1, Relaxed);
    Ok(())
}

macro_rules! runs {
    ($backend:expr, $count:expr) => {{
        let mut backend = $backend;
        for number in 0..$count {
            backend.push(number).await.expect("a queue");
        }
        let name = format!("by-hand-{}-{}", std::process::id(), NAMES.fetch_add(1, Relaxed));
        let worker = WorkerBuilder::new(name)
            .backend(backend)
            .enable_tracing()
            .concurrency(64)
            .retry(RetryPolicy::retries(4))
            .timeout(Duration::from_secs(5))
            .catch_panic()
            .build(nothing);
        let began = Instant::now();
        let run = tokio::spawn(worker.run());
        (began, run)
    }};
}

/// As many are fetched at once as it has by default, or as `ours.rs` holds.
pub(crate) async fn runs(pool: &Pool, count: u32, batch: Option<usize>) -> Duration {
    RAN.store(0, Relaxed);
    let (began, run) = match pool {
        Pool::Sqlite(pool) => {
            let config = apalis_sqlite::Config::default().queue("by hand");
            let config = match batch {
                Some(batch) => config.batch_size(batch),
                None => config,
            };
            runs!(apalis_sqlite::SqliteStorage::<u32>::new(pool).with_config(config), count)
        }
        #[cfg(feature = "durable-postgres")]
        Pool::Postgres(pool) => {
            let config = apalis_postgres::Config::default().queue("by hand");
            let config = match batch {
                Some(batch) => config.batch_size(batch),
                None => config,
            };
            runs!(apalis_postgres::PostgresStorage::<u32>::new(pool).with_config(config), count)
        }
    };
    // Not by a count of runs: what is written has ended.
    while pool.done("by hand").await < i64::from(count) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let took = began.elapsed();
    run.abort();
    assert!(RAN.load(Relaxed) >= count);
    took
}
