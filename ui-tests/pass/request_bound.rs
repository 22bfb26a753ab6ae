//! What belongs to a request of other crates crosses where it is said why; and what of them belongs to none crosses anyway.

#![deny(warnings)]

use outlive::{RequestBound, Tracker, detached};
use sqlx_core::any::Any;
use sqlx_core::pool::{Pool, PoolConnection};
use sqlx_core::transaction::Transaction;
use tonic::{Request, Response, Status, Streaming};

static ORDERS: Tracker = Tracker::bounded("orders", 64);

#[detached(timeout = "5s", track = ORDERS, allow_request_bound = "it is charged and written, or neither")]
async fn whole(request: Request<u64>) -> Result<Response<u64>, Status> {
    Ok(Response::new(request.into_inner()))
}

#[detached(timeout = "5s", track = ORDERS, allow_request_bound = "a client of ours has opened it")]
async fn follows(mut prices: Streaming<u64>) -> Result<u64, Status> {
    Ok(prices.message().await?.unwrap_or_default())
}

#[detached(timeout = "5s", track = ORDERS, allow_request_bound = "the pool is this task's alone")]
async fn on_its_connection(connection: PoolConnection<Any>) -> PoolConnection<Any> {
    connection
}

#[detached(timeout = "5s", track = ORDERS, allow_request_bound = "it is committed, whoever hangs up")]
async fn commits(transaction: Transaction<'static, Any>) -> Result<(), sqlx_core::Error> {
    transaction.commit().await
}

/// A pool, a message, and the answer that a server has given to a client of ours.
#[detached(timeout = "5s", track = ORDERS)]
async fn of_no_request(pool: Option<Pool<Any>>, order: u64) -> Result<Response<u64>, Status> {
    drop(pool);
    Ok(Response::new(order))
}

fn belongs_to_a_request<T: RequestBound>() {}

#[tokio::main]
async fn main() {
    belongs_to_a_request::<Option<PoolConnection<Any>>>();
    belongs_to_a_request::<Option<Transaction<'static, Any>>>();
    belongs_to_a_request::<Request<u64>>();
    belongs_to_a_request::<Response<Streaming<u64>>>();
    // Without a database and a connection there is none of these.
    let _: fn(Streaming<u64>) -> _ = follows;
    let _: fn(PoolConnection<Any>) -> _ = on_its_connection;
    let _: fn(Transaction<'static, Any>) -> _ = commits;

    assert_eq!(whole(Request::new(7)).await.unwrap().unwrap().into_inner(), 7);
    assert_eq!(of_no_request(None, 8).await.unwrap().unwrap().into_inner(), 8);
    assert!(ORDERS.drain().await.is_clean());
}
