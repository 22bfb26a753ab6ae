//! The routes.

use std::sync::atomic::Ordering::Relaxed;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Result;
use axum::routing::{get, post};
use axum::{Json, Router};
use outlive::{Context, ContextLayer};
use outlive_trial::accounts::{
    Account, Credentials, Entry, Forgotten, NewAccount, NewPassword, Problem, Rename, bearer,
};
use serde_json::{Value, json};

use crate::{App, operations};

pub(crate) fn router(app: App) -> Router {
    Router::new()
        .route("/accounts", post(create))
        .route("/accounts/{id}", get(read).patch(rename).delete(delete))
        .route("/accounts/{id}/trail", get(trail))
        .route("/sessions", post(sign_in).delete(sign_out))
        .route("/password-resets", post(forgotten))
        .route("/password-resets/{token}", post(set_password))
        .route("/admin/purge", post(purge))
        .route("/admin/refresh", post(refresh))
        .with_state(app)
        .layer(ContextLayer::new(of_request))
}

/// What the reports of a request's tasks say of it.
fn of_request(request: &Request) -> Context {
    Context::root().with_label("path", request.uri().path())
}

async fn create(State(app): State<App>, Json(new): Json<NewAccount>) -> Result<(StatusCode, Json<Account>)> {
    let (account, welcome) = operations::create(app, new).await??;
    // Whoever cannot be reached is to hear of it now; who has left by then gets the mail all the same.
    welcome.await?.map_err(Problem::Mail)?;
    Ok((StatusCode::CREATED, Json(account)))
}

async fn read(State(app): State<App>, Path(id): Path<i64>, headers: HeaderMap) -> Result<Json<Account>> {
    app.store.signed_in(&headers, id).await?;
    Ok(Json(app.store.account(id).await?))
}

async fn rename(
    State(app): State<App>,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Json(to): Json<Rename>,
) -> Result<Json<Account>> {
    app.store.signed_in(&headers, id).await?;
    Ok(Json(operations::rename(app, id, to.name).await??))
}

async fn delete(State(app): State<App>, Path(id): Path<i64>, headers: HeaderMap) -> Result<StatusCode> {
    app.store.signed_in(&headers, id).await?;
    operations::delete(app, id).await??;
    Ok(StatusCode::NO_CONTENT)
}

async fn trail(State(app): State<App>, Path(id): Path<i64>) -> Result<Json<Vec<Entry>>> {
    Ok(Json(app.trail.of(id).await.map_err(Problem::Store)?))
}

async fn sign_in(State(app): State<App>, Json(who): Json<Credentials>) -> Result<(StatusCode, Json<Value>)> {
    let (id, token) = operations::sign_in(app, who).await??;
    Ok((StatusCode::CREATED, Json(json!({ "account": id, "token": token }))))
}

async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<StatusCode> {
    operations::sign_out(app, bearer(&headers).to_owned()).await??;
    Ok(StatusCode::NO_CONTENT)
}

async fn forgotten(State(app): State<App>, Json(who): Json<Forgotten>) -> Result<StatusCode> {
    // The answer does not say whether there is such an account.
    if let Ok(account) = app.store.account_of(&who.email).await {
        operations::send_reset(app, account).await??;
    }
    Ok(StatusCode::ACCEPTED)
}

async fn set_password(
    State(app): State<App>,
    Path(token): Path<String>,
    Json(new): Json<NewPassword>,
) -> Result<StatusCode> {
    operations::set_password(app, token, new.password).await??;
    Ok(StatusCode::NO_CONTENT)
}

async fn purge(State(app): State<App>) -> Result<Json<Value>> {
    app.purging.now().await.map_err(|why| Problem::Loop(why.to_string()))?;
    Ok(Json(json!({ "purged": app.loops.purged.load(Relaxed) })))
}

async fn refresh(State(app): State<App>) -> Result<StatusCode> {
    app.refreshing.now().await.map_err(|why| Problem::Loop(why.to_string()))?;
    Ok(StatusCode::NO_CONTENT)
}
