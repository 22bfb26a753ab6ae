//! The page over a socket: what it answers to which request, with which headers, wherever it is mounted.

use std::net::SocketAddr;

use axum::Router;
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use data_encoding::BASE64;
use http::{Method, Request, StatusCode};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use outlive::{StatusPage, Tracker, detached};
use outlive_integration_tests::{Element, send, serve};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tower::ServiceExt;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[detached(timeout = "5s", track = MAIL)]
async fn send_mail() {}

async fn fetch(at: SocketAddr, path: &str) -> http::Response<String> {
    send(at, Request::get(path)).await
}

fn is_page(response: &http::Response<String>) -> bool {
    let _ = send_mail as fn() -> _;
    response.status() == StatusCode::OK
        && response.headers()["content-type"] == "text/html; charset=utf-8"
        && Element::parse(response.body()).row("functions", "send_mail").1["State"] == "not called"
}

fn is_json(response: &http::Response<String>) -> bool {
    let status: serde_json::Value = serde_json::from_str(response.body()).unwrap_or_default();
    let names = status["functions"].as_array().into_iter().flatten().map(|function| &function["name"]);
    response.status() == StatusCode::OK
        && response.headers()["content-type"] == "application/json"
        && names.into_iter().any(|name| name == "send_mail")
}

#[tokio::test]
async fn below_any_path_with_and_without_a_slash_there_is_the_page_and_its_json() {
    let hello = || Router::new().route("/", get(async || "hello"));
    let internal = Router::new().nest("/internal", StatusPage::router("/tasks"));
    let slash = hello().merge(StatusPage::router("/debug/tasks/"));
    let service = hello().nest_service("/debug/tasks", StatusPage::new());
    for (app, path) in [
        (hello().merge(StatusPage::router("/debug/tasks")), "/debug/tasks"),
        (slash, "/debug/tasks"),
        (service, "/debug/tasks"),
        (internal, "/internal/tasks"),
        (StatusPage::router("/"), ""),
        (Router::new().fallback_service(StatusPage::new()), ""),
    ] {
        let at = serve(app).await;
        if !path.is_empty() {
            assert!(is_page(&fetch(at, path).await), "{path}");
            assert!(is_json(&fetch(at, &format!("{path}?format=json")).await), "{path}");
        }
        assert!(is_page(&fetch(at, &format!("{path}/")).await), "{path}/");
        assert!(is_json(&fetch(at, &format!("{path}/status.json")).await), "{path}/status.json");
        assert!(is_json(&fetch(at, &format!("{path}/?format=json")).await), "{path}/");
        let accepting = Request::get(format!("{path}/")).header("accept", "application/json");
        assert!(is_json(&send(at, accepting).await), "{path}/");
    }
}

#[tokio::test]
async fn a_page_is_a_handler_too() {
    let at = serve(Router::new().route("/debug/tasks", get(StatusPage::new()))).await;
    assert!(is_page(&fetch(at, "/debug/tasks").await));
    assert!(is_json(&fetch(at, "/debug/tasks?format=json").await));
    let accepting = Request::get("/debug/tasks").header("accept", "application/json");
    assert!(is_json(&send(at, accepting).await));
}

#[tokio::test]
async fn the_router_has_no_other_routes_and_leaves_yours_alone() {
    let app = Router::new().route("/debug", get(async || "mine")).merge(StatusPage::router("/debug/tasks"));
    let at = serve(app.fallback(async || (StatusCode::NOT_FOUND, "my own"))).await;
    assert_eq!(fetch(at, "/debug").await.body(), "mine");
    for path in ["/", "/debug/tasks/more", "/debug/tasks/status.json/", "/debug/tasksx", "/status.json"] {
        assert_eq!(fetch(at, path).await.body(), "my own", "{path}");
    }
}

#[tokio::test]
async fn a_layer_on_the_router_keeps_the_page_for_those_who_may_see_it() {
    async fn operators_only(
        request: axum::extract::Request,
        next: Next,
    ) -> Result<axum::response::Response, StatusCode> {
        let is_operator = request.headers().get("x-user").is_some_and(|user| user == "ada");
        if is_operator { Ok(next.run(request).await) } else { Err(StatusCode::UNAUTHORIZED) }
    }

    let app = Router::new().route("/", get(async || "for all"));
    let at = serve(app.merge(StatusPage::router("/debug/tasks").layer(from_fn(operators_only)))).await;
    assert_eq!(fetch(at, "/").await.body(), "for all");
    for path in ["/debug/tasks", "/debug/tasks/", "/debug/tasks/status.json"] {
        let response = fetch(at, path).await;
        assert_eq!((response.status(), &**response.body()), (StatusCode::UNAUTHORIZED, ""), "{path}");
        assert_eq!(send(at, Request::get(path).header("x-user", "ada")).await.status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn hyper_serves_it_without_any_router() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = TowerToHyperService::new(StatusPage::new());
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    assert!(is_page(&fetch(at, "/debug/tasks").await));
    assert!(is_json(&fetch(at, "/debug/tasks/status.json").await));
    let head = send(at, Request::head("/debug/tasks")).await;
    assert_eq!((head.status(), &**head.body()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn only_get_and_head_are_answered_and_head_says_how_long_the_page_is() {
    let at = serve(StatusPage::router("/debug/tasks")).await;
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
        let response = send(at, Request::builder().method(&method).uri("/debug/tasks")).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(response.headers()["allow"], "GET, HEAD", "{method}");
        assert!(response.headers().contains_key("content-security-policy"));
    }
    for path in ["/debug/tasks", "/debug/tasks/status.json"] {
        let head = send(at, Request::head(path)).await;
        assert_eq!((head.status(), &**head.body()), (StatusCode::OK, ""));
        let (said, got) = (head.headers()["content-length"].to_str().unwrap(), fetch(at, path).await.body().len());
        // Times grow by a digit now and then.
        assert!(said.parse::<usize>().unwrap().abs_diff(got) < 200, "{said} of {got}");
        assert!(got > 200);
    }
}

#[tokio::test]
async fn a_browser_is_told_to_run_and_load_nothing_but_what_is_in_the_page_itself() {
    let response = StatusPage::new().oneshot(Request::get("/").body(()).unwrap()).await.unwrap();
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("referrer-policy"), "no-referrer");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin");
    assert_eq!(header("vary"), "accept");

    let page = Element::parse(response.body());
    let hash = |of: &str| {
        let elements = page.named(of);
        assert_eq!(elements.len(), 1, "{of}");
        format!("{of}-src 'sha256-{}'", BASE64.encode(&Sha256::digest(elements[0].text())))
    };
    let policy = header("content-security-policy");
    let rules: Vec<_> = policy.split("; ").collect();
    for expected in
        [&*hash("script"), &*hash("style"), "default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'"]
    {
        assert!(rules.contains(&expected), "no {expected} in {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{policy}");

    for element in page.all() {
        for (name, value) in &element.attributes {
            assert!(!name.starts_with("on") && name != "style" && name != "src", "{name} of {}", element.name);
            assert!(name != "href" || ["data:,", "?format=json"].contains(&&**value), "{value}");
        }
    }
}
