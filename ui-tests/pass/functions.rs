//! Free functions: what a signature and a body may be.

#![deny(warnings)]

use std::error::Error;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use outlive::{TaskHandle, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const LIMIT: Duration = Duration::from_secs(5);

#[detached(timeout = "5s", track = AUDIT)]
async fn nothing() {}

#[detached(timeout = LIMIT, track = AUDIT)]
async fn number() -> u32 {
    7
}

#[detached(timeout = Duration::from_millis(10 * 100), track = crate::AUDIT)]
async fn fallible(fails: bool) -> Result<u32, Box<dyn Error + Send + Sync>> {
    if fails {
        return Err("failed".into());
    }
    let number: u32 = "7".parse()?;
    Ok(number)
}

#[detached(timeout = "1m 30s", track = LARGE)]
async fn long() {}

static LARGE: Tracker<120> = Tracker::unbounded("large").drain_budget::<120>();

#[detached(timeout = "5s", track = AUDIT)]
async fn patterns((left, right): (u32, u32), [first, ..]: [u32; 3], mut sum: u32, _: Arc<()>, _unused: u32) -> u32 {
    sum += left + right + first;
    sum
}

struct Point {
    x: u32,
    y: u32,
}

#[detached(timeout = "5s", track = AUDIT)]
async fn fields(Point { x, y: height }: Point, whole @ 0..: u32) -> u32 {
    x + height + whole
}

#[detached(timeout = "5s", track = AUDIT)]
async fn r#match(r#type: u32) -> u32 {
    r#type
}

#[detached(timeout = "5s", track = AUDIT)]
async fn borrows_for_good(
    name: &'static str,
    code: fn(&str) -> usize,
    boxed: Box<dyn Fn(&str) -> usize + Send>,
) -> usize {
    code(name) + boxed(name)
}

#[detached(timeout = "5s", track = AUDIT)]
async fn any_future(future: impl Future<Output = u32> + Send + 'static) -> u32 {
    future.await
}

/// An argument that the body never names lives as long as the task.
#[detached(timeout = "5s", track = AUDIT)]
async fn keeps(_guard: Guard, count: Arc<AtomicU32>) -> u32 {
    tokio::task::yield_now().await;
    count.load(Ordering::Relaxed)
}

struct Guard(Arc<AtomicU32>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Calls itself: each call is a task of its own.
#[detached(timeout = "5s", track = AUDIT)]
async fn countdown(from: u32) -> u32 {
    if from == 0 { 0 } else { countdown(from - 1).await.unwrap() }
}

#[detached(timeout = "5s", track = AUDIT, blocking)]
fn blocks(number: u32) -> u32 {
    number
}

/// Items of its own, a loop, a return, a macro of its own.
#[detached(timeout = "5s", track = AUDIT)]
async fn busy(n: u32) -> u32 {
    struct Own(u32);
    impl Own {
        fn get(&self) -> u32 {
            self.0
        }
    }
    macro_rules! twice {
        ($e:expr) => {
            $e * 2
        };
    }
    let mut sum = 0;
    'outer: for i in 0.. {
        for j in 0..i {
            if i + j > n {
                break 'outer;
            }
            sum += 1;
        }
    }
    if sum == 0 {
        return twice!(Own(n).get());
    }
    sum
}

mod inner {
    use super::AUDIT as TRACKER;
    use outlive::detached;

    #[detached(timeout = "5s", track = TRACKER)]
    pub(super) async fn hidden() -> &'static str {
        "hidden"
    }

    #[detached(timeout = "5s", track = super::AUDIT)]
    pub(crate) async fn seen() -> &'static str {
        "seen"
    }
}

fn in_a_function() -> TaskHandle<u32> {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn local() -> u32 {
        7
    }
    local()
}

#[tokio::main]
async fn main() {
    nothing();
    assert_eq!(number().await.unwrap(), 7);
    assert_eq!(fallible(false).await.unwrap().unwrap(), 7);
    assert!(fallible(true).await.unwrap().is_err());
    long();
    assert_eq!(patterns((1, 2), [3, 0, 0], 4, Arc::new(()), 0).await.unwrap(), 10);
    assert_eq!(fields(Point { x: 1, y: 2 }, 3).await.unwrap(), 6);
    assert_eq!(r#match(7).await.unwrap(), 7);
    assert_eq!(borrows_for_good("four", str::len, Box::new(|name| name.len())).await.unwrap(), 8);
    assert_eq!(any_future(async { 7 }).await.unwrap(), 7);
    let count = Arc::new(AtomicU32::new(0));
    assert_eq!(keeps(Guard(count.clone()), count).await.unwrap(), 0);
    assert_eq!(countdown(3).await.unwrap(), 0);
    assert_eq!(blocks(7).await.unwrap(), 7);
    assert_eq!(busy(0).await.unwrap(), 0);
    assert_eq!(busy(3).await.unwrap(), 4);
    assert_eq!(inner::hidden().await.unwrap(), "hidden");
    assert_eq!(inner::seen().await.unwrap(), "seen");
    assert_eq!(in_a_function().await.unwrap(), 7);
    assert!(AUDIT.drain().await.is_clean());
    assert!(LARGE.drain().await.is_clean());
}
