//! What is done to accounts: each operation with its row in the trail, and its mail. A client that leaves leaves nothing half done.

use outlive::{TaskHandle, Tracker, detached};
use outlive_trial::accounts::{
    Account, Credentials, Entry, NewAccount, Problem, SmtpError, goodbye, reset_link, welcome,
};

use crate::App;
use crate::audit::write_audit;
use crate::mail::send_mail;

pub(crate) static OPERATIONS: Tracker<15> = Tracker::bounded("operations", 16).queue(1_000).drain_budget::<15>();

/// Gives the welcome as well: whoever cannot be reached may hear of it.
#[detached(timeout = "15s", track = OPERATIONS)]
pub(crate) async fn create(app: App, new: NewAccount) -> Result<(Account, TaskHandle<Result<(), SmtpError>>), Problem> {
    let account = app.store.create(&new, &app.loops.blocked).await?;
    write_audit(app.trail, Entry::new(account.id, "created"));
    let welcome = send_mail(app.settings.relay, welcome(&account));
    Ok((account, welcome))
}

#[detached(timeout = "15s", track = OPERATIONS)]
pub(crate) async fn rename(app: App, id: i64, name: String) -> Result<Account, Problem> {
    let account = app.store.rename(id, &name).await?;
    write_audit(app.trail, Entry::new(id, "renamed"));
    Ok(account)
}

#[detached(timeout = "15s", track = OPERATIONS)]
pub(crate) async fn delete(app: App, id: i64) -> Result<(), Problem> {
    let account = app.store.account(id).await?;
    app.store.delete(id).await?;
    write_audit(app.trail, Entry::new(id, "deleted"));
    send_mail(app.settings.relay, goodbye(&account));
    Ok(())
}

#[detached(timeout = "15s", track = OPERATIONS)]
pub(crate) async fn sign_in(app: App, who: Credentials) -> Result<(i64, String), Problem> {
    let (id, token) = app.store.sign_in(&who).await?;
    write_audit(app.trail, Entry::new(id, "signed in"));
    Ok((id, token))
}

#[detached(timeout = "15s", track = OPERATIONS)]
pub(crate) async fn sign_out(app: App, token: String) -> Result<(), Problem> {
    let id = app.store.sign_out(&token).await?;
    write_audit(app.trail, Entry::new(id, "signed out"));
    Ok(())
}

#[detached(timeout = "15s", track = OPERATIONS)]
pub(crate) async fn send_reset(app: App, account: Account) -> Result<(), Problem> {
    let token = app.store.reset(account.id).await?;
    write_audit(app.trail, Entry::new(account.id, "asked for a new password"));
    send_mail(app.settings.relay, reset_link(&account, &token));
    Ok(())
}

#[detached(timeout = "15s", track = OPERATIONS)]
pub(crate) async fn set_password(app: App, token: String, password: String) -> Result<(), Problem> {
    let id = app.store.set_password(&token, &password).await?;
    write_audit(app.trail, Entry::new(id, "set a new password"));
    Ok(())
}
