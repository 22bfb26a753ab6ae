//! A credential that expires, and is refreshed once for all who ask.

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

/// A credential that expires, and is refreshed for those who ask.
///
/// What a task needs late it should ask for late: a token that is captured at the call may have expired when a queue, a
/// retry or a slow store has had its time. Give the task the `Fresh`, and [`get`](Self::get) in it.
///
/// However many ask at the same time, one refresh is under way. It is a detached task, as of a [`Singleflight`]: it has a
/// timeout and a tracker, belongs to none of those who wait for it, and carries no caller's values. With
/// [`ahead`](Self::ahead), nobody waits for a refresh in time.
///
/// ```
/// use std::sync::{Arc, LazyLock};
/// use std::time::Duration;
/// use outlive::{Fresh, Tracker, detached};
///
/// static AUTH: Tracker = Tracker::bounded("auth", 1); // its own: who waits for it does so in another
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
///     let token = TOKEN.get().await?; // valid now, whenever that is
///     Ok(format!("{name} with {token}"))
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// assert_eq!(upload("photo".to_owned()).await.unwrap().unwrap(), "photo with token");
/// # }
/// ```
///
/// The tracker is the credential's own, as here: a task that waits for a refresh under its own tracker holds a place that the
/// refresh may need.
///
/// Validity counts from when the refresh *began*: it may have been issued any time since. It ends when the first of two clocks says
/// so, tokio's and the wall clock: the one stands still while the machine sleeps, and the other may be set back.
/// How long a request with it takes is not known here: what must be valid on arrival needs an [`ahead`](Self::ahead).
///
/// `refresh` is kept as long as the `Fresh` is. In a service, let it capture the client, and not the service itself,
/// which would then hold itself.
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
    /// Before that, no other refresh is begun ahead of time.
    pause: Option<Instant>,
}

impl<T> State<T> {
    fn empty() -> Self {
        Self(Mutex::new(Stored { credential: None, pause: None }))
    }

    /// No code of the user's runs under the lock: what is taken out is dropped after it.
    fn lock(&self) -> MutexGuard<'_, Stored<T>> {
        lock(&self.0)
    }

    /// What has come since `seen` was.
    fn newer(&self, seen: Option<&Arc<Credential<T>>>) -> Option<Arc<Credential<T>>> {
        let present = self.lock().credential.clone()?;
        let is_seen = seen.is_some_and(|seen| Arc::ptr_eq(seen, &present));
        (!is_seen && present.is_valid()).then_some(present)
    }
}

/// Why a [`Fresh`] has nothing to give.
#[derive(Debug)]
#[non_exhaustive]
pub enum FreshError<E> {
    /// The refresh returned this `Err`. All who waited for it get the same.
    Failed(Arc<E>),
    /// The refresh gave no answer: it timed out, panicked, was refused a place, or was ended by a drain.
    NoAnswer(Arc<TaskError>),
    /// What the refresh gave was not valid any more when it came.
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

impl<T, E> Fresh<T, E>
where
    T: Clone + Send + Sync + 'static,
    E: fmt::Display + Send + Sync + 'static,
{
    /// A credential that `refresh` gives, with how long it is valid. The first [`get`](Self::get) asks for it.
    ///
    /// `name`, `tracker` and `timeout` are those of the refresh: see [`Singleflight::new`].
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
        refresh: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(T, Duration), E>> + Send + 'static,
    {
        Self::over(Singleflight::new(name, tracker, timeout), refresh)
    }

    /// The same under a tracker that is shared.
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
        refresh: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(T, Duration), E>> + Send + 'static,
    {
        Self::over(Singleflight::tracked_by(name, tracker, timeout), refresh)
    }

    /// The same under the tracker of a service, without owning it.
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
        refresh: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(T, Duration), E>> + Send + 'static,
    {
        Self::over(Singleflight::owned_by(name, tracker, timeout), refresh)
    }

    fn over<F>(flight: Singleflight<(), RefreshResult<T, E>>, refresh: impl Fn() -> F + Send + Sync + 'static) -> Self
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

    /// Refreshes this long before the credential expires, in the background: who asks gets the present one meanwhile.
    ///
    /// A refresh that fails there leaves the present credential as it is, until that expires, and is reported if nobody
    /// else waits for it. It is tried again for one who asks, each tenth of this time at most.
    ///
    /// Nothing is refreshed that nobody asks for.
    #[must_use]
    pub fn ahead(self, ahead: Duration) -> Self {
        Self { ahead, ..self }
    }

    /// The credential, valid now: the present one, or else what a refresh gives.
    ///
    /// # Errors
    ///
    /// [`FreshError`]: what became of the refresh. The next call tries again; how long to wait before is the caller's to
    /// say.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the refresh running, and what it gives is kept for the next one who asks.
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

    /// Gives the present credential up, if it is the one that was refused: the next [`get`](Self::get) refreshes.
    ///
    /// For a server that refuses it before its time. Say which: when many requests have been refused the same one, only
    /// the first of them is to give it up, and not the others its successor.
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
    pub fn invalidate(&self, is_refused: impl FnOnce(&T) -> bool) {
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

    /// What is valid; or what is there, and is not. Begins a refresh if it is time.
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
            // Nobody waits for it: what becomes of it is reported as for a handle that is dropped.
            drop(self.flight.call((), self.refreshed(Some(Arc::clone(&credential)))));
        }
        Ok(credential)
    }

    /// The work of a refresh, for one who has seen `seen`.
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
