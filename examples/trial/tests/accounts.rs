//! The accounts service, both ways: the same answers; then what is left when a client hangs up, a SIGTERM comes, a loop
//! panics.
#![cfg(unix)]

mod world;

use std::fs;

use serde_json::{Value, json};
use world::relay::{Event, Relay};
use world::store::File;
use world::{End, Folder, Service, Way, both, hang_up, named};

/// A service with its folder and its relay.
struct Accounts {
    folder: Folder,
    relay: Relay,
    service: Service,
}

impl Accounts {
    async fn start(way: Way) -> Self {
        let program = match way {
            Way::Plain => env!("CARGO_BIN_EXE_accounts-plain"),
            Way::Outlive => env!("CARGO_BIN_EXE_accounts-outlive"),
        };
        let (folder, relay) = (Folder::new(), Relay::start().await);
        let service = Service::start(program, &folder, &[("RELAY", relay.address.to_string())]).await;
        Self { folder, relay, service }
    }

    async fn ask(&self, method: &str, path: &str, token: &str, body: Value) -> (u16, Value) {
        self.service.ask(method, path, token, body).await
    }

    /// Signs `ada` up.
    async fn with_ada(&self) {
        assert_eq!(self.ask("POST", "/accounts", "", ada()).await.0, 201);
        self.has_rows(1).await;
    }

    async fn sign_in(&self) -> String {
        let (status, session) = self.ask("POST", "/sessions", "", ada()).await;
        assert_eq!(status, 201);
        session["token"].as_str().unwrap().to_owned()
    }

    async fn rows(&self) -> usize {
        self.ask("GET", "/accounts/1/trail", "", Value::Null).await.1.as_array().unwrap().len()
    }

    /// Waits until the trail has so many.
    async fn has_rows(&self, count: usize) {
        while self.rows().await < count {}
    }

    async fn file(&self, name: &str) -> File {
        File::open(&self.folder.path().join(name)).await
    }
}

fn ada() -> Value {
    json!({ "email": "ada@example.org", "name": "Ada", "password": "lovelace" })
}

/// What each request of a client's day is answered.
async fn day(way: Way) -> Vec<(u16, Value)> {
    let mut accounts = Accounts::start(way).await;
    let mut answers = Vec::new();
    let none = || Value::Null;
    accounts.file("accounts.sqlite").await.run("INSERT INTO blocked VALUES ('spam.example')").await;
    answers.push(accounts.ask("POST", "/admin/refresh", "", none()).await);
    let spammer = json!({ "email": "x@spam.example", "name": "X", "password": "x" });
    answers.push(accounts.ask("POST", "/accounts", "", spammer).await);
    answers.push(accounts.ask("POST", "/accounts", "", ada()).await);
    answers.push(accounts.ask("POST", "/accounts", "", ada()).await);
    assert_eq!(accounts.relay.next().await, Event::Arrived);

    let wrong = json!({ "email": "ada@example.org", "password": "byron" });
    answers.push(accounts.ask("POST", "/sessions", "", wrong).await);
    let token = accounts.sign_in().await;
    answers.push(accounts.ask("GET", "/accounts/1", "", none()).await);
    answers.push(accounts.ask("GET", "/accounts/1", &token, none()).await);
    answers.push(accounts.ask("PATCH", "/accounts/1", &token, json!({ "name": "Ada L." })).await);

    answers.push(accounts.ask("POST", "/password-resets", "", json!({ "email": "ada@example.org" })).await);
    answers.push(accounts.ask("POST", "/password-resets", "", json!({ "email": "nobody@example.org" })).await);
    assert_eq!(accounts.relay.next().await, Event::Arrived);
    while accounts.relay.taken().len() < 2 {
        tokio::task::yield_now().await;
    }
    let letter = accounts.relay.taken()[1].clone();
    let link = letter.split_whitespace().find(|word| word.starts_with("/password-resets/")).unwrap();
    answers.push(accounts.ask("POST", link, "", json!({ "password": "byron" })).await);
    answers.push(accounts.ask("POST", link, "", json!({ "password": "again" })).await);
    answers.push(accounts.ask("DELETE", "/sessions", &token, none()).await);
    answers.push(accounts.ask("DELETE", "/accounts/1", &token, none()).await);
    answers.push(accounts.ask("POST", "/admin/purge", "", none()).await);

    accounts.has_rows(6).await;
    let (status, trail) = accounts.ask("GET", "/accounts/1/trail", "", none()).await;
    let mut actions: Vec<_> =
        trail.as_array().unwrap().iter().map(|row| row["action"].as_str().unwrap().to_owned()).collect();
    actions.sort();
    answers.push((status, json!(actions)));
    accounts.service.terminate();
    assert!(accounts.service.ended().await.status.success());
    answers
}

