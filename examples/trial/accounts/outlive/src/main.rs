//! The accounts service, with outlive.

mod audit;
mod http;
mod kept;
mod loops;
mod mail;
mod operations;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use outlive::{Shutdown, TaskHandle};
use outlive_trial::accounts::{Settings, Store, Trail};

use crate::audit::AUDIT;
use crate::loops::Loops;
use crate::mail::MAIL;
use crate::operations::OPERATIONS;

const HTTP: Duration = Duration::from_secs(10);
const LOOPS: Duration = Duration::from_secs(20);
/// `terminationGracePeriodSeconds` of its deployment: where the steps may take longer, this does not compile.
const GRACE_PERIOD: Duration = Duration::from_secs(70);
const _: () =
    Shutdown::fits(&[&[HTTP], &[LOOPS], &[OPERATIONS.budget()], &[AUDIT.budget(), MAIL.budget()]], GRACE_PERIOD);

/// What the handlers have.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) trail: Trail,
    pub(crate) settings: Settings,
    pub(crate) loops: Loops,
    pub(crate) purging: Arc<TaskHandle<()>>,
    pub(crate) refreshing: Arc<TaskHandle<()>>,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    outlive_trial::log();
    let settings = Settings::from_env();
    let store = Store::open(&settings.data.join("accounts.sqlite")).await?;
    let trail = Trail::open(&settings.data.join("trail.sqlite")).await?;
    kept::keep_in(settings.data.clone());

    let loops = Loops::new(store.clone(), &settings);
    let (purging, refreshing) = (Arc::new(loops.purge()), Arc::new(loops.refresh()));
    refreshing.now().await.map_err(|why| why.to_string())?;
    let app = App { store, trail, settings, loops: loops.clone(), purging, refreshing };

    let listener = outlive_trial::listen().await?;
    let report = Shutdown::all()
        .on(Shutdown::requested())
        .serve("http", HTTP, |stop| axum::serve(listener, http::router(app)).with_graceful_shutdown(stop))
        .phase("loops")
        .owner(loops)
        .phase("operations")
        .tracker(&OPERATIONS)
        .phase("stores")
        .tracker(&AUDIT)
        .tracker(&MAIL)
        .inspect(|report| eprintln!("{report}"))
        .run()
        .await;
    Ok(report.into())
}
