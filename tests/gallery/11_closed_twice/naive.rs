use std::sync::{Arc, Mutex};

use tokio::task::JoinHandle;

use crate::common::Db;

#[derive(Clone)]
pub(crate) struct Pool {
    worker: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Pool {
    pub(crate) fn start(db: Db) -> Self {
        let worker = tokio::spawn(async move { db.insert(7).await });
        Self { worker: Arc::new(Mutex::new(Some(worker))) }
    }

    pub(crate) async fn close(&self) {
        let worker = self.worker.lock().unwrap().take();
        worker.expect("closed once").await.unwrap();
    }
}
