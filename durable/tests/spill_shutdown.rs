//! A shutdown under load: each call that was accepted has run here, or is in the queue, or is named as lost.

mod support;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use outlive::{Shutdown, Tracker};
use outlive_durable::{Spill, WithSpill as _, durable};
use support::{Database, until};

static LOADED: Tracker<2> = Tracker::bounded("loaded", 16).queue(64).drain_budget::<2>();

#[derive(Clone, Default)]
struct Ended(Arc<Mutex<Vec<u32>>>);

/// Some are quick, some fail, some panic, some take longer than they may, and some longer than the drain waits.
#[durable(timeout = "1500ms", attempts = 5, backoff = "1ms..2ms", track = LOADED)]
async fn works(#[state] ended: Ended, number: u32) -> Result<(), std::io::Error> {
    match number % 50 {
        1 => return Err(std::io::Error::other("not now")),
        2 => panic!("not now"),
        3 => std::future::pending().await,
        4 => tokio::time::sleep(Duration::from_millis(1400)).await,
        _ => tokio::time::sleep(Duration::from_millis(u64::from(number % 7))).await,
    }
    ended.0.lock().unwrap().push(number);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_has_run_or_is_in_the_queue() {
    let database = Database::new("ledger");
    let queue = database.queue().await;
    let ended = Ended::default();
    let spill = Spill::to(&queue).state(ended.clone()).hand_over_within(Duration::from_mins(1)).start();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    // Nothing of it is the worker's: it drains with the spill, and its trackers are in one phase only.
    let shutdown = Shutdown::new()
        .on(async move {
            let _ = stopped.await;
        })
        .phase("work")
        .spill(&spill);
    let is_over = Arc::new(AtomicBool::new(false));
    let accepted = Arc::new(Mutex::new(BTreeSet::new()));
    let numbers = Arc::new(AtomicU32::new(0));
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let (spill, is_over) = (spill.clone(), Arc::clone(&is_over));
            let (accepted, numbers) = (Arc::clone(&accepted), Arc::clone(&numbers));
            tokio::spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    let number = numbers.fetch_add(1, Ordering::Relaxed);
                    if works(number).spawn_or_enqueue(&spill).is_ok() {
                        accepted.lock().unwrap().insert(number);
                    }
                    tokio::time::sleep(Duration::from_micros(500)).await;
                }
            })
        })
        .collect();
    let run = tokio::spawn(shutdown.run());
    until("there is load", || async { accepted.lock().unwrap().len() > 1000 }).await;
    stop.send(()).unwrap();
    let report = run.await.unwrap();
    is_over.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.unwrap();
    }
    let accepted = accepted.lock().unwrap().clone();
    let ended = ended.0.lock().unwrap().clone();
    let here: BTreeSet<u32> = ended.iter().copied().collect();
    assert_eq!(here.len(), ended.len(), "none has run twice");
    let kept = database.look().await.texts(Database::jobs_as_text()).await;
    let number = |job: &String| {
        let job: serde_json::Value = serde_json::from_str(job).unwrap();
        u32::try_from(job["args"]["number"].as_u64().unwrap()).unwrap()
    };
    let kept: Vec<u32> = kept.iter().map(number).collect();
    let in_queue: BTreeSet<u32> = kept.iter().copied().collect();
    assert_eq!(in_queue.len(), kept.len(), "each has one row");
    assert!(here.is_disjoint(&in_queue), "what has run here is not in the queue");
    let counts = spill.counts();
    assert_eq!((counts.ran, counts.handed_over), (here.len() as u64, in_queue.len() as u64));
    let neither = accepted.iter().filter(|number| !here.contains(number) && !in_queue.contains(number)).count();
    assert_eq!((neither as u64, counts.lost), (0, 0), "{report}");
    assert!(here.union(&in_queue).all(|number| accepted.contains(number)), "nothing that was refused");
    assert_eq!(counts.accepted(), accepted.len() as u64);
    assert_eq!((counts.running, counts.waiting), (0, 0));
    let text = report.to_string();
    assert!(text.contains("[hand over]") && text.contains("handed over to the queue in"), "{text}");
    assert_eq!(text.matches("[work] loaded: drained").count(), 1, "{text}");
    assert!(in_queue.len() > 10 && here.len() > 10, "{counts:?}");
    println!("{} accepted: {} ran here, {} handed over", accepted.len(), here.len(), in_queue.len());
}
