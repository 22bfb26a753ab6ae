//! What is written as an axum handler is refused, with the arguments to write; what only looks a little like one is not.

use super::{detached, shown};

const ARGS: &str = "timeout = \"5s\", track = AUDIT";

#[test]
fn a_handler_is_told_what_its_task_takes() {
    for (item, expected) in [
        ("async fn f(Path(order): Path<u64>) {}", "Path(order) ⇒ write `order: u64`, and"),
        ("async fn f(n: u8, axum::Json(order): axum::Json<Order>) {}", "axum::Json(order) ⇒ write `order: Order`, and"),
        (
            "async fn f(State(app): State<App>, Path((a, b)): Path<(u64, String)>) -> impl IntoResponse {}",
            "State(app) ⇒ write `app: App, a: u64, b: String`, leave `-> impl IntoResponse` out, and",
        ),
        ("async fn f(Query(Page { size, .. }): Query<Page>) {}", "write `Page { size, .. }: Page`, and"),
        (
            "async fn f(n: u8) -> impl IntoResponse + Send {}",
            "impl IntoResponse + Send ⇒ leave `-> impl IntoResponse + Send` out",
        ),
    ] {
        let errors = shown(&detached(ARGS, item).1);
        let [error] = &errors[..] else { panic!("{item}: {errors:?}") };
        assert!(expected.split(" ⇒ ").all(|part| error.contains(part)), "{item}: {error}");
    }
}

#[test]
fn what_is_meant_is_not_refused() {
    for (attr, item) in [
        ("allow_request_bound = \"an order is whole\"", "async fn f(Path(order): Path<u64>) -> impl IntoResponse {}"),
        ("", "async fn f(Path(order): Route<u64>) {}"),
        ("", "async fn f(Wrap(order): Wrap<u64>) {}"),
        ("", "async fn f(State(first, second): State<u64>) {}"),
        ("", "async fn f(order: Json<u64>, state: State<Idle>) -> impl Iterator {}"),
    ] {
        let errors = detached(&format!("{ARGS}, {attr}"), item).1;
        assert!(errors.is_empty(), "{item}: {:?}", shown(&errors));
    }
}
