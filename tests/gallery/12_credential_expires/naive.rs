use super::{Provider, upload, wait_for_the_store};
use crate::common::Db;

pub(crate) fn handler(db: Db, provider: &Provider) {
    let token = provider.issue();
    tokio::spawn(async move {
        wait_for_the_store().await;
        upload(db, &token).await;
    });
}
