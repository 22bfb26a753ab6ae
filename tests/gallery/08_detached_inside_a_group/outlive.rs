use outlive::{Context, Group, GroupError, Tracker, detached};

use super::ask_the_database;
use crate::common::Db;

pub(crate) async fn handler(cache: Db) -> Result<(), &'static str> {
    let mut group = Group::new();
    let fills = async move {
        // Cancelled when a sibling fails.
        Context::current().scope(cache.insert(7)).await.map_err(|_| "told to stop")
    };
    group.spawn(fills).await;
    group.spawn(ask_the_database()).await;
    first_failure(group).await
}

static CACHE: Tracker = Tracker::bounded("cache", 64);

#[detached(timeout = "5s", track = CACHE)]
async fn fill(cache: Db) {
    cache.insert(7).await;
}

pub(crate) async fn detaches(cache: Db) -> Result<(), &'static str> {
    let mut group = Group::new();
    let fills = async move {
        fill(cache);
        Ok(())
    };
    group.spawn(fills).await;
    group.spawn(ask_the_database()).await;
    first_failure(group).await
}

async fn first_failure(group: Group<&'static str>) -> Result<(), &'static str> {
    group.wait().await.map(drop).map_err(|error| if let GroupError::Failed(text) = error { text } else { "lost" })
}
