//! The routes.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Result;
use axum::routing::{get, post};
use axum::{Json, Router};
use outlive_trial::accounts::{
    Account, Credentials, Entry, Forgotten, NewAccount, NewPassword, Problem, Rename, bearer, goodbye, reset_link,
    welcome,
};
use serde_json::{Value, json};

use crate::App;
use crate::audit::write_audit;
use crate::mail::{send_mail, spawn_mail};

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
}

async fn create(State(app): State<App>, Json(new): Json<NewAccount>) -> Result<(StatusCode, Json<Account>)> {
    let account = app.store.create(&new, &app.blocked).await?;
    // Whoever cannot be reached is to hear of it now.
    send_mail(app.settings.relay, welcome(&account)).await.map_err(Problem::Mail)?;
    app.trail.write(&Entry::new(account.id, "created")).await.map_err(Problem::Store)?;
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
    let account = app.store.rename(id, &to.name).await?;
    write_audit(app.trail, Entry::new(id, "renamed"));
    Ok(Json(account))
}

async fn delete(State(app): State<App>, Path(id): Path<i64>, headers: HeaderMap) -> Result<StatusCode> {
    app.store.signed_in(&headers, id).await?;
    let account = app.store.account(id).await?;
    app.store.delete(id).await?;
    write_audit(app.trail, Entry::new(id, "deleted"));
    spawn_mail(app.settings.relay, goodbye(&account));
    Ok(StatusCode::NO_CONTENT)
}

async fn trail(State(app): State<App>, Path(id): Path<i64>) -> Result<Json<Vec<Entry>>> {
    Ok(Json(app.trail.of(id).await.map_err(Problem::Store)?))
}

async fn sign_in(State(app): State<App>, Json(who): Json<Credentials>) -> Result<(StatusCode, Json<Value>)> {
    let (id, token) = app.store.sign_in(&who).await?;
    write_audit(app.trail, Entry::new(id, "signed in"));
    Ok((StatusCode::CREATED, Json(json!({ "account": id, "token": token }))))
}

async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<StatusCode> {
    let id = app.store.sign_out(bearer(&headers)).await?;
    write_audit(app.trail, Entry::new(id, "signed out"));
    Ok(StatusCode::NO_CONTENT)
}

async fn forgotten(State(app): State<App>, Json(who): Json<Forgotten>) -> Result<StatusCode> {
    // The answer does not say whether there is such an account.
    if let Ok(account) = app.store.account_of(&who.email).await {
        let token = app.store.reset(account.id).await?;
        write_audit(app.trail, Entry::new(account.id, "asked for a new password"));
        spawn_mail(app.settings.relay, reset_link(&account, &token));
    }
    Ok(StatusCode::ACCEPTED)
}

async fn set_password(
    State(app): State<App>,
    Path(token): Path<String>,
    Json(new): Json<NewPassword>,
) -> Result<StatusCode> {
    let id = app.store.set_password(&token, &new.password).await?;
    write_audit(app.trail, Entry::new(id, "set a new password"));
    Ok(StatusCode::NO_CONTENT)
}

async fn purge(State(app): State<App>) -> Result<Json<Value>> {
    Ok(Json(json!({ "purged": app.purger.now().await? })))
}

async fn refresh(State(app): State<App>) -> Result<StatusCode> {
    app.store.refresh(&app.blocked).await.map_err(Problem::Store)?;
    Ok(StatusCode::NO_CONTENT)
}
