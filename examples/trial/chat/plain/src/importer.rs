//! The importer: one import after the other, page by page.

use outlive_trial::chat::{Import, Said, Store, get};

use crate::App;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Starts it.
pub(crate) async fn start(app: &App) -> sqlx::Result<()> {
    app.store.fail_running_imports().await?; // a process before this one has died with them
    let (store, stop, woken) = (app.store.clone(), app.stop.clone(), app.imports.clone());
    app.tasks.spawn(async move {
        loop {
            let import = match store.next_import().await {
                Ok(import) => import,
                Err(error) => {
                    tracing::error!(%error, "the importer has ended");
                    return;
                }
            };
            let turn = async {
                match import {
                    None => woken.notified().await,
                    Some(import) => finish(&store, import).await,
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = turn => {}
            }
        }
    });
    Ok(())
}

async fn finish(store: &Store, import: Import) {
    let id = import.id;
    let state = match pages(store, import).await {
        Ok(()) => "done",
        Err(error) => {
            tracing::warn!(%error, id, "an import has failed");
            "failed"
        }
    };
    if let Err(error) = store.set_import(id, state).await {
        tracing::error!(%error, id, state, "nobody will know");
    }
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
