//! A server that has dropped its `Stop` cannot end in order: that is reported while it serves, and not by the drain that cuts it short.

use std::future::{pending, ready};
use std::pin::pin;
use std::time::Duration;

use outlive::{Shutdown, Stop};
use outlive_tests::{Event, Trace};
use tokio::task::yield_now;
use tokio::time::sleep;
use tracing::Level;

const SECOND: Duration = Duration::from_secs(1);

fn without_stop(trace: &Trace) -> Vec<Event> {
    let mut reports = trace.reports();
    reports.retain(|event| event.field("message").contains("dropped its `Stop`"));
    reports
}

#[tokio::test(start_paused = true)]
async fn a_server_that_drops_its_stop_is_reported_at_once_and_by_its_name() {
    let trace = Trace::record();
    let mut shutdown = pin!(Shutdown::new().on(sleep(SECOND)).serve("http", 2 * SECOND, |_| pending::<()>()).run());
    tokio::select! {
        biased;
        report = &mut shutdown => panic!("{report}"),
        () = yield_now() => {}
    }
    let reports = without_stop(&trace);
    let [event] = &*reports else { panic!("{reports:#?}") };
    assert_eq!((event.level, event.target, event.field("server")), (Level::WARN, "outlive", "http"));
    assert_eq!(event.field("budget"), "2s");
    assert!(
        event.field("message").contains("`|stop| axum::serve(listener, app).with_graceful_shutdown(stop)`"),
        "{event:?}"
    );
    let report = shutdown.await;
    assert!(report.servers()[0].is_cut_short(), "{report}");
    assert_eq!(without_stop(&trace).len(), 0, "once");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_keeps_its_stop_anywhere_or_ends_by_itself_is_not_reported() {
    let trace = Trace::record();
    let report = Shutdown::new()
        .on(sleep(SECOND))
        .serve("awaits it", SECOND, async |stop: Stop| stop.await)
        .serve("in a task", SECOND, |stop| {
            let told = tokio::spawn(stop);
            async move { told.await.expect("it does not panic") }
        })
        .serve("looks at it", SECOND, async |stop: Stop| {
            while !stop.is_requested() {
                sleep(SECOND / 10).await;
            }
        })
        .serve("is told, and goes on", SECOND, async |stop: Stop| {
            stop.await;
            sleep(SECOND / 2).await;
        })
        .run()
        .await;
    assert!(report.is_clean(), "{report}");
    drop(Shutdown::new().serve("ends", SECOND, |_| ready(())).run().await);
    assert_eq!(without_stop(&trace).len(), 0, "{report}");
}
