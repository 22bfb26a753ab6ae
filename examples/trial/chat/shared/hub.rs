//! Who is in which room, and what is said there, for those who are.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::json;
use tokio::sync::broadcast;

use super::Message;

/// How far a slow reader may be behind.
const BEHIND: usize = 256;

/// The rooms. Cheap to clone.
#[derive(Clone, Default, Debug)]
pub struct Hub {
    rooms: Arc<Mutex<HashMap<String, Room>>>,
}

#[derive(Debug)]
struct Room {
    frames: broadcast::Sender<Arc<str>>,
    /// How many sessions each has.
    present: BTreeMap<String, usize>,
}

impl Room {
    fn announce(&self) {
        let present: Vec<_> = self.present.keys().collect();
        self.frames.send(json!({ "present": present }).to_string().into()).ok();
    }
}

impl Hub {
    /// Takes a seat in the room, and tells all who are there.
    #[must_use]
    pub fn join(&self, room: &str, user: &str) -> Seat {
        let mut rooms = self.rooms();
        let here = rooms
            .entry(room.to_owned())
            .or_insert_with(|| Room { frames: broadcast::channel(BEHIND).0, present: BTreeMap::new() });
        let frames = here.frames.subscribe();
        *here.present.entry(user.to_owned()).or_default() += 1;
        here.announce();
        Seat { hub: self.clone(), room: room.to_owned(), user: user.to_owned(), frames }
    }

    /// Shows the message to all who are in its room.
    pub fn fan_out(&self, message: &Message) {
        if let Some(room) = self.rooms().get(&message.room) {
            room.frames.send(json!({ "message": message }).to_string().into()).ok();
        }
    }

    /// Who is in the room.
    #[must_use]
    pub fn present(&self, room: &str) -> Vec<String> {
        self.rooms().get(room).map(|room| room.present.keys().cloned().collect()).unwrap_or_default()
    }

    /// Tells each room who is there.
    pub fn announce(&self) {
        self.rooms().values().for_each(Room::announce);
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<String, Room>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in a room, until it is dropped.
#[derive(Debug)]
pub struct Seat {
    hub: Hub,
    room: String,
    user: String,
    frames: broadcast::Receiver<Arc<str>>,
}

impl Seat {
    /// Where it is.
    #[must_use]
    pub fn room(&self) -> &str {
        &self.room
    }

    /// Whose it is.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// What is said next. Whoever is too far behind misses something. Dropped before it is ready, it has taken nothing.
    pub async fn next(&mut self) -> Arc<str> {
        loop {
            match self.frames.recv().await {
                Ok(frame) => return frame,
                Err(broadcast::error::RecvError::Lagged(missed)) => {
                    tracing::info!(missed, user = self.user, "a slow reader");
                }
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut rooms = self.hub.rooms();
        let Some(room) = rooms.get_mut(&self.room) else { return };
        if let Some(sessions) = room.present.get_mut(&self.user) {
            *sessions -= 1;
            if *sessions == 0 {
                room.present.remove(&self.user);
            }
        }
        if room.present.is_empty() {
            rooms.remove(&self.room);
        } else {
            room.announce();
        }
    }
}
