use tokio::task::JoinSet;

use super::ask_the_database;
use crate::common::Db;

pub(crate) async fn handler(cache: Db) -> Result<(), &'static str> {
    let mut group = JoinSet::new();
    group.spawn(async move {
        tokio::spawn(async move { cache.insert(7).await });
        Ok(())
    });
    group.spawn(ask_the_database());
    while let Some(ended) = group.join_next().await {
        ended.unwrap()?;
    }
    Ok(())
}
