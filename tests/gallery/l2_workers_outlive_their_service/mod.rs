//! # L2. Workers outlive the service that is replaced at each reload
//!
//! Level: N. Escapes: owners kept elsewhere are owners
//!
//! In Go the service starts workers, stores their cancel functions, and is replaced when its configuration changes. Its
//! workers hold it, and so it is never collected, and never calls them:
//!
//! ```go
//! type Server struct { cfg Config; cancels []context.CancelFunc } // a use, to vet; called by nobody
//! ```
//!
//! In Rust the loop holds an `Arc<Server>`, and the count never reaches zero. Memory and tasks rise with every reload, a
//! sawtooth that never comes back to its baseline.
//!
//! With outlive clones of the service are owners, and the one that a task works on is not. The last owner's drop tells
//! the loops, bounded work finishes, and what the service held is dropped.

mod naive;
mod outlive;

use std::sync::Arc;

use crate::common::{settle, tasks};

/// What each service holds: counted by its references.
pub(crate) type Config = Arc<()>;

const RELOADS: usize = 50;

/// A service is started, and replaced at each reload. After each: how many tasks and how many configurations are there?
async fn after_each_reload<S>(start: impl Fn(Config) -> S) -> Vec<(usize, usize)> {
    let (config, before) = (Config::default(), tasks());
    let mut server = start(Config::clone(&config));
    let mut seen = Vec::new();
    for _ in 0..RELOADS {
        server = start(Config::clone(&config));
        settle().await;
        seen.push((tasks() - before, Config::strong_count(&config) - 1));
    }
    drop(server);
    settle().await;
    seen.push((tasks() - before, Config::strong_count(&config) - 1));
    seen
}

#[tokio::test(start_paused = true)]
async fn naive_leaves_two_workers_and_a_service_behind_at_each_reload() {
    let seen = after_each_reload(naive::Server::start).await;
    let (last, reloads) = seen.split_last().unwrap();
    let climbs: Vec<_> = (2..=RELOADS + 1).map(|servers| (2 * servers, servers)).collect();
    assert_eq!((reloads, *last), (climbs.as_slice(), (2 * (RELOADS + 1), RELOADS + 1)));
}

#[tokio::test(start_paused = true)]
async fn outlive_returns_to_the_baseline() {
    let seen = after_each_reload(outlive::Server::start).await;
    let (last, reloads) = seen.split_last().unwrap();
    assert!(reloads.iter().all(|one| *one == reloads[0] && one.0 == 2), "{seen:?}");
    assert_eq!(*last, (0, 0));
}

#[tokio::test(start_paused = true)]
async fn what_escapes_is_an_owner_that_is_kept_elsewhere() {
    let (config, before) = (Config::default(), tasks());
    let server = outlive::Server::start(Config::clone(&config));
    let state_of_a_web_socket = server.clone();
    drop(server);
    settle().await;
    assert_eq!(tasks() - before, 2);
    drop(state_of_a_web_socket);
    settle().await;
    assert_eq!((tasks() - before, Config::strong_count(&config)), (0, 1));
}
