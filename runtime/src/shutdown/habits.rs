//! What other libraries call the methods of a `Shutdown`, a `Readiness` and a report.

#![allow(missing_docs, clippy::must_use_candidate, reason = "none is ever called")]

use super::{Readiness, Shutdown, ShutdownReport};
use crate::util::habits;

#[diagnostic::on_unimplemented(
    message = "a `Readiness` is ready from its start until the shutdown begins, and only the shutdown changes it",
    label = "leave this out, and write `.ready(&READY, Duration::from_secs(5))` where the `Shutdown` is built"
)]
pub trait EndsWithShutdown<'a> {}

#[diagnostic::on_unimplemented(
    message = "a `Readiness` says by `is_ready` whether the process accepts requests",
    label = "write `is_ready()` instead of this"
)]
pub trait SaysReady<'a> {}

habits! {
    impl [] Readiness {
        (for<'a> EndsWithShutdown<'a>) {
            set(..) set_ready(..) set_not_ready(..) set_unready(..) mark_ready(..) mark_not_ready(..) not_ready(..) store(..) start(..) stop(..)
        }
        (for<'a> SaysReady<'a>) { ready(..) get(..) load(..) is_healthy(..) check(..) }
    }
}

#[diagnostic::on_unimplemented(
    message = "a shutdown is run by `run`, which waits until it is asked for, and gives the report",
    label = "write `run()` instead of this"
)]
pub trait Runs<'a> {}

#[diagnostic::on_unimplemented(
    message = "a shutdown begins when the future of `on` resolves",
    label = "write `on(Shutdown::requested())` instead of this: SIGTERM and Ctrl-C"
)]
pub trait BeginsOn<'a> {}

#[diagnostic::on_unimplemented(
    message = "a shutdown takes a tracker by `tracker`, an `Arc<Tracker>` by `shared`, and a service by `owner`",
    label = "for a static, write `tracker(&AUDIT)` instead of this",
    note = "for a service, write `owner(rates.clone())`; one call for each"
)]
pub trait TakesTrackers<'a> {}

#[diagnostic::on_unimplemented(
    message = "a shutdown takes a service by `owner`",
    label = "write `owner(rates.clone())` instead of this",
    note = "a server, such as axum's, is run by `serve`"
)]
pub trait TakesServices<'a> {}

#[diagnostic::on_unimplemented(
    message = "a shutdown takes as long as its parts may take: each server, tracker and step has a budget of its own",
    label = "leave this out; to check the sum, write `within(Duration::from_secs(30))?` instead"
)]
pub trait SumsBudgets<'a> {}

#[diagnostic::on_unimplemented(
    message = "what is to run at the end is a last step, with a name and a budget",
    label = "write `finally(\"traces\", Duration::from_secs(2), move || …)` instead of this"
)]
pub trait EndsWithSteps<'a> {}

#[diagnostic::on_unimplemented(
    message = "a shutdown runs a server by `serve`, with a name and a budget",
    label = "write `serve(\"http\", Duration::from_secs(10), |stop| …)` instead of this",
    note = "for axum, the closure is `|stop| axum::serve(listener, app).with_graceful_shutdown(stop)`"
)]
pub trait RunsServers<'a> {}

#[diagnostic::on_unimplemented(
    message = "a shutdown takes a `Readiness` by `ready`, and serves on for a while",
    label = "write `ready(&READY, Duration::from_secs(5))` instead of this"
)]
pub trait TakesReadiness<'a> {}

#[diagnostic::on_unimplemented(
    message = "a shutdown is made by `all`, which finds every tracker of the program",
    label = "write `all()` instead of this, and `.run().await` at the end"
)]
pub trait MadeByAll<'a> {}

#[diagnostic::on_unimplemented(
    message = "the future of a shutdown's request is `requested`: it resolves at SIGTERM and Ctrl-C",
    label = "write `requested()` instead of this"
)]
pub trait AskedByRequested<'a> {}

habits! {
    impl [] Shutdown {
        (for<'a> Runs<'a>) {
            wait(..) drain(..) execute(..) listen(..) begin(..) shutdown(..) graceful(..) join(..) block_on(..) handle_shutdown_requests(..)
        }
        (for<'a> BeginsOn<'a>) {
            on_signal(..) on_signals(..) on_ctrl_c(..) on_sigterm(..) signal(..) signals(..) with_signal(..) catch_signals(..) when(..)
        }
        (for<'a> TakesTrackers<'a>) {
            add(..) add_tracker(..) with_tracker(..) trackers(..) track(..) register(..) member(..) arc(..)
        }
        (for<'a> TakesServices<'a>) { service(..) services(..) add_service(..) with_service(..) owned(..) add_owner(..) with_owner(..) }
        (for<'a> SumsBudgets<'a>) {
            timeout(..) with_timeout(..) grace(..) grace_period(..) deadline(..) with_grace_period(..) drain_budget(..) max(..)
        }
        (for<'a> EndsWithSteps<'a>) {
            hook(..) cleanup(..) then(..) on_exit(..) on_shutdown(..) on_stop(..) before(..) after(..) step(..) flush(..) last(..)
        }
        (for<'a> RunsServers<'a>) { server(..) with_server(..) http(..) spawn(..) axum(..) listener(..) }
        (for<'a> TakesReadiness<'a>) { readiness(..) with_readiness(..) not_ready(..) health(..) }
        (for<'a> MadeByAll<'a>) { fn builder(..) fn install(..) fn with_trackers(..) fn of(..) fn setup(..) fn global(..) }
        (for<'a> AskedByRequested<'a>) {
            fn requested_signal(..) fn ctrl_c(..) fn sigterm(..) fn wait_for_signal(..) fn is_requested(..) fn stopped(..)
        }
    }
}

#[cfg(not(feature = "signal"))]
#[diagnostic::on_unimplemented(
    message = "`Shutdown::requested` waits for signals, for which outlive has the feature `signal`",
    label = "for this, add `features = [\"signal\"]` to `outlive` in Cargo.toml",
    note = "without it, write `on` with a future of your own, and `Shutdown::request(\"why\")` where the process is to end"
)]
pub trait WaitsForSignals<'a> {}

/// What it gives is what `on` takes, so that this is the one error.
#[cfg(not(feature = "signal"))]
#[doc(hidden)]
impl Shutdown {
    pub fn requested() -> std::future::Pending<()>
    where
        Self: for<'a> WaitsForSignals<'a>,
    {
        unreachable!("a call of it does not compile")
    }
}

#[diagnostic::on_unimplemented(
    message = "a shutdown's report becomes an `ExitCode`, and its number is `code`",
    label = "write `into()` instead of this, for an `ExitCode`; or `code()`, for its number"
)]
pub trait BecomesACode<'a> {}

#[diagnostic::on_unimplemented(
    message = "a shutdown's report is no `Result`, and says by `is_clean` whether all ended well",
    label = "write `is_clean()` instead of this"
)]
pub trait SaysWhetherClean<'a> {}

habits! {
    impl [] ShutdownReport {
        (for<'a> BecomesACode<'a>) { exit_code(..) to_exit_code(..) status(..) exit_status(..) }
        (for<'a> SaysWhetherClean<'a>) { is_ok(..) is_err(..) is_success(..) success(..) ok(..) unwrap(..) expect(..) has_failed(..) }
    }
}
