use std::time::Duration;

use outlive::{Singleflight, Tracker};

use super::load;
use crate::common::Db;

static CACHE: Tracker = Tracker::bounded("cache", 64);
static PAGES: Singleflight<&str, &str> = Singleflight::new("pages", &CACHE, Duration::from_secs(5));

pub(crate) async fn get(db: Db) -> Option<&'static str> {
    let landed = PAGES.run("/", load(db)).await.ok()?;
    Some(landed.value)
}
