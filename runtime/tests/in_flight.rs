//! Every interleaving of a few threads over what is under way by key: joining against landing and forgetting.
//!
//! Compiled anew against loom's primitives, so that the whole workspace need not be.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "it is made for the crate, and only part of it is modelled"
)]

#[path = "support/util.rs"]
mod util;

#[path = "../src/patterns/in_flight.rs"]
mod in_flight;

use std::sync::Arc;

use in_flight::{InFlight, Joined};
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use loom::thread;

const KEY: &str = "key";

#[derive(Default)]
struct Flight {
    shared: AtomicBool,
    led: AtomicUsize,
}

type Modelled = InFlight<&'static str, Flight>;

/// Joins, as a caller does. A leader leads its flight to its end. Gives the flight, and whether it led.
fn call(flights: &Modelled) -> (Arc<Flight>, bool) {
    match flights.join(KEY, Flight::default, share) {
        Joined::Follows(flight) => (flight, false),
        Joined::Leads(flight) => {
            flight.led.fetch_add(1, Relaxed);
            flights.remove(&KEY, &flight);
            (flight, true)
        }
    }
}

fn share(flight: &Flight) -> bool {
    flight.shared.store(true, Relaxed);
    true
}

#[test]
fn every_flight_has_one_leader_and_knows_whether_it_is_shared() {
    loom::model(|| {
        let flights = Arc::new(Modelled::new());
        let callers: Vec<_> = (0..2)
            .map(|_| {
                let flights = Arc::clone(&flights);
                thread::spawn(move || {
                    let (flight, led) = call(&flights);
                    // What a leader reads once it has landed is the last word.
                    let shared = led.then(|| flight.shared.load(Relaxed));
                    (flight, shared)
                })
            })
            .collect();
        let ended: Vec<_> = callers.into_iter().map(|caller| caller.join().unwrap()).collect();
        let is_one = Arc::ptr_eq(&ended[0].0, &ended[1].0);
        for (flight, shared) in &ended {
            assert_eq!(flight.led.load(Relaxed), 1);
            assert!(shared.is_none_or(|shared| shared == is_one));
        }
        assert_eq!(ended.iter().filter(|(_, shared)| shared.is_some()).count(), if is_one { 1 } else { 2 });
        assert_eq!(flights.len(), 0, "no entry outlives its work");
    });
}

#[test]
fn a_forgotten_flight_that_lands_leaves_its_successor_where_it_is() {
    loom::model(|| {
        let flights = Arc::new(Modelled::new());
        let Joined::Leads(first) = flights.join(KEY, Flight::default, |_| true) else { panic!("nothing is under way") };
        let landing = {
            let (flights, first) = (Arc::clone(&flights), Arc::clone(&first));
            thread::spawn(move || flights.remove(&KEY, &first))
        };
        flights.forget(&KEY);
        let Joined::Leads(second) = flights.join(KEY, Flight::default, |_| true) else { panic!("it was forgotten") };
        landing.join().unwrap();
        assert!(!Arc::ptr_eq(&first, &second));
        let Joined::Follows(third) = flights.join(KEY, Flight::default, |_| true) else { panic!("it is under way") };
        assert!(Arc::ptr_eq(&second, &third), "the successor can still be joined");
        flights.remove(&KEY, &second);
        assert_eq!(flights.len(), 0);
    });
}

#[test]
fn who_comes_while_a_flight_is_forgotten_joins_it_or_starts_anew() {
    loom::model(|| {
        let flights = Arc::new(Modelled::new());
        let Joined::Leads(first) = flights.join(KEY, Flight::default, |_| true) else { panic!("nothing is under way") };
        let coming = {
            let flights = Arc::clone(&flights);
            thread::spawn(move || call(&flights))
        };
        let had = flights.forget(&KEY);
        assert!(had, "it had not landed");
        // The last word, as it is out.
        let shared = first.shared.load(Relaxed);
        let (flight, led) = coming.join().unwrap();
        assert_eq!(led, !Arc::ptr_eq(&flight, &first));
        assert_eq!(shared, !led);
        flights.remove(&KEY, &first);
        assert_eq!(flights.len(), 0);
    });
}
