//! Every interleaving of a service's owners that are cloned and dropped, with the calls of their tasks.
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

#[path = "../src/admission/mod.rs"]
mod admission;

#[path = "../src/tracker/owners.rs"]
mod owners;

use std::sync::Arc;
use std::time::Duration;

use admission::{Admission, Exit, Key, Kind, Refusal, Registry, Request};
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
use loom::thread;
use owners::Owners;
use util::sync;

type Modelled = Admission<u8, &'static str, u32>;

struct Service {
    owners: Owners,
    admission: Modelled,
    /// How often an owner was the last.
    closed: AtomicUsize,
    /// The drop of the last owner has returned.
    is_gone: AtomicBool,
    /// What owners write, and the last one reads.
    written: AtomicUsize,
    read: AtomicUsize,
}

/// An `OwnedTracker` that owns.
struct Owner(Arc<Service>);

impl Owner {
    fn new(admission: Modelled) -> (Self, Arc<Service>) {
        let [closed, written, read] = [(); 3].map(|()| AtomicUsize::new(0));
        let (owners, is_gone) = (Owners::one(), AtomicBool::new(false));
        let service = Arc::new(Service { owners, admission, closed, is_gone, written, read });
        (Self(Arc::clone(&service)), service)
    }

    fn service(&self) -> &Service {
        &self.0
    }
}

impl Clone for Owner {
    fn clone(&self) -> Self {
        self.0.owners.join();
        Self(Arc::clone(&self.0))
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        if self.0.owners.leave() {
            self.0.closed.fetch_add(1, SeqCst);
            self.0.read.store(self.0.written.load(Relaxed), Relaxed);
            self.0.admission.owner_gone();
            self.0.is_gone.store(true, SeqCst);
        }
    }
}

/// All interleavings with up to three preemptions.
fn model(check: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(check);
}

fn service() -> (Owner, Arc<Service>) {
    let words = [0; 4].map(sync::AtomicUsize::new);
    Owner::new(Admission::new((4, 0), sync::Mutex::new(Registry::new(4, 0)), words))
}

fn request(kind: Kind) -> Request<u8> {
    Request { info: 0, grace: Duration::ZERO, kept: false, kind }
}

/// Makes a call as a task without an entry does, and ends it: past the lock, where that can be.
fn call(admission: &Modelled) -> Result<(), Refusal> {
    match admission.try_acquire_uncontended() {
        Some(admitted) => admitted?,
        None => drop(admission.try_acquire(request(Kind::Light))?),
    }
    admission.release(|| (), || Some((0, Exit::Finished, Duration::ZERO)));
    Ok(())
}

#[test]
fn an_owner_that_is_there_can_call_and_the_last_that_goes_closes_once() {
    model(|| {
        let (first, service) = service();
        let second = first.clone();
        let cloning = thread::spawn(move || {
            let third = first.clone();
            drop(first);
            assert_eq!(call(&third.service().admission), Ok(()), "an owner is there");
        });
        assert_eq!(call(&second.service().admission), Ok(()), "an owner is there");
        drop(second);
        cloning.join().unwrap();
        assert_eq!(service.closed.load(SeqCst), 1);
        assert_eq!(call(&service.admission), Err(Refusal::OwnerGone));
        assert_eq!(service.admission.live(), 0);
    });
}

#[test]
fn owners_that_are_cloned_at_once_count_each() {
    model(|| {
        let (first, service) = service();
        let first = Arc::new(first);
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let first = Arc::clone(&first);
                thread::spawn(move || {
                    let own = (*first).clone();
                    drop(first);
                    drop(own);
                })
            })
            .collect();
        drop(first);
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(service.closed.load(SeqCst), 1);
        assert_eq!(call(&service.admission), Err(Refusal::OwnerGone));
    });
}

#[test]
fn no_call_is_admitted_once_the_drop_of_the_last_owner_has_returned() {
    model(|| {
        let (first, service) = service();
        let second = first.clone();
        let calling = {
            let service = Arc::clone(&service);
            thread::spawn(move || {
                let was_gone = service.is_gone.load(SeqCst);
                let called = call(&service.admission);
                assert!(!was_gone || called == Err(Refusal::OwnerGone));
            })
        };
        let dropping = thread::spawn(move || drop(first));
        drop(second);
        dropping.join().unwrap();
        calling.join().unwrap();
        assert_eq!(service.closed.load(SeqCst), 1);
        assert_eq!(service.admission.live(), 0);
    });
}

#[test]
fn a_worker_that_is_started_while_the_last_owner_goes_is_cancelled_or_refused() {
    model(|| {
        let (last, service) = service();
        let starting = {
            let service = Arc::clone(&service);
            thread::spawn(move || service.admission.try_acquire(request(Kind::Worker)))
        };
        drop(last);
        match starting.join().unwrap() {
            Ok(admitted) => {
                let signals = service.admission.signals(admitted.key, || None);
                assert!(signals.is_some_and(|signals| signals.owner_gone));
                service.admission.release_entry(admitted.key.unwrap(), Some((Exit::Finished, Duration::ZERO)));
            }
            Err(refusal) => assert_eq!(refusal, Refusal::OwnerGone),
        }
        assert_eq!(service.admission.live(), 0);
    });
}

#[test]
fn the_last_owner_sees_what_the_others_have_done() {
    model(|| {
        let (first, service) = service();
        let second = first.clone();
        let writing = thread::spawn(move || {
            first.service().written.store(1, Relaxed);
            drop(first);
        });
        drop(second);
        writing.join().unwrap();
        assert_eq!(service.read.load(Relaxed), 1);
    });
}
