//! The accounts service, with tokio alone.

mod audit;
mod http;
mod loops;
mod mail;

use std::error::Error;
use std::io;

use outlive_trial::accounts::{Settings, Store, Trail};

/// What the handlers have.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) trail: Trail,
    pub(crate) settings: Settings,
    pub(crate) purger: loops::Purger,
    pub(crate) blocked: outlive_trial::accounts::BlockedDomains,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    outlive_trial::log();
    let settings = Settings::from_env();
    let store = Store::open(&settings.data.join("accounts.sqlite")).await?;
    let trail = Trail::open(&settings.data.join("trail.sqlite")).await?;

    let (purger, purging) = loops::start_purging(store.clone(), settings.purge_every);
    let (blocked, refreshing) = loops::start_refreshing(store.clone(), settings.refresh_every).await?;
    let app = App { store, trail, settings, purger, blocked };

    let terminated = terminated()?;
    let listener = outlive_trial::listen().await?;
    axum::serve(listener, http::router(app)).with_graceful_shutdown(terminated).await?;
    purging.abort();
    refreshing.abort();
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
