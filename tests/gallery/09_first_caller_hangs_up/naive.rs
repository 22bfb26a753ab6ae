use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use super::load;
use crate::common::Db;

/// For one key, to be short.
#[derive(Default)]
pub(crate) struct Cache {
    loading: Mutex<Option<watch::Receiver<Option<&'static str>>>>,
}

impl Cache {
    pub(crate) async fn get(self: Arc<Self>, db: Db) -> Option<&'static str> {
        let (publish, mut published) = watch::channel(None);
        let under_way = self.loading.lock().unwrap().clone();
        if let Some(mut under_way) = under_way {
            let value = under_way.wait_for(Option::is_some).await.ok()?; // the first caller is gone, and the sender with it
            return *value;
        }
        *self.loading.lock().unwrap() = Some(published.clone());
        publish.send_replace(Some(load(db).await));
        *published.borrow_and_update()
    }
}