#[tokio::test]
async fn both_give_the_same_answers() {
    let (plain, outlive) = both(day).await;
    assert_eq!(plain, outlive);
    let statuses: Vec<_> = plain.iter().map(|answer| answer.0).collect();
    assert_eq!(statuses, [204, 422, 201, 409, 401, 401, 200, 200, 202, 202, 204, 404, 204, 401, 200, 200]);
}

/// A client signs up, and leaves while the relay has the welcome. Gives the rows of the trail, and the mails that were taken.
async fn client_leaves(way: Way) -> (usize, usize) {
    let mut accounts = Accounts::start(way).await;
    accounts.relay.hold();
    let client = accounts.service.begin("POST", "/accounts", "", ada()).await;
    assert_eq!(accounts.relay.next().await, Event::Arrived);
    hang_up(client).await;
    if way == Way::Plain {
        assert_eq!(accounts.relay.next().await, Event::Cut); // the relay has seen it, too
    }
    accounts.relay.release();
    accounts.service.terminate();
    let end = accounts.service.ended().await;
    assert!(end.status.success(), "{}", end.said);
    let rows =
        File::open(&accounts.folder.path().join("trail.sqlite")).await.number("SELECT count(*) FROM trail").await;
    (usize::try_from(rows).unwrap(), accounts.relay.taken().len())
}

#[tokio::test]
async fn a_client_that_hangs_up_takes_the_row_and_the_mail_along() {
    let (plain, outlive) = both(client_leaves).await;
    assert_eq!(plain, (0, 0));
    assert_eq!(outlive, (1, 1));
}

/// A client signs up, and leaves while the database is locked; once more, until there is the account. Gives the accounts, the
/// rows and the mails.
async fn client_leaves_early(way: Way) -> (i64, i64, usize) {
    const ACCOUNTS: &str = "SELECT count(*) FROM accounts";
    let accounts = Accounts::start(way).await;
    let mut file = accounts.file("accounts.sqlite").await;
    while file.number(ACCOUNTS).await == 0 {
        file.lock().await;
        let client = accounts.service.begin("POST", "/accounts", "", ada()).await;
        accounts.rows().await;
        hang_up(client).await;
        file.unlock().await;
        accounts.rows().await;
    }
    let mut trail = accounts.file("trail.sqlite").await;
    accounts.service.terminate();
    assert!(accounts.service.ended().await.status.success());
    let rows = trail.number("SELECT count(*) FROM trail").await;
    (file.number(ACCOUNTS).await, rows, accounts.relay.taken().len())
}

#[tokio::test]
async fn a_client_that_hangs_up_leaves_an_operation_without_its_row() {
    let (plain, outlive) = both(client_leaves_early).await;
    assert_eq!(plain, (1, 0, 0));
    assert_eq!(outlive, (1, 1, 1));
}

const SIGN_INS: usize = 20;
const RESETS: usize = 5;

/// What a SIGTERM has left of what was answered with a 2xx.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    rows: usize,
    mails: usize,
    /// How many rows and mails its log and its report say were not done.
    named: usize,
    code: Option<i32>,
}

/// An auditor has the trail locked, and the relay is slow.
async fn under_load(way: Way) -> (Accounts, File) {
    let accounts = Accounts::start(way).await;
    accounts.with_ada().await;
    let mut auditor = accounts.file("trail.sqlite").await;
    auditor.lock().await;
    accounts.relay.hold();
    for _ in 0..SIGN_INS {
        accounts.sign_in().await;
    }
    for _ in 0..RESETS {
        let forgotten = json!({ "email": "ada@example.org" });
        assert_eq!(accounts.ask("POST", "/password-resets", "", forgotten).await.0, 202);
    }
    (accounts, auditor)
}

