//! Arguments that go stale.

use std::sync::Arc;
use std::time::Duration;

/// A value that goes stale: a token, a signed address, a lease.
///
/// A function with [`#[detached]`](macro@crate::detached) does not compile where its deadline, the timeout and the grace,
/// is longer than an argument lives. Pass a `Fresh<…>` instead, and get the value inside; or shorten the timeout. A
/// [`#[periodic]`](macro@crate::periodic) or [`#[worker]`](macro@crate::worker) has no such deadline, and takes no such
/// argument at all.
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
/// The compiler knows how long such a value lives, not how much of that is left. Where [`remaining`](Self::remaining)
/// says it, each call looks at it before its task starts: less than the call's deadline is one event of the target
/// `outlive`, with the argument's name, and the call goes on.
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
/// send(token(10)).await.unwrap(); // WARN outlive: an argument may go stale before the deadline argument="token" …
/// # }
/// ```
///
/// `Option`, `Box`, `Arc`, `Vec` and arrays of such a type live as long as it does; a lock does not, as what is behind
/// it may be renewed. What escapes is what escapes [`RequestBound`](crate::RequestBound); any other container of such a
/// type; and time in the tracker's queue, which is not in the deadline.
pub trait MaxAge {
    /// The longest that a value of this type is good for, counted from when it was made. Zero is shorter than any
    /// deadline.
    const MAX_AGE: Duration;

    /// How long this one is still good for, where that is known; zero where it is over. It is asked at each call, by the
    /// caller: a panic in here is the caller's.
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

/// What is not there does not go stale.
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
