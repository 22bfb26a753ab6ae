//! The body may stream what the client sends, so it ends with the client.
//! The fix: `payload: Vec<u8>`, read in the handler, and the `Body` made of it in the task.

use outlive::{Tracker, detached};
use reqwest::{Body, Client, Error};

static HOOKS: Tracker = Tracker::bounded("hooks", 64);

#[detached(timeout = "5s", track = HOOKS)]
async fn deliver(client: Client, body: Body) -> Result<(), Error> {
    client.post("http://127.0.0.1:9/").body(body).send().await?.error_for_status().map(drop)
}

fn main() {
    deliver(Client::new(), Body::from("ordered"));
}
