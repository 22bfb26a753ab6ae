//! The forms that are right: in a module, with constants, from one durable function to another, under another path.
#![deny(warnings, clippy::pedantic)]

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use outlive::{Shutdown, Tracker};
use outlive_durable as kept;
use outlive_durable::{Job, Spill, SpillError, WithSpill as _, durable};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[derive(Clone)]
struct App {
    tasks: Arc<Tracker>,
}

type Outcome = Result<(), std::io::Error>;

mod mail {
    pub(crate) const ATTEMPTS: u32 = 3;

    /// Greets.
    ///
    /// # Errors
    ///
    /// Never.
    #[outlive_durable::durable(timeout = "5s", grace = "1s", attempts = ATTEMPTS, backoff = "1s..5m", track = super::MAIL)]
    pub async fn greet(#[state] app: super::App, to: String, mut copies: Vec<String>) -> super::Outcome {
        copies.push(to);
        drop((app, copies));
        Ok(())
    }
}

const LIMIT: Duration = Duration::from_secs(5);

#[durable(timeout = LIMIT, backoff = LIMIT.."1h", track = app.tasks, name = "follow up", crate = kept)]
async fn follow_up(#[state] app: App, times: u8) {
    let _ = &app;
    // Another call of the same, in the queue: not the run itself.
    if let Some(times) = times.checked_sub(1) {
        drop(follow_up(times).after("1h"));
    }
}

#[durable(timeout = "5s", track = MAIL, blocking)]
fn press(copies: u8) {
    assert!(copies > 0);
}

#[durable(timeout = "5s", track = MAIL)]
async fn nothing() {}

#[durable(timeout = "5s", track = MAIL)]
async fn many(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8) {
    let _ = (a, b, c, d, e, f, g);
}

fn here(spill: &Spill) -> Result<Shutdown, SpillError> {
    press(1).spawn_or_enqueue(spill)?;
    follow_up(1).spawn_or_enqueue(spill)?;
    Ok(Shutdown::all().phase("work").spill(spill))
}

// A spill behind pointers, as where a `&Spill` is asked for.
fn through_pointers(shared: &Arc<Spill>, once: &LazyLock<Spill>) -> Result<(), SpillError> {
    nothing().spawn_or_enqueue(shared)?;
    nothing().spawn_or_enqueue(&shared)?;
    nothing().spawn_or_enqueue(once).map(drop)
}

fn main() {
    let one: Job = many(1, 2, 3, 4, 5, 6, 7);
    drop((one, here, through_pointers));
    drop(mail::greet(String::new(), Vec::new()).unique("greet", 7).after(LIMIT));
    drop((follow_up(1), press(1), nothing()));
}
