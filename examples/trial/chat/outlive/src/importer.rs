//! The importer: one import after the other, page by page.

use std::sync::Arc;

use outlive::{Context, Tracker, worker};
use outlive_trial::chat::{Import, Said, Store, get};
use tokio::sync::Notify;

type Error = Box<dyn std::error::Error + Send + Sync>;

pub(crate) static IMPORTS: Tracker<10> = Tracker::bounded("imports", 1).drain_budget::<10>();

/// Runs for as long as the service does.
#[worker(track = IMPORTS, grace = "5s", restart = "100ms..5s")]
pub(crate) async fn import(store: Store, woken: Arc<Notify>) -> sqlx::Result<()> {
    let context = Context::current();
    store.fail_running_imports().await?; // who ran them has died: this worker, or a process before this one
    while !context.is_cancelled() {
        match store.next_import().await? {
            Some(import) => finish(&context, &store, import).await?,
            None => drop(context.scope(woken.notified()).await),
        }
    }
    Ok(())
}

async fn finish(context: &Context, store: &Store, import: Import) -> sqlx::Result<()> {
    let id = import.id;
    let state = match context.scope(pages(store, import)).await {
        Ok(Ok(())) => "done",
        Ok(Err(error)) => {
            tracing::warn!(%error, id, "an import has failed");
            "failed"
        }
        Err(_told) => "queued", // the next process goes on with the page that was cut
    };
    store.set_import(id, state).await
}

async fn pages(store: &Store, mut import: Import) -> Result<(), Error> {
    loop {
        let page = get(&format!("{}?page={}", import.url, import.page)).await?;
        if page.is_empty() {
            return Ok(());
        }
        store.add_page(&import, page.lines().map(Said::of_export).collect()).await?;
        import.page += 1;
    }
}