/// What is there when the service has ended.
async fn left(relay: &Relay, end: End, mut auditor: File) -> Left {
    let rows = auditor.number("SELECT count(*) FROM trail WHERE action <> 'created'").await;
    let logged = end.said.lines().filter(|line| line.contains("is not written") || line.contains("is not sent"));
    Left {
        rows: usize::try_from(rows).unwrap(),
        mails: relay.taken().len() - 1,
        named: logged.count() + named(&end.said),
        code: end.status.code(),
    }
}

/// A deploy: whoever waits for auditor and relay gets what it waits for.
async fn deploy(way: Way) -> Left {
    let (accounts, mut auditor) = under_load(way).await;
    let Accounts { folder: _folder, relay, service } = accounts;
    service.terminate();
    service.takes_no_connections().await;
    let end = match way {
        Way::Plain => {
            let end = service.ended().await; // it does not wait
            auditor.unlock().await;
            end
        }
        Way::Outlive => {
            auditor.unlock().await;
            relay.release();
            service.ended().await
        }
    };
    left(&relay, end, auditor).await
}

#[tokio::test]
async fn a_deploy_loses_what_was_accepted() {
    let (plain, outlive) = both(deploy).await;
    assert_eq!(plain, Left { rows: 0, mails: 0, named: 0, code: Some(0) });
    assert_eq!(outlive, Left { rows: SIGN_INS + RESETS, mails: RESETS, named: 0, code: Some(0) });
}

/// A deploy whose operator has no patience.
async fn second_signal(way: Way) -> Left {
    let (accounts, mut auditor) = under_load(way).await;
    let Accounts { folder: _folder, relay, service } = accounts;
    let end = service.insist().await;
    auditor.unlock().await;
    left(&relay, end, auditor).await
}

#[tokio::test]
async fn a_second_signal_counts_each_row_and_mail() {
    let named = SIGN_INS + RESETS + RESETS;
    let (plain, outlive) = both(second_signal).await;
    assert_eq!(plain, Left { rows: 0, mails: 0, named: 0, code: Some(0) });
    assert_eq!(outlive, Left { rows: 0, mails: 0, named, code: Some(2) });
}

/// A mail that the relay refuses for good. Gives the answer, and the line of the file for it.
async fn refused(way: Way) -> (u16, Value) {
    let accounts = Accounts::start(way).await;
    accounts.relay.refuse();
    let (status, _) = accounts.ask("POST", "/accounts", "", ada()).await;
    accounts.service.terminate();
    assert!(accounts.service.ended().await.status.success());
    let kept = fs::read_to_string(accounts.folder.path().join("mail.unsent.jsonl")).unwrap_or_default();
    (status, serde_json::from_str(kept.trim()).unwrap_or_default())
}

#[tokio::test]
async fn a_mail_that_the_relay_refuses_for_good_is_kept() {
    let (plain, outlive) = both(refused).await;
    assert_eq!(plain, (502, Value::Null));
    assert_eq!(outlive.0, 502);
    assert_eq!(outlive.1["what"]["to"], "ada@example.org");
    assert_eq!(outlive.1["why"], "failed: the relay: 550 no such address");
}

/// An importer has written a session that is not like the others. Gives what each `purge` was answered, and how many
/// expired sessions were left at the end.
async fn panic(way: Way) -> (Vec<u16>, i64) {
    let accounts = Accounts::start(way).await;
    accounts.with_ada().await;
    let mut importer = accounts.file("accounts.sqlite").await;
    let mut answers = vec![accounts.ask("POST", "/admin/purge", "", Value::Null).await.0];
    importer.run("INSERT INTO sessions VALUES ('odd', 1, 'yesterday'), ('old', 1, '1'), ('older', 1, '0')").await;
    answers.push(accounts.ask("POST", "/admin/purge", "", Value::Null).await.0);
    importer.run("DELETE FROM sessions WHERE token = 'odd'").await; // an operator has seen it
    answers.push(accounts.ask("POST", "/admin/purge", "", Value::Null).await.0);
    accounts.service.terminate();
    assert!(accounts.service.ended().await.status.success());
    (answers, importer.number("SELECT count(*) FROM sessions WHERE expires < 2").await)
}

#[tokio::test]
async fn a_panic_ends_the_loop_for_good() {
    let (plain, outlive) = both(panic).await;
    assert_eq!(plain, (vec![200, 500, 500], 2));
    assert_eq!(outlive, (vec![200, 500, 200], 0));
}
