//! A credential that expires, and is refreshed once for all concurrent callers.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::Instant;

use super::validity::{Moment, Validity};
use super::{Landed, Singleflight};
use crate::error::TaskError;
use crate::owner::OwnedTracker;
use crate::report::ErrorView;
use crate::tracker::{PerIsolation, Tracker};
use crate::util::sync::lock;
use crate::util::text::clean;
use crate::util::{WithSources, error_in, later};

/// A credential that expires: [`get`](Self::get) returns one that is valid now, and refreshes it once for all concurrent
/// callers.
///
/// A token that is captured at the call may have expired after a queue, a retry or a slow store. Pass the `Fresh` to the
/// task instead, and call [`get`](Self::get) inside it.
///
/// At most one refresh runs at a time. It is a detached task, like the work of a [`Singleflight`]: it has a timeout and a
/// tracker, belongs to none of its callers, and has no caller's values. With [`ahead`](Self::ahead), callers need not wait
/// for a refresh.
///
/// ```
/// use std::sync::{Arc, LazyLock};
/// use std::time::Duration;
/// use outlive::{Fresh, Tracker, detached};
///
/// static AUTH: Tracker = Tracker::bounded("auth", 1); // its own: callers wait for it in tasks of another tracker
/// static UPLOADS: Tracker = Tracker::bounded("uploads", 4);
///
/// async fn log_in() -> Result<(String, Duration), std::io::Error> {
///     // … the identity provider: a token, and how long it is valid …
///     Ok(("token".to_owned(), Duration::from_secs(3600)))
/// }
///
/// type Token = Fresh<String, std::io::Error>;
/// static TOKEN: LazyLock<Token> =
///     LazyLock::new(|| Fresh::new("token", &AUTH, Duration::from_secs(5), log_in).ahead(Duration::from_secs(300)));
///
/// #[detached(timeout = "10s", track = UPLOADS)]
/// async fn upload(name: String) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
///     let token = TOKEN.get().await?; // valid now, not only at the call
///     Ok(format!("{name} with {token}"))
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// assert_eq!(upload("photo".to_owned()).await.unwrap().unwrap(), "photo with token");
/// # }
/// ```
///
/// Give the credential its own tracker, as here: a task that waits for a refresh under its own tracker holds a place that
/// the refresh may need.
///
/// Validity counts from the *begin* of the refresh, because the credential may have been issued at any time since. It ends
/// when either tokio's clock or the wall clock says so: tokio's clock may stop while the machine sleeps, and the wall clock
/// may be set back. A credential may expire while a request with it is on its way: use [`ahead`](Self::ahead) for that.
///
/// The `Fresh` holds `refresh`. In a service, let the closure capture the client, not the service: the service would hold
/// itself, and never be dropped.
pub struct Fresh<T, E = Box<dyn Error + Send + Sync>> {
    flight: Singleflight<(), RefreshResult<T, E>>,
    refresh: Arc<Refresh<T, E>>,
    state: PerIsolation<State<T>>,
    ahead: Duration,
}

type RefreshResult<T, E> = Result<Arc<Credential<T>>, Arc<E>>;

type Refresh<T, E> = dyn Fn() -> Pin<Box<dyn Future<Output = Result<(T, Duration), E>> + Send>> + Send + Sync;

struct Credential<T> {
    value: T,
    validity: Validity,
}

impl<T> Credential<T> {
    fn is_valid(&self) -> bool {
        !self.validity.left(Moment::now()).is_zero()
    }
}

struct State<T>(Mutex<Stored<T>>);

struct Stored<T> {
    credential: Option<Arc<Credential<T>>>,
    /// No other early refresh begins before this.
    pause: Option<Instant>,
}

impl<T> State<T> {
    fn empty() -> Self {
        Self(Mutex::new(Stored { credential: None, pause: None }))
    }

    /// No user code runs under the lock: values that are taken out are dropped after it is released.
    fn lock(&self) -> MutexGuard<'_, Stored<T>> {
        lock(&self.0)
    }

    /// The stored credential, if it is newer than `seen`.
    fn newer(&self, seen: Option<&Arc<Credential<T>>>) -> Option<Arc<Credential<T>>> {
        let present = self.lock().credential.clone()?;
        let is_seen = seen.is_some_and(|seen| Arc::ptr_eq(seen, &present));
        (!is_seen && present.is_valid()).then_some(present)
    }
}

