//! A worker without a grace that awaits behind `cancelled()` is refused, where that is sure, and nowhere else.

use super::{shown, task};
use crate::arguments::Kind;

const CTX: &str = "let ctx = outlive::Context::current();";

fn errors(attr: &str, body: &str) -> Vec<String> {
    shown(&task(Kind::Worker, attr, &format!("async fn f() {{ {CTX} {body} }}")).1)
}

#[test]
fn what_would_be_lost_is_refused() {
    for body in [
        "ctx.cancelled().await; flush().await;",
        "Context::current().cancelled().await; if open { close().await; }",
        "loop { select! { m = rx.recv() => batch.push(m), _ = ctx.cancelled() => break, } } flush(&batch).await;",
        "loop { tokio::select! { _ = ctx.cancelled() => { break } m = rx.recv() => batch.push(m) } } if !batch.is_empty() { flush(&batch).await; }",
        "let rest = loop { select! { _ = ctx.cancelled() => break batch, m = rx.recv() => batch.push(m), } }; flush(rest).await.ok();",
        "while let Some(n) = next() { select! { _ = ctx.cancelled() => { flush().await; return; } () = serve(n) => {} } }",
        "tokio::select! { () = serve() => {} _ = ctx.cancelled() => {} } close().await;",
    ] {
        let errors = errors("track = AUDIT", body);
        let [error] = &errors[..] else { panic!("{body}: {errors:?}") };
        assert!(error.starts_with("await ⇒ ") && error.ends_with("add `grace = \"2s\"`"), "{error}");
    }
}

#[test]
fn what_may_be_right_is_not() {
    for body in [
        "ctx.cancelled().await; println!(\"ends\");",
        "let cause = ctx.cancelled().await; report(cause)",
        "loop { select! { m = rx.recv() => serve(m).await, _ = ctx.cancelled() => break, } }",
        "loop { select! { m = rx.recv() => match m { Some(m) => serve(m).await, None => break }, _ = ctx.cancelled() => return, } } flush().await;",
        "loop { select! { m = rx.recv() => serve(m), _ = ctx.cancelled() => break, } } if !ctx.is_cancelled() { connect().await; }",
        "loop { select! { e = failed() => { why = e; break } _ = ctx.cancelled() => break, } } if let Some(e) = why { tell(e).await; }",
        "'all: loop { select! { m = rx.recv() => serve(m), _ = ctx.cancelled() => break 'all, } } flush().await;",
        "let next = select! { m = rx.recv() => m, _ = ctx.cancelled() => None }; if let Some(m) = next { serve(m).await; }",
        "select! { m = rx.recv() => m, _ = ctx.cancelled() => return None }; flush().await;",
        "token.cancelled().await; flush().await;",
        "self.ctx.cancelled().await; flush().await;",
        "loop { select! { m = rx.recv() => serve(m), _ = token.cancelled() => break, } } flush().await;",
        "let (source, other) = linked(); other.cancelled().await; flush().await;",
        "tokio::spawn(async move { ctx.cancelled().await; flush().await; }); serve().await;",
    ] {
        let errors = errors("track = AUDIT", body);
        assert!(errors.is_empty(), "{body}: {errors:?}");
    }
    let lost = "ctx.cancelled().await; flush().await;";
    assert!(errors("track = AUDIT, grace = \"2s\"", lost).is_empty());
    let of_others = format!("async fn f() {{ {CTX} {lost} }}");
    assert!(task(Kind::Detached, "timeout = \"5s\", track = AUDIT", &of_others).1.is_empty());
}
