//! Types whose values go stale.

use std::sync::Arc;
use std::time::Duration;

/// A type whose values go stale after a fixed time, such as a token, a signed URL or a lease.
///
/// A [`#[detached]`](macro@crate::detached) function does not compile if its timeout and grace together are longer than an
/// argument's `MAX_AGE`. Pass a [`Fresh`](crate::Fresh) instead, and get the value inside the task; or shorten the timeout.
/// A [`#[periodic]`](macro@crate::periodic) or [`#[worker]`](macro@crate::worker) function accepts no such argument at all.
///
/// ```compile_fail
/// # use std::time::Duration;
/// # use outlive::{MaxAge, Tracker, detached};
/// # static MAIL: Tracker = Tracker::bounded("mail", 8);
/// struct Token(String);
///
/// impl MaxAge for Token {
///     const MAX_AGE: Duration = Duration::from_secs(5);
/// }
///
/// #[detached(timeout = "15s", track = MAIL)] // `send` may take 15s, but its argument `token: Token` lives 5s
/// async fn send(token: Token) {}
/// ```
///
/// The compiler knows how long such a value lives, but not how much of that time is left. If [`remaining`](Self::remaining)
/// returns it, each call checks it before its task starts. If it is less than the call's timeout and grace, an event with
/// the argument's name is sent, and the call goes on.
///
/// ```
/// # use std::time::{Duration, Instant};
/// # use outlive::{MaxAge, Tracker, detached};
/// # static MAIL: Tracker = Tracker::bounded("mail", 8);
/// struct Token {
///     secret: String,
///     expires: Instant,
/// }
///
/// impl MaxAge for Token {
///     const MAX_AGE: Duration = Duration::from_secs(300);
///
///     fn remaining(&self) -> Option<Duration> {
///         Some(self.expires.saturating_duration_since(Instant::now()))
///     }
/// }
///
/// #[detached(timeout = "15s", track = MAIL)]
/// async fn send(token: Token) -> usize {
///     token.secret.len()
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// # let token = |secs| Token { secret: String::new(), expires: Instant::now() + Duration::from_secs(secs) };
/// send(token(200)).await.unwrap();
/// send(token(10)).await.unwrap(); // WARN: an argument may go stale before its task ends argument="token" …
/// # }
/// ```
///
/// `Option`, `Box`, `Arc`, `Vec` and arrays of such a type have the same `MAX_AGE`. A lock does not, because the value
/// inside may be renewed. The compiler does not check what it does not check for [`RequestBound`](crate::RequestBound), nor
/// other containers of such a type. Time in the tracker's queue does not count.
pub trait MaxAge {
    /// How long a value of this type is valid, counted from when it was made. Zero is shorter than any timeout.
    const MAX_AGE: Duration;

    /// How much longer this value is valid, if that is known, and zero if it has expired. Each call calls it, on the
    /// caller's side: a panic here is the caller's.
    fn remaining(&self) -> Option<Duration> {
        None
    }
}

macro_rules! pointers {
    ($($type:ty;)*) => {$(
        impl<T: MaxAge> MaxAge for $type {
            const MAX_AGE: Duration = T::MAX_AGE;

            fn remaining(&self) -> Option<Duration> {
                T::remaining(self)
            }
        }
    )*};
}

pointers! {
    Arc<T>;
    Box<T>;
}

/// `None` does not go stale.
impl<T: MaxAge> MaxAge for Option<T> {
    const MAX_AGE: Duration = T::MAX_AGE;

    fn remaining(&self) -> Option<Duration> {
        self.as_ref()?.remaining()
    }
}

/// As long as the one that goes stale first.
impl<T: MaxAge> MaxAge for Vec<T> {
    const MAX_AGE: Duration = T::MAX_AGE;

    fn remaining(&self) -> Option<Duration> {
        self.iter().filter_map(T::remaining).min()
    }
}

/// As long as the one that goes stale first.
impl<T: MaxAge, const N: usize> MaxAge for [T; N] {
    const MAX_AGE: Duration = T::MAX_AGE;

    fn remaining(&self) -> Option<Duration> {
        self.iter().filter_map(T::remaining).min()
    }
}
