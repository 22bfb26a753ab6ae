//! A worker runs the functions that it was given, and leaves the others to others.

mod support;

use outlive::Tracker;
use outlive_durable::{Jobs, JobsError, durable};
use support::{Database, until};

static JOBS: Tracker = Tracker::bounded("only", 4);

#[durable(timeout = "5s", track = JOBS, name = "light")]
async fn light() {}

#[durable(timeout = "5s", track = JOBS, name = "a \"heavy\" one")]
async fn heavy() {}

#[derive(Clone)]
struct Press;

#[durable(timeout = "5s", track = JOBS, name = "prints")]
async fn prints(#[state] _press: Press) {}

#[tokio::test]
async fn what_it_was_not_given_stays_where_it_is() {
    let database = Database::new("only");
    let queue = database.queue().await;
    for _ in 0..3 {
        light().enqueue(&queue).await.unwrap();
        heavy().enqueue(&queue).await.unwrap();
        prints().enqueue(&queue).await.unwrap();
    }
    let jobs = Jobs::on(&queue).only(["light"]);
    assert_eq!(jobs.check(), Ok(()), "it asks for the states of its own functions alone");
    let worker = jobs.start();
    until("all light ones are done", || async { worker.counts().done == 3 }).await;
    assert_eq!((database.count("Done").await, database.count("Pending").await), (3, 6));

    let other = Jobs::on(&queue).only(["a \"heavy\" one", "prints"]).state(Press).start();
    until("all have been run", || async { other.counts().done == 6 }).await;
    assert_eq!((worker.counts().done, database.count("Done").await), (3, 9));
    assert_eq!((worker.counts().set_aside, other.counts().set_aside), (0, 0));
}

#[tokio::test]
async fn a_name_that_no_function_has_is_an_error_that_says_which_there_are() {
    let database = Database::new("only_unknown");
    let queue = database.queue().await;
    let error = Jobs::on(&queue).only(["light", "webby"]).check().unwrap_err();
    assert_eq!(error, JobsError::UnknownFunction { name: "webby".to_owned() });
    assert_eq!(
        error.to_string(),
        "there is no durable function `webby`: name one of `a \"heavy\" one`, `light`, `prints` in `.only(…)`"
    );
}