/// Why a [`Fresh`] has no valid credential.
///
/// ```
/// use std::io;
/// use std::time::Duration;
/// use outlive::{Fresh, FreshError, Tracker};
///
/// static AUTH: Tracker = Tracker::bounded("auth", 1);
///
/// async fn log_in() -> Result<(String, Duration), io::Error> {
///     Err(io::Error::other("no such client"))
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let token = Fresh::new("token", &AUTH, Duration::from_secs(5), log_in);
/// match token.get().await {
///     Ok(token) => println!("{token}"),
///     Err(FreshError::Failed(error)) => assert_eq!(error.to_string(), "no such client"),
///     Err(other) => panic!("{other}"), // no answer, or one that had expired
/// }
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum FreshError<E> {
    /// The refresh returned this `Err`. All callers that waited for it get the same.
    Failed(Arc<E>),
    /// The refresh returned nothing: it timed out, panicked, was refused by its tracker, or was aborted by a drain.
    NoAnswer(Arc<TaskError>),
    /// The credential had expired when the refresh ended.
    Expired,
}

/// One line, with the sources of an `E` that is an error in a `Box` or an `Arc`, or an `io::Error`; cut at 4096 bytes.
impl<E: fmt::Display + 'static> fmt::Display for FreshError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(f, "the refresh failed: {}", clean(WithSources(&**error))),
            Self::NoAnswer(error) => write!(f, "the refresh gave no answer: {error}"),
            Self::Expired => f.write_str("the refresh gave what had expired by then"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display + 'static> Error for FreshError<E> {}

/// The function that loads a credential. It is a trait for its error message.
#[diagnostic::on_unimplemented(
    message = "a `Fresh` takes a function that loads the value, and calls it at each refresh",
    label = "write the name of the function, without `()`, or a closure: `|| async {{ … }}`"
)]
pub trait Loads<F>: Fn() -> F {}

#[diagnostic::do_not_recommend]
impl<R: Fn() -> F, F> Loads<F> for R {}

/// What a refresh gives. It is a trait for its error message.
#[diagnostic::on_unimplemented(
    message = "a refresh gives the value, and how long it is valid, in a `Result`",
    label = "let it be an `async fn` that gives `Result<(Token, Duration), Error>`, as in `Ok((token, Duration::from_secs(3600)))`"
)]
pub trait Refreshed<T, E>: Future<Output = Result<(T, Duration), E>> {}

#[diagnostic::do_not_recommend]
impl<F: Future<Output = Result<(T, Duration), E>>, T, E> Refreshed<T, E> for F {}

