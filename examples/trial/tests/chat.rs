//! The chat service, both ways: the same answers; then what is left when a SIGTERM comes, and when the importer panics.
#![cfg(unix)]

mod world;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use world::peer::{Event, Peer};
use world::store::File;
use world::{End, Folder, Service, Way, both, hang_up};

/// A service with its folder and its peer.
struct Chat {
    way: Way,
    folder: Folder,
    peer: Peer,
    service: Service,
}

impl Chat {
    async fn start(way: Way) -> Self {
        let (folder, peer) = (Folder::new(), Peer::start().await);
        let service = Service::start(program(way), &folder, &[]).await;
        Self { way, folder, peer, service }
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.service.ask(method, path, "", body).await
    }

    async fn join(&self, user: &str) -> Client {
        let url = format!("ws://{}/rooms/hall/socket/{user}", self.service.address);
        Client(connect_async(url).await.unwrap().0)
    }

    async fn say(&self, room: &str, text: &str) -> (u16, Value) {
        self.ask("POST", &format!("/rooms/{room}/messages"), json!({ "from": "carol", "text": text })).await
    }

    async fn hook(&self, room: &str, path: &str) -> (u16, Value) {
        self.ask("POST", &format!("/rooms/{room}/hooks"), json!({ "url": self.peer.url(path) })).await
    }

    /// Begins an import into the room of its name.
    async fn import(&self, name: &str) -> (u16, Value) {
        let url = self.peer.url(&format!("export/{name}"));
        self.ask("POST", "/imports", json!({ "room": name, "url": url })).await
    }

    async fn state_of(&self, import: i64) -> String {
        let (_, import) = self.ask("GET", &format!("/imports/{import}"), Value::Null).await;
        import["state"].as_str().unwrap().to_owned()
    }

    /// Waits until that is what has become of it.
    async fn becomes(&self, import: i64, state: &str) {
        while self.state_of(import).await != state {}
    }

    /// SIGTERM, and then a new process in the same folder.
    async fn again(self) -> (Self, End) {
        let Self { way, folder, peer, service } = self;
        service.terminate();
        let end = service.ended().await;
        let service = Service::start(program(way), &folder, &[]).await;
        (Self { way, folder, peer, service }, end)
    }

    async fn file(&self) -> File {
        File::open(&self.folder.path().join("chat.sqlite")).await
    }
}

fn program(way: Way) -> &'static str {
    match way {
        Way::Plain => env!("CARGO_BIN_EXE_chat-plain"),
        Way::Outlive => env!("CARGO_BIN_EXE_chat-outlive"),
    }
}

/// A WebSocket.
struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    async fn say(&mut self, text: &str) {
        self.0.send(Frame::text(text)).await.unwrap();
    }

    async fn hears(&mut self) -> Value {
        let frame = self.0.next().await.unwrap().unwrap();
        serde_json::from_str(frame.to_text().unwrap()).unwrap()
    }

    /// The code of the goodbye, or nothing where it was cut.
    async fn end(mut self) -> Option<u16> {
        while let Some(Ok(frame)) = self.0.next().await {
            if let Frame::Close(Some(frame)) = frame {
                return Some(frame.code.into());
            }
        }
        None
    }
}

/// What is heard and answered in a day of the hall.
async fn day(way: Way) -> Vec<Value> {
    let chat = Chat::start(way).await;
    let mut heard = vec![json!(chat.hook("hall", "hook").await)];
    let mut ada = chat.join("ada").await;
    heard.push(ada.hears().await);
    let mut bob = chat.join("bob").await;
    heard.extend([ada.hears().await, bob.hears().await]);
    ada.say("hello").await;
    heard.extend([ada.hears().await, bob.hears().await]);
    heard.push(json!(chat.say("hall", "hi").await));
    heard.extend([ada.hears().await, bob.hears().await]);
    heard.push(json!(chat.ask("GET", "/rooms/hall/present", Value::Null).await));
    heard.push(json!(chat.ask("GET", "/rooms/hall/messages", Value::Null).await));
    drop(bob);
    heard.push(ada.hears().await);

    while chat.peer.taken().len() < 2 {
        tokio::task::yield_now().await;
    }
    heard.push(json!(chat.hook("attic", "gone").await));
    heard.push(json!(chat.say("attic", "is anybody here?").await));
    let undelivered = loop {
        let undelivered = chat.ask("GET", "/undelivered", Value::Null).await;
        if undelivered.1 != json!([]) {
            break undelivered;
        }
    };
    heard.push(json!(undelivered));

    heard.push(json!(chat.import("cellar").await));
    chat.becomes(1, "done").await;
    heard.push(json!(chat.ask("GET", "/rooms/cellar/messages", Value::Null).await));
    heard.push(json!(chat.ask("GET", "/imports/7", Value::Null).await));
    chat.service.terminate();
    assert!(chat.service.ended().await.status.success());
    heard
}

#[tokio::test]
async fn both_give_the_same_answers() {
    let (plain, outlive) = both(day).await;
    assert_eq!(plain, outlive);
    assert_eq!(plain[5], json!({ "message": { "id": 1, "room": "hall", "from": "ada", "text": "hello" } }));
    assert_eq!(plain[14], json!([200, [[3, "the peer has answered 410"]]]));
}

/// Clients say something, and leave while the database is locked, until there is a message. Gives how many there are, and how
/// many the webhook has taken.
async fn clients_leave(way: Way) -> (i64, usize) {
    const MESSAGES: &str = "SELECT count(*) FROM messages";
    let chat = Chat::start(way).await;
    chat.hook("hall", "hook").await;
    let mut file = chat.file().await;
    while file.number(MESSAGES).await == 0 {
        file.lock().await;
        let said = json!({ "from": "carol", "text": "hello" });
        let client = chat.service.begin("POST", "/rooms/hall/messages", "", said).await;
        chat.ask("GET", "/rooms/hall/messages", Value::Null).await;
        hang_up(client).await;
        file.unlock().await;
        chat.ask("GET", "/rooms/hall/messages", Value::Null).await;
    }
    chat.service.terminate();
    assert!(chat.service.ended().await.status.success());
    (file.number(MESSAGES).await, chat.peer.taken().len())
}

