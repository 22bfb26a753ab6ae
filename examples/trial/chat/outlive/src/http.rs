//! The routes.

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{Response, Result};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use outlive::{Context, ContextLayer, Tracker, detached};
use outlive_trial::chat::{Hook, Import, Message, Problem, Said, Source};
use serde_json::{Value, json};

use crate::App;
use crate::hooks::deliver;
use crate::socket::session;

pub(crate) fn router(app: App) -> Router {
    Router::new()
        .route("/rooms/{room}/socket/{user}", any(socket))
        .route("/rooms/{room}/messages", post(message).get(messages))
        .route("/rooms/{room}/hooks", post(hook))
        .route("/rooms/{room}/present", get(present))
        .route("/undelivered", get(undelivered))
        .route("/imports", post(import))
        .route("/imports/{id}", get(imported))
        .with_state(app)
        .layer(ContextLayer::new(of_request))
}

/// What the reports of a request's tasks say of it.
fn of_request(request: &Request) -> Context {
    Context::root().with_label("path", request.uri().path())
}

pub(crate) static SAID: Tracker = Tracker::bounded("said", 64).queue(1_000);

/// Stores what was said, shows it to the room, and has the webhooks called.
#[detached(timeout = "15s", track = SAID)]
pub(crate) async fn say(app: App, room: String, said: Said) -> Result<Message, Problem> {
    let message = app.store.add(&room, said).await?;
    app.hub.fan_out(&message);
    for hook in app.store.hooks(&room).await? {
        deliver(app.store.clone(), hook, message.clone()); // one that is refused is kept
    }
    Ok(message)
}

async fn socket(
    State(app): State<App>,
    Path((room, user)): Path<(String, String)>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let context = Context::current();
    upgrade.on_upgrade(move |socket| async move {
        let seat = app.hub.join(&room, &user);
        session(app, socket, seat, context).await;
    })
}

async fn message(
    State(app): State<App>,
    Path(room): Path<String>,
    Json(said): Json<Said>,
) -> Result<(StatusCode, Json<Message>)> {
    Ok((StatusCode::CREATED, Json(say(app, room, said).await??)))
}

async fn messages(State(app): State<App>, Path(room): Path<String>) -> Result<Json<Vec<Message>>> {
    Ok(Json(app.store.messages(&room).await.map_err(Problem::from)?))
}

async fn hook(State(app): State<App>, Path(room): Path<String>, Json(hook): Json<Hook>) -> Result<StatusCode> {
    app.store.add_hook(&room, &hook).await.map_err(Problem::from)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn present(State(app): State<App>, Path(room): Path<String>) -> Json<Vec<String>> {
    Json(app.hub.present(&room))
}

async fn undelivered(State(app): State<App>) -> Result<Json<Vec<(i64, String)>>> {
    Ok(Json(app.store.undelivered().await.map_err(Problem::from)?))
}

async fn import(State(app): State<App>, Json(source): Json<Source>) -> Result<(StatusCode, Json<Value>)> {
    let id = app.store.add_import(&source).await.map_err(Problem::from)?;
    app.imports.notify_one();
    Ok((StatusCode::ACCEPTED, Json(json!({ "import": id }))))
}

async fn imported(State(app): State<App>, Path(id): Path<i64>) -> Result<Json<Import>> {
    Ok(Json(app.store.import(id).await.map_err(Problem::from)?))
}
