//! A tracker that a function makes for each call bounds nothing, and no shutdown knows it: debug builds say so, once for each function.

use std::sync::{Arc, OnceLock};

use outlive::{Tracker, detached};
use outlive_tests::{Event, Trace};

const NOBODY_ELSES: &str = "a tracker that nobody else holds";

fn said(trace: &Trace) -> Vec<Event> {
    trace.events().into_iter().filter(|event| event.field("message").contains(NOBODY_ELSES)).collect()
}

fn everybodys() -> Arc<Tracker> {
    static EVERYBODYS: OnceLock<Arc<Tracker>> = OnceLock::new();
    Arc::clone(EVERYBODYS.get_or_init(|| Arc::new(Tracker::bounded("everybodys", 8))))
}

fn nobodys() -> Arc<Tracker> {
    Arc::new(Tracker::bounded("nobodys", 8))
}

#[tokio::test]
async fn a_tracker_of_one_call_is_reported_once() {
    #[detached(timeout = "5s", track = nobodys())]
    async fn loose() {}

    let trace = Trace::record();
    for _ in 0..3 {
        loose().await.unwrap();
    }
    let events = said(&trace);
    if !cfg!(debug_assertions) {
        assert!(events.is_empty(), "{events:#?}");
        return;
    }
    let [event] = &*events else { panic!("{events:#?}") };
    assert_eq!((event.field("task"), event.field("tracker")), ("loose", "nobodys"));
    assert!(event.field("message").ends_with("make the tracker once, in a static, and name that"), "{event:?}");
}

#[tokio::test]
async fn one_that_others_hold_is_not() {
    struct App {
        tasks: Arc<Tracker>,
    }

    #[detached(timeout = "5s", track = everybodys())]
    async fn held_by_a_static() {}

    #[detached(timeout = "5s", track = Arc::clone(&app.tasks))]
    async fn held_by_the_app(app: Arc<App>) {
        drop(app);
    }

    let trace = Trace::record();
    held_by_a_static().await.unwrap();
    held_by_the_app(Arc::new(App { tasks: Arc::new(Tracker::bounded("app", 8)) })).await.unwrap();
    assert!(said(&trace).is_empty(), "{:#?}", said(&trace));
}