impl<T, E> Fresh<T, E>
where
    T: Clone + Send + Sync + 'static,
    E: fmt::Display + Send + Sync + 'static,
{
    /// Makes a credential that `refresh` loads: it returns the value and how long it is valid. The first [`get`](Self::get)
    /// loads it.
    ///
    /// `name`, `tracker` and `timeout` apply to the refresh: see [`Singleflight::new`].
    ///
    /// # Panics
    ///
    /// If the timeout is zero, or more than the tracker's drain budget.
    #[must_use]
    #[track_caller]
    pub fn new<F, const DRAIN_SECS: u64>(
        name: &'static str,
        tracker: &'static Tracker<DRAIN_SECS>,
        timeout: Duration,
        refresh: impl Loads<F> + Send + Sync + 'static,
    ) -> Self
    where
        F: Refreshed<T, E> + Send + 'static,
    {
        Self::over(Singleflight::new(name, tracker, timeout), refresh)
    }

    /// As [`new`](Self::new), with an `Arc<Tracker>`.
    ///
    /// # Panics
    ///
    /// If the timeout is zero, or more than the tracker's drain budget.
    #[must_use]
    #[track_caller]
    pub fn tracked_by<F, const DRAIN_SECS: u64>(
        name: &'static str,
        tracker: &Arc<Tracker<DRAIN_SECS>>,
        timeout: Duration,
        refresh: impl Loads<F> + Send + Sync + 'static,
    ) -> Self
    where
        F: Refreshed<T, E> + Send + 'static,
    {
        Self::over(Singleflight::tracked_by(name, tracker, timeout), refresh)
    }

    /// As [`new`](Self::new), with the tracker of a service. It does not own the service.
    ///
    /// When the last owner was dropped, a refresh is refused with [`Rejected::OwnerGone`](crate::Rejected::OwnerGone), and
    /// [`get`](Self::get) returns [`FreshError::NoAnswer`] once the credential has expired.
    ///
    /// # Panics
    ///
    /// If the timeout is zero, or more than the tracker's drain budget.
    #[must_use]
    #[track_caller]
    pub fn owned_by<F, const DRAIN_SECS: u64>(
        name: &'static str,
        tracker: &OwnedTracker<DRAIN_SECS>,
        timeout: Duration,
        refresh: impl Loads<F> + Send + Sync + 'static,
    ) -> Self
    where
        F: Refreshed<T, E> + Send + 'static,
    {
        Self::over(Singleflight::owned_by(name, tracker, timeout), refresh)
    }

    fn over<F>(flight: Singleflight<(), RefreshResult<T, E>>, refresh: impl Loads<F> + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(T, Duration), E>> + Send + 'static,
    {
        Self {
            flight: flight.in_module_of::<F>().fallible_by(|issued| match issued {
                Ok(_) => None,
                Err(error) => Some(match error_in(&**error) {
                    Some(error) => ErrorView::Error(error),
                    None => ErrorView::Display(error),
                }),
            }),
            refresh: Arc::new(move || Box::pin(refresh())),
            state: PerIsolation::new(State::empty()),
            ahead: Duration::ZERO,
        }
    }

    /// Refreshes the credential in the background when a caller asks within this time before it expires. Callers get the
    /// current one until the refresh ends.
    ///
    /// If such a refresh fails, callers get the current credential until it expires, and the failure is reported unless a
    /// caller waits for it. A later call tries again, at most once in a tenth of this time.
    ///
    /// Without a call of [`get`](Self::get) nothing is refreshed.
    #[must_use]
    pub fn ahead(self, ahead: Duration) -> Self // `.ahead(Duration::from_secs(300))`
    {
        Self { ahead, ..self }
    }

    /// Returns a credential that is valid now: the current one, or the result of a refresh.
    ///
    /// # Errors
    ///
    /// [`FreshError`], if the refresh failed. The next call tries again at once; the caller decides how long to wait before
    /// it.
    ///
    /// # Panics
    ///
    /// If the value's `Clone` panics, which makes the caller's copy.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the refresh running, and its result is kept for the next caller.
    pub async fn get(&self) -> Result<T, FreshError<E>> {
        let seen = match self.present() {
            Ok(credential) => return Ok(credential.value.clone()),
            Err(expired) => expired,
        };
        match self.flight.run((), self.refreshed(seen)).await {
            Ok(Landed { value: Ok(credential), .. }) if credential.is_valid() => Ok(credential.value.clone()),
            Ok(Landed { value: Ok(_), .. }) => Err(FreshError::Expired),
            Ok(Landed { value: Err(error), .. }) => Err(FreshError::Failed(error)),
            Err(error) => Err(FreshError::NoAnswer(error)),
        }
    }

    /// Discards the current credential if `is_refused` returns `true` for it: the next [`get`](Self::get) refreshes.
    ///
    /// Use it when a server refuses a credential before it expires. `is_refused` must compare it with the refused one: if
    /// many requests were refused with the same credential, only the first call may discard it, and the others must not
    /// discard its successor.
    ///
    /// ```
    /// # async fn request(token: &outlive::Fresh<String>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # let unauthorized = true;
    /// let sent = token.get().await?;
    /// // … the server answers 401 …
    /// if unauthorized {
    ///     token.invalidate(|present| *present == sent);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn invalidate(&self, is_refused: impl FnOnce(&T) -> bool) // `.invalidate(|token| token == &refused)`
    {
        let state = self.state.here(State::empty);
        let Some(present) = state.lock().credential.clone() else { return };
        if !is_refused(&present.value) {
            return;
        }
        let mut state = state.lock();
        if state.credential.as_ref().is_some_and(|credential| Arc::ptr_eq(credential, &present)) {
            state.credential = None;
        }
    }

    /// The stored credential, if it is valid; otherwise the invalid one. Begins an early refresh if it is time.
    fn present(&self) -> Result<Arc<Credential<T>>, Option<Arc<Credential<T>>>> {
        let now = Moment::now();
        let (credential, is_due) = {
            let state = self.state.here(State::empty);
            let mut state = state.lock();
            let Some(credential) = state.credential.clone() else { return Err(None) };
            let left = credential.validity.left(now);
            if left.is_zero() {
                return Err(Some(credential));
            }
            let is_due = left <= self.ahead && state.pause.is_none_or(|pause| pause <= now.steady());
            if is_due {
                state.pause = Some(later(now.steady(), self.ahead / 10));
            }
            (credential, is_due)
        };
        if is_due {
            // No caller waits for it: a failure is reported, as with a dropped handle.
            drop(self.flight.join_or_start((), self.refreshed(Some(Arc::clone(&credential)))));
        }
        Ok(credential)
    }

    /// The work of a refresh, for a caller that has seen `seen`.
    fn refreshed(
        &self,
        seen: Option<Arc<Credential<T>>>,
    ) -> impl Future<Output = RefreshResult<T, E>> + Send + use<T, E> {
        let (refresh, state) = (Arc::clone(&self.refresh), self.state.here(State::empty));
        async move {
            // Another refresh may have ended since this caller looked.
            if let Some(newer) = state.newer(seen.as_ref()) {
                return Ok(newer);
            }
            let began = Moment::now();
            let (value, valid_for) = refresh().await.map_err(Arc::new)?;
            let credential = Arc::new(Credential { value, validity: Validity::new(began, valid_for) });
            let old = state.lock().credential.replace(Arc::clone(&credential));
            drop(old);
            Ok(credential)
        }
    }
}

impl<T, E> fmt::Debug for Fresh<T, E> {
    /// Without the credential.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fresh").field("refresh", &self.flight).field("ahead", &self.ahead).finish_non_exhaustive()
    }
}
