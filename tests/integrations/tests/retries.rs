//! How often calls are tried again is in all that an operator looks at: metrics, page, JSON, and the task's span.

use std::collections::HashMap;

use http::Request;
use opentelemetry::Value;
use outlive::{Context, Counts, StatusPage, Tracker, detached};
use outlive_integration_tests::{Element, Traces, attribute};
use tower::ServiceExt;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[detached(timeout = "5s", track = MAIL, retry = "4, 10ms..20ms")]
async fn send_mail(good: u32) -> Result<(), u32> {
    let attempt = Context::current().attempt();
    if attempt < good { Err(attempt) } else { Ok(()) }
}

#[detached(timeout = "5s", track = MAIL, retry = "2, 10ms..20ms")]
async fn send_telegram() -> Result<(), u32> {
    Err(Context::current().attempt()).or_else(|attempt| if attempt == 2 { Ok(()) } else { Err(attempt) })
}

#[tokio::test(start_paused = true)]
async fn metrics_page_and_json_have_the_retries() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder().unwrap();
    send_mail(3).await.unwrap().unwrap();
    send_mail(9).await.unwrap().unwrap_err();
    let telegram = send_telegram();
    let site = telegram.site();
    telegram.await.unwrap().unwrap();

    outlive::metrics::publish();
    let text = recorder.render();
    let series: HashMap<_, _> = text.lines().filter_map(|line| line.rsplit_once(' ')).collect();
    assert_eq!(series["outlive_task_retries_total{task=\"send_mail\",tracker=\"mail\"}"], "5");

    let page = StatusPage::new().oneshot(Request::get("/").body(()).unwrap()).await.unwrap().into_body();
    let page = Element::parse(&page);
    let told = |function: &str| page.row("functions", function).1["Since the start"].clone();
    assert_eq!(told("send_mail"), "2 started, 1 completed, 1 failed, 5 retries");
    assert_eq!(told("send_telegram"), "1 started, 1 completed, 1 retry");

    let counts: Counts = site.counts();
    assert_eq!(serde_json::to_value(counts).unwrap()["retries"], 1);
}

#[tokio::test(start_paused = true)]
async fn the_span_of_a_call_says_how_often_it_was_tried_again() {
    static OWN: Tracker = Tracker::bounded("own", 8);

    #[detached(timeout = "5s", track = OWN, retry = "4, 10ms..20ms")]
    async fn third_time() -> Result<(), u32> {
        let attempt = Context::current().attempt();
        if attempt < 3 { Err(attempt) } else { Ok(()) }
    }

    #[detached(timeout = "5s", track = OWN, retry = "4, 10ms..20ms")]
    async fn first_time() -> Result<(), u32> {
        Ok(())
    }

    let traces = Traces::new();
    let _watched = traces.watch();
    third_time().await.unwrap().unwrap();
    first_time().await.unwrap().unwrap();
    // All attempts are one span.
    assert_eq!(attribute(&traces.one("third_time"), "outlive.retry.count"), Some(Value::I64(2)));
    assert_eq!(attribute(&traces.one("first_time"), "outlive.retry.count"), None);
}