#[tokio::test]
async fn a_client_that_hangs_up_keeps_its_message_from_the_webhooks() {
    let (plain, outlive) = both(clients_leave).await;
    assert!(plain.0 > 0 && plain.1 == 0, "{plain:?}");
    assert!(outlive.0 > 0 && outlive.0 == i64::try_from(outlive.1).unwrap(), "{outlive:?}");
}

const MESSAGES: i64 = 10;

/// What has become of the messages that the service had accepted.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    taken: usize,
    /// Those that are kept, with the reason.
    kept: usize,
    /// Those of which its log or its report says something.
    named: usize,
    code: Option<i32>,
}

/// A deploy comes while the webhook has each message, and answers that it is busy.
async fn deploy(way: Way, moves: bool) -> Left {
    let mut chat = Chat::start(way).await;
    chat.hook("hall", "hook").await;
    chat.peer.hold();
    for id in 1..=MESSAGES {
        assert_eq!(chat.say("hall", "hello").await.0, 201);
        assert_eq!(chat.peer.next().await, Event::Came(id));
    }
    if moves {
        chat.peer.moves();
    }
    let mut file = chat.file().await;
    chat.service.terminate();
    chat.service.takes_no_connections().await;
    chat.peer.release();
    let end = chat.service.ended().await;
    let kept = file.number("SELECT count(*) FROM undelivered WHERE why = 'the peer has answered 410'").await;
    let logged = end.said.lines().filter(|line| line.contains("webhook") || line.contains("did not end"));
    Left {
        taken: chat.peer.taken().len(),
        kept: usize::try_from(kept).unwrap(),
        named: logged.count() + world::named(&end.said),
        code: end.status.code(),
    }
}

#[tokio::test]
async fn a_deploy_loses_what_is_to_be_tried_again() {
    let (plain, outlive) = both(async |way| deploy(way, false).await).await;
    assert_eq!(plain, Left { taken: 0, kept: 0, named: 0, code: Some(0) });
    assert_eq!(outlive, Left { taken: 10, kept: 0, named: 0, code: Some(0) });
}

/// The webhook is gone at the second attempt: the phase after this one keeps what it did not take.
#[tokio::test]
async fn a_deploy_keeps_what_nobody_takes() {
    let (plain, outlive) = both(async |way| deploy(way, true).await).await;
    assert_eq!(plain, Left { taken: 0, kept: 0, named: 0, code: Some(0) });
    assert_eq!(outlive, Left { taken: 0, kept: 10, named: 0, code: Some(0) });
}

/// What a client hears last.
async fn goodbye(way: Way) -> Option<u16> {
    let chat = Chat::start(way).await;
    let mut ada = chat.join("ada").await;
    ada.hears().await;
    chat.service.terminate();
    let last = ada.end().await;
    assert!(chat.service.ended().await.status.success());
    last
}

#[tokio::test]
async fn a_deploy_cuts_each_socket() {
    let (plain, outlive) = both(goodbye).await;
    assert_eq!(plain, None);
    assert_eq!(outlive, Some(1001)); // going away: clients come back
}

/// A deploy comes in the middle of an import. Gives what has become of it, and its rows, after the next process is through
/// with all there was to do.
async fn cut_import(way: Way) -> (String, usize) {
    let mut chat = Chat::start(way).await;
    chat.peer.hold();
    chat.import("cellar").await;
    while chat.peer.next().await != Event::Page("cellar".to_owned(), 2) {}
    let (chat, end) = chat.again().await;
    assert!(end.status.success(), "{}", end.said);
    chat.peer.release();
    chat.import("attic").await;
    chat.becomes(2, "done").await; // one after the other
    let (_, rows) = chat.ask("GET", "/rooms/cellar/messages", Value::Null).await;
    (chat.state_of(1).await, rows.as_array().unwrap().len())
}

#[tokio::test]
async fn a_deploy_ends_an_import_for_good() {
    let (plain, outlive) = both(cut_import).await;
    assert_eq!(plain, ("failed".to_owned(), 2));
    assert_eq!(outlive, ("done".to_owned(), 3));
}

/// An export has a line that is not like the others. Gives what has become of that import, of the one after it, and how
/// many lines of the log say why.
async fn panic(way: Way) -> (String, String, usize) {
    let mut chat = Chat::start(way).await;
    assert_eq!(chat.import("odd").await.0, 202);
    assert_eq!(chat.peer.next().await, Event::Page("odd".to_owned(), 1));
    assert_eq!(chat.import("cellar").await.0, 202);
    if way == Way::Outlive {
        chat.becomes(2, "done").await;
    }
    let states = (chat.state_of(1).await, chat.state_of(2).await);
    let mut file = chat.file().await;
    chat.service.terminate();
    let end = chat.service.ended().await;
    assert_eq!(file.number("SELECT count(*) FROM messages").await, if way == Way::Plain { 0 } else { 3 });
    let named = end.said.lines().filter(|line| line.contains("ERROR") && line.contains("a line of an export")).count();
    (states.0, states.1, named)
}

#[tokio::test]
async fn a_panic_ends_all_imports() {
    let (plain, outlive) = both(panic).await;
    assert_eq!(plain, ("running".to_owned(), "queued".to_owned(), 0));
    assert_eq!(outlive, ("failed".to_owned(), "done".to_owned(), 1));
}
