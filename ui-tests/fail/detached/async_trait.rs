//! `#[async_trait]` turns the method into a plain function, and a trait's method cannot be detached anyway.
//! The fix: detach a free function, and let the method call that.

use std::pin::Pin;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

trait Audit {
    fn write<'life0, 'async_trait>(&'life0 self) -> Pin<Box<dyn Future<Output = ()> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait;
}

struct File;

impl Audit for File {
    #[detached(timeout = "5s", track = AUDIT)]
    fn write<'life0, 'async_trait>(&'life0 self) -> Pin<Box<dyn Future<Output = ()> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(async move {})
    }
}

fn main() {}
