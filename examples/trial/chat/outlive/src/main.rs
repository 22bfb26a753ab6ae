//! The chat service, with outlive.

mod hooks;
mod http;
mod importer;
mod presence;
mod socket;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use outlive::Shutdown;
use outlive_trial::chat::{Hub, Settings, Store};
use tokio::sync::Notify;

use crate::hooks::{HOOKS, KEPT};
use crate::http::SAID;
use crate::importer::IMPORTS;
use crate::presence::LOOPS;

const HTTP: Duration = Duration::from_secs(10);
/// `terminationGracePeriodSeconds` of its deployment: where the phases may take longer, it does not start.
const GRACE_PERIOD: Duration = Duration::from_secs(70);

/// What the handlers have.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) hub: Hub,
    /// Wakes the importer.
    pub(crate) imports: Arc<Notify>,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    outlive_trial::log();
    let settings = Settings::from_env();
    let store = Store::open(&settings.data.join("chat.sqlite")).await?;
    let app = App { store, hub: Hub::default(), imports: Arc::default() };
    importer::import(app.store.clone(), app.imports.clone());
    presence::announce(app.hub.clone(), settings.announce_every);

    let listener = outlive_trial::listen().await?;
    let report = Shutdown::all()
        .on(Shutdown::requested())
        .serve("http", HTTP, |stop| axum::serve(listener, http::router(app)).with_graceful_shutdown(stop))
        .phase("workers")
        .tracker(&IMPORTS)
        .tracker(&LOOPS)
        .phase("said")
        .tracker(&SAID)
        .phase("hooks")
        .tracker(&HOOKS)
        .phase("kept")
        .tracker(&KEPT)
        .inspect(|report| eprintln!("{report}"))
        .within(GRACE_PERIOD)?
        .run()
        .await;
    Ok(report.into())
}
