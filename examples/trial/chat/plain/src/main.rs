//! The chat service, with tokio and tokio-util alone.

mod hooks;
mod http;
mod importer;
mod presence;
mod socket;

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use outlive_trial::chat::{Hub, Settings, Store};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const PATIENCE: Duration = Duration::from_secs(10);

/// What the handlers have.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) hub: Hub,
    /// Wakes the importer.
    pub(crate) imports: Arc<Notify>,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    outlive_trial::log();
    let settings = Settings::from_env();
    let store = Store::open(&settings.data.join("chat.sqlite")).await?;
    let app = App {
        store,
        hub: Hub::default(),
        imports: Arc::default(),
        tasks: TaskTracker::new(),
        stop: CancellationToken::new(),
    };
    importer::start(&app).await?;
    presence::start(&app, settings.announce_every);

    let terminated = terminated()?;
    let listener = outlive_trial::listen().await?;
    let (tasks, stop) = (app.tasks.clone(), app.stop.clone());
    let told = async move {
        terminated.await;
        stop.cancel();
    };
    axum::serve(listener, http::router(app)).with_graceful_shutdown(told).await?;
    tasks.close();
    if tokio::time::timeout(PATIENCE, tasks.wait()).await.is_err() {
        tracing::warn!(left = tasks.len(), "some tasks did not end");
    }
    Ok(())
}

/// SIGTERM or Ctrl-C.
#[cfg(unix)]
fn terminated() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
    })
}

#[cfg(not(unix))]
fn terminated() -> io::Result<impl Future<Output = ()>> {
    Ok(async { tokio::signal::ctrl_c().await.expect("Ctrl-C can be listened for") })
}
