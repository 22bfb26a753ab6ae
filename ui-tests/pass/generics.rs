//! Type and const parameters, `where`, `impl Trait`, and the `impl` block's own parameters.

#![deny(warnings)]

use std::any::Any;
use std::collections::HashMap;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn show<T: Display + Send + 'static>(value: T) -> String {
    value.to_string()
}

#[detached(timeout = "5s", track = AUDIT)]
async fn count<K, V, const N: usize>(pairs: [(K, V); N]) -> HashMap<K, V>
where
    K: Eq + Hash + Send + 'static,
    V: Send + 'static,
    [(K, V); N]: IntoIterator<Item = (K, V)>,
{
    HashMap::from(pairs)
}

#[detached(timeout = "5s", track = AUDIT)]
async fn opaque(value: impl Debug + Send + 'static, values: Vec<impl Into<u64> + Send + 'static>) -> u64 {
    let _ = format!("{value:?}");
    values.into_iter().map(Into::into).sum()
}

/// No argument says what `T` is: the call does.
#[detached(timeout = "5s", track = AUDIT)]
async fn named<T: 'static>() -> &'static str {
    std::any::type_name::<T>()
}

#[detached(timeout = "5s", track = AUDIT)]
async fn any_error<E>(fails: Option<E>) -> Result<(), E>
where
    E: Send + 'static,
{
    fails.map_or(Ok(()), Err)
}

#[detached(timeout = "5s", track = tasks)]
async fn any_budget<const BUDGET: u64>(tasks: Arc<Tracker<BUDGET>>) -> u64 {
    tokio::task::yield_now().await;
    drop(tasks);
    BUDGET
}

/// Of these, more than `'static` is asked by no macro: the types of others say what they need.
#[detached(timeout = "5s", track = AUDIT)]
async fn marked<T: 'static>(of: PhantomData<fn(T)>) {
    tokio::task::yield_now().await;
    let _ = of;
}

#[detached(timeout = "5s", track = AUDIT)]
async fn behind_a_lock<T: Send + 'static>(values: Arc<Mutex<Vec<T>>>) -> usize {
    tokio::task::yield_now().await;
    values.lock().map_or(0, |values| values.len())
}

#[detached(timeout = "5s", track = AUDIT)]
async fn by_a_clause<T>(value: T)
where
    Option<T>: Any,
    T: Send,
{
    drop(value);
}

#[detached(timeout = "5s", track = AUDIT)]
async fn by_a_trait<T: Transport>(value: Arc<T>) -> Vec<T> {
    tokio::task::yield_now().await;
    Arc::into_inner(value).into_iter().collect()
}

#[detached(timeout = "5s", track = AUDIT, blocking)]
fn on_a_thread<T: Send + 'static, const N: usize>(values: [T; N]) -> Option<T> {
    values.into_iter().next()
}

#[detached(timeout = "5s", track = AUDIT)]
async fn work<F, Fut>(work: F) -> u64
where
    F: FnOnce() -> Fut + Send + 'static,
    Fut: Future<Output = u64> + Send + 'static,
{
    work().await
}

trait Transport: Send + Sync + 'static {
    fn length(&self) -> usize;
}

impl Transport for String {
    fn length(&self) -> usize {
        self.len()
    }
}

struct Mailer<T: Transport, const N: usize> {
    transport: T,
}

impl<T: Transport, const N: usize> Mailer<T, N> {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn send(self: Arc<Self>) -> usize {
        self.transport.length() * N
    }

    #[detached(timeout = "5s", track = AUDIT)]
    async fn forward<U: Transport>(self: &Arc<Self>, other: U) -> usize {
        self.transport.length() + other.length() + N
    }

    /// Without a receiver, `where Self: Sized` says that this is in an `impl`.
    #[detached(timeout = "5s", track = AUDIT)]
    async fn measure(transport: T) -> usize
    where
        Self: Sized,
    {
        transport.length() * N
    }
}

#[tokio::main]
async fn main() {
    assert_eq!(show(7).await.unwrap(), "7");
    assert_eq!(show::<&'static str>("7").await.unwrap(), "7");
    assert_eq!(count([("a", 1), ("b", 2)]).await.unwrap().len(), 2);
    assert_eq!(opaque("x", vec![1_u32, 2]).await.unwrap(), 3);
    assert_eq!(named::<u8>().await.unwrap(), "u8");
    assert_eq!(any_error(Some(7)).await.unwrap(), Err(7));
    assert_eq!(any_budget(Arc::new(Tracker::bounded("own", 1))).await.unwrap(), 20);
    let mailer = Arc::new(Mailer::<String, 2> { transport: "four".to_owned() });
    assert_eq!(mailer.forward("five5".to_owned()).await.unwrap(), 11);
    assert_eq!(mailer.send().await.unwrap(), 8);
    assert_eq!(Mailer::<String, 3>::measure("four".to_owned()).await.unwrap(), 12);
    marked::<&'static u64>(PhantomData).await.unwrap();
    assert_eq!(behind_a_lock(Arc::new(Mutex::new(vec![7]))).await.unwrap(), 1);
    by_a_clause(7).await.unwrap();
    assert_eq!(by_a_trait(Arc::new("four".to_owned())).await.unwrap(), ["four"]);
    assert_eq!(on_a_thread([7, 8]).await.unwrap(), Some(7));
    assert_eq!(work(|| async { 7 }).await.unwrap(), 7);
    assert!(AUDIT.drain().await.is_clean());
}
