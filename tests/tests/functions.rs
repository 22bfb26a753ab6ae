//! `#[detached]` takes a function as it is written, and `detach!` any future.

use std::fmt::Display;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use outlive::{CancelCause, Context, TaskError, TaskHandle, Tracker, detach, detached};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

static TASKS: Tracker = Tracker::bounded("tasks", 64).queue(64);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

mod limits {
    use std::time::Duration;

    pub(crate) const WRITE: Duration = Duration::from_secs(3);
}

mod trackers {
    use outlive::Tracker;

    pub(crate) static DEEP: Tracker = Tracker::bounded("deep", 8);
    pub(crate) static SLOW: Tracker<120> = Tracker::bounded("slow", 8).drain_budget::<120>();
}

#[tokio::test]
async fn generics_where_clauses_const_generics_and_impl_trait_arguments() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn joins<T, const N: usize>(items: [T; N], separator: impl Display + Send + 'static) -> String
    where
        T: Display + Send + Sync + 'static,
    {
        let mut text = String::new();
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                text += &separator.to_string();
            }
            text += &item.to_string();
            tokio::task::yield_now().await;
        }
        text
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn defaulted<T: Default + Send + 'static>() -> T {
        T::default()
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn calls<F: Future<Output = u32> + Send + 'static>(make: impl FnOnce(u32) -> F + Send + 'static) -> u32 {
        make(20).await + 1
    }

    assert_eq!(joins([1, 2, 3], ", ").await.unwrap(), "1, 2, 3");
    assert_eq!(joins(["a"], '-').await.unwrap(), "a");
    assert_eq!(defaulted::<Vec<u8>>().await.unwrap(), Vec::<u8>::new());
    assert_eq!(calls(|n| async move { n * 2 }).await.unwrap(), 41);
}

#[tokio::test]
async fn patterns_in_the_place_of_arguments() {
    struct Point {
        x: u32,
        y: u32,
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn adds(
        (a, b): (u32, u32),
        Point { x, y: height }: Point,
        [first, .., last]: [u32; 3],
        mut sum: u32,
        _: u32,
        both @ (_, seventh): (u32, u32),
    ) -> (u32, (u32, u32)) {
        for part in [a, b, x, height, first, last, seventh] {
            sum += part;
        }
        (sum, both)
    }

    let sum = adds((1, 2), Point { x: 4, y: 8 }, [16, 0, 32], 64, 128, (512, 256));
    assert_eq!(sum.await.unwrap(), (383, (512, 256)));
}

#[tokio::test]
async fn an_argument_lives_as_long_as_its_task_also_where_the_body_never_names_it() {
    type Probe = Arc<()>;
    struct Pair {
        named: u32,
        #[allow(dead_code, reason = "what it is there for is to be dropped")]
        unnamed: Probe,
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn holds(
        _: Probe,
        _unused: Probe,
        Pair { named, .. }: Pair,
        begun: oneshot::Sender<u32>,
        go: oneshot::Receiver<()>,
    ) {
        begun.send(named).unwrap();
        go.await.unwrap();
    }

    let probe = Probe::default();
    let (begun, begins) = oneshot::channel();
    let (go, goes) = oneshot::channel();
    let pair = Pair { named: 7, unnamed: probe.clone() };
    let handle = holds(probe.clone(), probe.clone(), pair, begun, goes);
    assert_eq!(Arc::strong_count(&probe), 4);
    assert_eq!(begins.await, Ok(7));
    assert_eq!(Arc::strong_count(&probe), 4, "the body runs");
    go.send(()).unwrap();
    handle.await.unwrap();
    assert_eq!(Arc::strong_count(&probe), 1);
}

#[tokio::test]
async fn raw_identifiers() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn r#match(r#type: u32, r#in: u32) -> u32 {
        r#type + r#in
    }

    #[detached(timeout = r#for, max_timeout = "5s", track = r#dyn)]
    async fn r#loop(r#for: Duration, r#dyn: Arc<Tracker>) -> (Duration, usize) {
        (r#for, r#dyn.live())
    }

    assert_eq!(r#match(1, 2).site().name(), "match");
    assert_eq!(r#match(1, 2).await.unwrap(), 3);
    let tracker = Arc::new(Tracker::bounded("raw", 1));
    assert_eq!(r#loop(seconds(1), tracker).await.unwrap(), (seconds(1), 1));
}

mod attributes {
    #![deny(missing_docs, deprecated, unused_must_use, unused_variables, non_snake_case, dead_code)]

    use super::{TASKS, detached};

    /// Has documentation.
    ///
    /// In two paragraphs.
    #[detached(timeout = "5s", track = TASKS)]
    pub(crate) async fn documented() -> u32 {
        1
    }

    #[detached(timeout = "5s", track = TASKS)]
    #[allow(unused_variables)]
    pub(super) async fn allows(nobody: u32) -> u32 {
        2
    }

    #[expect(unused_variables, reason = "as it says")]
    #[detached(timeout = "5s", track = TASKS)]
    pub(super) async fn expects_above(nobody: u32) -> u32 {
        3
    }

    #[detached(timeout = "5s", track = TASKS)]
    #[expect(unused_variables, reason = "as it says")]
    pub(super) async fn expects_below(nobody: u32) -> u32 {
        4
    }

    #[detached(timeout = "5s", track = TASKS)]
    #[expect(non_snake_case, reason = "as it says")]
    pub(super) async fn isNamedOtherwise() -> u32 {
        5
    }

    #[detached(timeout = "5s", track = TASKS)]
    #[expect(dead_code, reason = "as it says")]
    async fn is_called_by_nobody() {}

    #[detached(timeout = "5s", track = TASKS)]
    #[must_use = "the number is what counts"]
    pub(super) async fn must_be_used() -> u32 {
        6
    }

    #[deprecated(note = "use the other")]
    #[detached(timeout = "5s", track = TASKS)]
    pub(super) async fn is_deprecated() -> u32 {
        7
    }

    #[cfg(not(test))]
    #[detached(timeout = "5s", track = TASKS)]
    pub(super) async fn conditional() -> u32 {
        does_not_exist()
    }

    #[cfg(test)]
    #[detached(timeout = "5s", track = TASKS)]
    pub(super) async fn conditional() -> u32 {
        8
    }

    #[detached(timeout = "5s", track = TASKS)]
    #[cfg(not(test))]
    pub(super) async fn conditional_below() -> u32 {
        does_not_exist()
    }

    #[detached(timeout = "5s", track = TASKS)]
    #[cfg(test)]
    #[cfg_attr(test, allow(unused_variables))]
    #[cfg_attr(not(test), does_not_exist)]
    pub(super) async fn conditional_below() -> u32 {
        let nobody = 9;
        9
    }

    #[detached(timeout = "5s", track = TASKS)]
    #[inline]
    #[rustfmt::skip]
    pub(super) async fn has_others() -> u32 {
        10
    }
}

#[tokio::test]
async fn attributes_of_other_people() {
    assert_eq!(attributes::documented().await.unwrap(), 1);
    assert_eq!(attributes::allows(0).await.unwrap(), 2);
    assert_eq!(attributes::expects_above(0).await.unwrap(), 3);
    assert_eq!(attributes::expects_below(0).await.unwrap(), 4);
    assert_eq!(attributes::isNamedOtherwise().await.unwrap(), 5);
    #[expect(unused_must_use, reason = "the attribute is the function's own")]
    {
        attributes::must_be_used();
    }
    assert_eq!(attributes::must_be_used().await.unwrap(), 6);
    #[expect(deprecated, reason = "the attribute is the function's own")]
    {
        assert_eq!(attributes::is_deprecated().await.unwrap(), 7);
    }
    assert_eq!(attributes::conditional().await.unwrap(), 8);
    assert_eq!(attributes::conditional_below().await.unwrap(), 9);
    assert_eq!(attributes::has_others().await.unwrap(), 10);
}

#[tokio::test]
async fn instrument_above_and_below() {
    fn span() -> Option<&'static str> {
        tracing::Span::current().metadata().map(tracing::Metadata::name)
    }

    #[tracing::instrument(skip_all)]
    #[detached(timeout = "5s", track = TASKS)]
    async fn above(one: u32) -> (u32, Option<&'static str>) {
        tokio::task::yield_now().await;
        (one, span())
    }

    #[detached(timeout = "5s", track = TASKS)]
    #[tracing::instrument]
    async fn below(one: u32) -> (u32, Option<&'static str>) {
        tokio::task::yield_now().await;
        (one, span())
    }

    struct Methods;

    impl Methods {
        #[detached(timeout = "5s", track = TASKS)]
        #[tracing::instrument(skip(self))]
        async fn beside(self, one: u32) -> (u32, Option<&'static str>) {
            tokio::task::yield_now().await;
            (one, span())
        }

        #[tracing::instrument(skip(self))]
        #[detached(timeout = "5s", track = TASKS)]
        async fn beside_above(self, one: u32) -> (u32, Option<&'static str>) {
            tokio::task::yield_now().await;
            (one, span())
        }
    }

    let _subscribed = tracing::subscriber::set_default(tracing_subscriber::registry());
    assert_eq!(above(1).await.unwrap(), (1, Some("above")));
    assert_eq!(below(2).await.unwrap(), (2, Some("below")));
    assert_eq!(Methods.beside(3).await.unwrap(), (3, Some("beside")));
    assert_eq!(Methods.beside_above(4).await.unwrap(), (4, Some("beside_above")));
}

macro_rules! makes {
    ($(#[$meta:meta])* $vis:vis $name:ident($arg:ident: $t:ty) -> $output:ty, $timeout:literal, $track:path, $body:block) => {
        $(#[$meta])*
        #[detached(timeout = $timeout, track = $track)]
        $vis async fn $name($arg: $t) -> $output $body
    };
}

macro_rules! makes_from_expressions {
    ($name:ident, $timeout:expr, $track:expr, $output:ty, $value:expr) => {
        #[detached(timeout = $timeout, track = $track)]
        async fn $name() -> $output {
            $value
        }
    };
}

macro_rules! makes_whole {
    ($item:item) => {
        #[detached(timeout = "5s", track = TASKS)]
        $item
    };
}

makes! {
    /// Doubles.
    pub(crate) doubles(number: u32) -> u32, "2s", trackers::DEEP, {
        number * 2
    }
}
makes_from_expressions!(answers, limits::WRITE, TASKS, u32, 6 * 7);
makes_whole! {
    async fn whole(text: String) -> usize {
        text.len()
    }
}

#[tokio::test]
async fn functions_that_macros_make() {
    let doubled = doubles(4);
    assert_eq!((doubled.site().name(), doubled.site().timeout()), ("doubles", seconds(2)));
    assert_eq!(doubled.await.unwrap(), 8);
    assert_eq!(answers().site().timeout(), seconds(3));
    assert_eq!(answers().await.unwrap(), 42);
    assert_eq!(whole("five!".to_owned()).await.unwrap(), 5);
}

#[derive(Clone)]
struct Store {
    rows: Arc<Mutex<Vec<String>>>,
    tasks: Arc<Tracker>,
}

impl Store {
    fn new() -> Self {
        Self { rows: Arc::default(), tasks: Arc::new(Tracker::bounded("store", 8)) }
    }

    fn tracker(&self) -> &Arc<Tracker> {
        &self.tasks
    }

    fn rows(&self) -> usize {
        self.rows.lock().unwrap().len()
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn by_value(self, row: String) -> usize {
        self.rows.lock().unwrap().push(row);
        self.rows()
    }

    #[detached(timeout = "5s", track = self.tasks)]
    async fn mutable(mut self) -> (usize, usize) {
        self.rows = Arc::default();
        (self.rows(), self.tasks.live())
    }

    #[detached(timeout = "5s", track = self.tracker())]
    async fn shared(self: Arc<Self>, row: String) -> usize {
        self.rows.lock().unwrap().push(row);
        self.tasks.live()
    }

    #[detached(timeout = "5s", track = self.tasks)]
    async fn borrowed(self: &Arc<Self>, row: String) -> usize {
        self.rows.lock().unwrap().push(row);
        tokio::task::yield_now().await;
        self.rows()
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn boxed(self: Box<Self>) -> usize {
        self.rows()
    }

    #[detached(timeout = "5s", track = TASKS, blocking)]
    fn on_a_thread(self: &Arc<Self>, row: String) -> usize {
        self.rows.lock().unwrap().push(row);
        self.rows()
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn opened() -> Self {
        Self::new()
    }

    #[detached(timeout = "5s", track = other.tasks)]
    async fn merged(other: Self, rows: impl Iterator<Item = String> + Send + 'static) -> Result<Self, String> {
        other.rows.lock().unwrap().extend(rows);
        if other.rows() == 0 { Err("nothing".to_owned()) } else { Ok(other) }
    }

    #[detached(timeout = "5s", track = TASKS, when_full = wait)]
    async fn waited_for(self: Arc<Self>, (a, b): (usize, usize)) -> usize {
        self.rows() + a + b
    }
}

#[tokio::test]
async fn methods_and_associated_functions() {
    let store = Arc::new(Store::new());
    assert_eq!(Store::clone(&store).by_value("one".to_owned()).await.unwrap(), 1);
    assert_eq!(Store::clone(&store).mutable().await.unwrap(), (0, 1));
    assert_eq!(store.clone().shared("two".to_owned()).await.unwrap(), 1);
    assert_eq!(store.borrowed("three".to_owned()).await.unwrap(), 3);
    assert_eq!(Box::new(Store::clone(&store)).boxed().await.unwrap(), 3);
    assert_eq!(store.on_a_thread("four".to_owned()).await.unwrap(), 4);
    assert_eq!(store.clone().waited_for((1, 2)).await.await.unwrap(), 7);
    let other = Store::opened().await.unwrap();
    assert_eq!(Store::merged(other.clone(), std::iter::empty()).await.unwrap().err().as_deref(), Some("nothing"));
    let merged = Store::merged(other, ["five".to_owned()].into_iter()).await.unwrap().unwrap();
    assert_eq!(merged.rows(), 1);
    assert_eq!(store.borrowed(String::new()).site().name(), "borrowed");
}

#[tokio::test]
async fn a_borrowed_arc_is_kept_for_as_long_as_the_task_runs() {
    struct Kept(u32);

    impl Kept {
        #[detached(timeout = "5s", track = TASKS)]
        async fn reads(self: &Arc<Self>, go: oneshot::Receiver<()>) -> u32 {
            go.await.unwrap();
            self.0
        }
    }

    let (go, goes) = oneshot::channel();
    let kept = Arc::new(Kept(7));
    let watched = Arc::downgrade(&kept);
    let handle = kept.reads(goes);
    drop(kept);
    assert!(watched.upgrade().is_some());
    go.send(()).unwrap();
    assert_eq!(handle.await.unwrap(), 7);
    assert!(watched.upgrade().is_none());
}

#[tokio::test]
async fn methods_of_a_generic_type() {
    struct Ring<T, const N: usize>
    where
        T: Clone,
    {
        items: [T; N],
    }

    impl<T, const N: usize> Ring<T, N>
    where
        T: Clone + Send + Sync + 'static,
    {
        #[detached(timeout = "5s", track = TASKS)]
        async fn at(self: Arc<Self>, index: usize) -> T {
            self.items[index % N].clone()
        }

        #[detached(timeout = "5s", track = TASKS)]
        async fn into<U: From<T> + Send + 'static>(self) -> Vec<U> {
            self.items.into_iter().map(U::from).collect()
        }

        #[detached(timeout = "5s", track = TASKS)]
        async fn resized<const M: usize>(items: [T; M]) -> Result<Ring<T, M>, Self>
        where
            T: Default,
        {
            if M > N { Ok(Ring { items }) } else { Err(Self { items: std::array::from_fn(|_| T::default()) }) }
        }
    }

    assert_eq!(Arc::new(Ring { items: ['a', 'b'] }).at(3).await.unwrap(), 'b');
    assert_eq!(Ring { items: [1_u8, 2] }.into::<u32>().await.unwrap(), [1_u32, 2]);
    assert_eq!(Ring::<_, 2>::resized([1, 2, 3]).await.unwrap().ok().unwrap().items, [1, 2, 3]);
    assert_eq!(Ring::<_, 2>::resized([1]).await.unwrap().err().unwrap().items, [0, 0]);
}

#[tokio::test]
async fn a_function_that_calls_itself_calls_the_detached_one() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn counts_down(from: u32) -> Result<u32, TaskError> {
        let next: TaskHandle<Result<u32, TaskError>> = match from {
            0 => return Ok(0),
            from => counts_down(from - 1),
        };
        Ok(next.await?? + 1)
    }

    let handle = counts_down(9);
    let site = handle.site();
    assert_eq!(handle.await.unwrap().unwrap(), 9);
    assert_eq!(site.counts().completed, 10);
}

mod results {
    use super::{TASKS, detached};

    #[derive(Debug, PartialEq)]
    pub(crate) struct Failure;
    pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

    #[detached(timeout = "5s", track = TASKS)]
    pub(crate) async fn tries(fails: bool) -> Result<u32> {
        Ok(if fails { Err(Failure)? } else { 1 })
    }
}

#[tokio::test]
async fn a_result_by_another_name() {
    let handle = results::tries(false);
    let site = handle.site();
    assert_eq!(handle.await.unwrap(), Ok(1));
    assert_eq!(results::tries(true).await.unwrap(), Err(results::Failure));
    assert_eq!((site.counts().completed, site.counts().failed), (1, 1));
}

/// Names that everybody knows, with another meaning.
mod shadowed {
    #![allow(dead_code, reason = "what they are there for is to stand in the way")]

    use super::TASKS;

    pub(crate) struct Option;
    pub(crate) struct Some;
    pub(crate) struct None;
    pub(crate) struct Ok;
    pub(crate) struct Err;
    pub(crate) struct Box;
    pub(crate) struct String;
    pub(crate) struct Vec;
    pub(crate) struct Duration;
    pub(crate) struct Context;
    pub(crate) struct Tracker;
    pub(crate) struct TaskHandle;
    pub(crate) trait Clone {}
    pub(crate) trait Send {}
    pub(crate) trait Sync {}
    pub(crate) trait Sized {}
    pub(crate) trait Drop {}
    pub(crate) trait Fn {}
    pub(crate) trait From {}
    pub(crate) trait Into {}
    pub(crate) trait Default {}
    pub(crate) trait Future {}
    pub(crate) trait ToString {}
    pub(crate) mod std {}
    pub(crate) mod core {}
    pub(crate) mod tokio {}
    pub(crate) mod outlive {}

    #[derive(Debug, PartialEq)]
    pub(crate) enum Result {
        Fine(u32),
    }

    fn spills(unfinished: ::outlive::Unfinished<(u32,)>) {
        drop(unfinished);
    }

    #[::outlive::detached(timeout = "5s", grace = "1s", track = TASKS, unfinished = spills)]
    pub(crate) async fn works(number: u32) -> Result {
        Result::Fine(number)
    }

    #[::outlive::detached(timeout = "5s", track = TASKS, blocking)]
    pub(crate) fn blocks(number: u32) -> Result {
        Result::Fine(number)
    }

    pub(crate) struct Service;

    impl Service {
        #[::outlive::detached(timeout = "5s", track = TASKS)]
        pub(crate) async fn serves(self: &::std::sync::Arc<Self>, number: u32) -> Result {
            Result::Fine(number)
        }
    }

    pub(crate) fn detaches() -> ::outlive::TaskHandle<Result> {
        ::outlive::detach!(timeout = "5s", track = TASKS, async { Result::Fine(4) })
    }
}

#[tokio::test]
async fn names_of_the_prelude_with_another_meaning() {
    use shadowed::Result::Fine;
    assert_eq!(shadowed::works(1).await.unwrap(), Fine(1));
    assert_eq!(shadowed::blocks(2).await.unwrap(), Fine(2));
    assert_eq!(Arc::new(shadowed::Service).serves(3).await.unwrap(), Fine(3));
    assert_eq!(shadowed::detaches().await.unwrap(), Fine(4));
}

#[tokio::test]
async fn results_of_every_kind() {
    #[detached(timeout = "5s", track = TASKS)]
    async fn nothing() {}

    #[detached(timeout = "5s", track = TASKS)]
    async fn shows(number: u32) -> impl Display + Send + 'static {
        format!("<{number}>")
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn makes(by: u32) -> impl Fn(u32) -> u32 + Send {
        move |number| number * by
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn nests() -> Option<Result<Box<dyn Display + Send>, ()>> {
        Some(Ok(Box::new(7)))
    }

    #[detached(timeout = "5s", track = TASKS)]
    async fn is_static() -> &'static str {
        "static"
    }

    #[detached(timeout = "1s", track = TASKS)]
    async fn runs_for_ever() {
        while !Context::current().is_cancelled() {
            tokio::task::yield_now().await;
        }
    }

    nothing().await.unwrap();
    assert_eq!(shows(7).await.unwrap().to_string(), "<7>");
    assert_eq!(makes(3).await.unwrap()(5), 15);
    assert_eq!(nests().await.unwrap().unwrap().unwrap().to_string(), "7");
    assert_eq!(is_static().await.unwrap(), "static");
    let for_ever = runs_for_ever();
    for_ever.abort(CancelCause::Requested);
    assert!(for_ever.await.is_err());
}

#[tokio::test(start_paused = true)]
async fn timeouts_as_literals_paths_and_expressions() {
    #[detached(timeout = "1m 30s", grace = "1500ms", track = trackers::SLOW)]
    async fn literal() {}
    #[detached(timeout = limits::WRITE, track = TASKS)]
    async fn path() {}
    #[detached(timeout = Duration::from_millis(10).saturating_mul(3), grace = limits::WRITE, track = TASKS)]
    async fn expression() {
        std::future::pending::<()>().await;
    }

    assert_eq!((literal().site().timeout(), literal().site().grace()), (seconds(90), Duration::from_millis(1_500)));
    assert_eq!((path().site().timeout(), path().site().grace()), (seconds(3), Duration::ZERO));
    let start = Instant::now();
    let handle = expression();
    assert_eq!((handle.site().timeout(), handle.site().grace()), (Duration::from_millis(30), seconds(3)));
    assert!(matches!(handle.await, Err(TaskError::TimedOut { .. })));
    assert_eq!(start.elapsed(), Duration::from_millis(3_030));
}

#[tokio::test]
async fn trackers_as_statics_paths_fields_arguments_and_expressions() {
    struct App {
        tasks: Arc<Tracker<30>>,
    }

    impl App {
        fn tasks(&self) -> &Arc<Tracker<30>> {
            &self.tasks
        }

        fn deep(&self) -> &'static Tracker {
            assert_eq!(self.tasks.name(), "app");
            &trackers::DEEP
        }
    }

    fn everybodys() -> Arc<Tracker> {
        static EVERYBODYS: std::sync::OnceLock<Arc<Tracker>> = std::sync::OnceLock::new();
        Arc::clone(EVERYBODYS.get_or_init(|| Arc::new(Tracker::bounded("everybody's", 8))))
    }

    type Live = (usize, usize, usize, usize);

    fn live(app: &App) -> Live {
        (TASKS.live().min(1), trackers::DEEP.live().min(1), app.tasks.live(), everybodys().live())
    }

    #[detached(timeout = "20s", grace = "10s", track = app.tasks)]
    async fn field(app: Arc<App>) -> usize {
        app.tasks.live()
    }
    #[detached(timeout = "30s", track = app.tasks())]
    async fn method(app: Arc<App>) -> usize {
        app.tasks.live()
    }
    #[detached(timeout = "30s", track = Arc::clone(&app.tasks))]
    async fn clone(app: Arc<App>) -> usize {
        app.tasks.live()
    }
    #[detached(timeout = "5s", track = everybodys())]
    async fn function(app: Arc<App>) -> usize {
        live(&app).3
    }
    #[detached(timeout = "5s", track = trackers::DEEP)]
    async fn path(app: Arc<App>) -> usize {
        live(&app).1
    }
    #[detached(timeout = "5s", track = &crate::trackers::DEEP)]
    async fn reference(app: Arc<App>) -> usize {
        live(&app).1
    }
    #[detached(timeout = "5s", track = app.deep())]
    async fn found(app: Arc<App>) -> usize {
        live(&app).1
    }
    #[detached(timeout = "5s", track = tracker)]
    async fn passed(tracker: &'static Tracker) -> usize {
        tracker.live().min(1)
    }

    let app = Arc::new(App { tasks: Arc::new(Tracker::bounded("app", 8).drain_budget()) });
    for call in [field, method, clone, function, path, reference, found] {
        assert_eq!(call(app.clone()).await.unwrap(), 1);
    }
    assert_eq!(passed(&trackers::DEEP).await.unwrap(), 1);
    let report = app.tasks.drain().await;
    assert!(report.is_clean());
    for refused in [field, method, clone] {
        assert!(refused(app.clone()).admitted().is_err());
    }
}

#[tokio::test]
async fn a_name_of_its_own() {
    #[detached(timeout = "5s", track = TASKS, name = "audit.write")]
    async fn writes() {}

    assert_eq!(writes().site().name(), "audit.write");
    assert_eq!(writes().site().file(), file!());
    assert!(outlive::sites().any(|site| site.name() == "audit.write"));
}

#[test]
fn a_task_runs_on_the_runtime_that_it_is_given() {
    #[detached(timeout = "5s", track = TASKS, on = runtime)]
    async fn says_where(runtime: tokio::runtime::Handle, more: u32) -> (Option<String>, u32) {
        assert_eq!(runtime.id(), tokio::runtime::Handle::current().id());
        (std::thread::current().name().map(ToOwned::to_owned), more)
    }

    let other = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("the other one")
        .enable_all()
        .build()
        .unwrap();
    let own = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let expected = (Some("the other one".to_owned()), 7);
    let result = own.block_on(async { says_where(other.handle().clone(), 7).await });
    assert_eq!(result.unwrap(), expected);
    // Also outside any.
    let handle = says_where(other.handle().clone(), 7);
    assert_eq!(own.block_on(handle).unwrap(), expected);
}

#[tokio::test]
async fn detach_takes_any_future() {
    async fn adds(one: u32, other: u32) -> u32 {
        tokio::task::yield_now().await;
        one + other
    }

    let text = "moved".to_owned();
    let block = detach!(timeout = "5s", track = TASKS, async move { text.len() });
    let call = detach!(timeout = "5s", track = TASKS, adds(1, 2));
    let ready = detach!(timeout = "5s", track = TASKS, std::future::ready("ready"),);
    let variable = adds(3, 4);
    let variable = detach!(timeout = "5s", track = TASKS, variable);
    let pinned: std::pin::Pin<Box<dyn Future<Output = u32> + Send>> = Box::pin(adds(5, 6));
    let pinned = detach!(timeout = "5s", track = TASKS, pinned);
    let chosen = detach!(timeout = "5s", track = TASKS, if block.is_finished() { adds(0, 0) } else { adds(7, 8) });
    assert_eq!(block.await.unwrap(), 5);
    assert_eq!(call.await.unwrap(), 3);
    assert_eq!(ready.await.unwrap(), "ready");
    assert_eq!(variable.await.unwrap(), 7);
    assert_eq!(pinned.await.unwrap(), 11);
    assert_eq!(chosen.await.unwrap(), 15);
}

#[tokio::test]
async fn detach_is_an_expression_also_in_generic_functions_and_inside_others() {
    fn later<T: Send + 'static>(value: T) -> TaskHandle<T> {
        detach!(timeout = "5s", track = TASKS, async move { value })
    }

    fn by(tracker: &Arc<Tracker<9>>, number: u32) -> TaskHandle<u32> {
        detach!(timeout = "9s", track = tracker, async move { number })
    }

    macro_rules! detaches {
        ($timeout:literal, $($body:tt)*) => {
            detach!(timeout = $timeout, track = TASKS, async move { $($body)* })
        };
    }

    assert_eq!(later("any").await.unwrap(), "any");
    assert_eq!(
        later(7).await.unwrap()
            + detach!(timeout = "5s", track = TASKS, async { later(1).await }).await.unwrap().unwrap(),
        8
    );
    let calls: Vec<_> = (0..3).map(|n| detach!(timeout = "5s", track = TASKS, async move { n * n })).collect();
    for (n, call) in calls.into_iter().enumerate() {
        assert_eq!(call.await.unwrap(), n * n);
    }
    let tracker = Arc::new(Tracker::bounded("short", 1).drain_budget());
    assert_eq!(by(&tracker, 5).await.unwrap(), 5);
    assert!(tracker.drain().await.is_clean());
    assert!(by(&tracker, 5).admitted().is_err());
    assert_eq!(detaches!("5s", let a = 1; a + 1).await.unwrap(), 2);
    let nested = detach!(timeout = "5s", track = TASKS, async {
        detach!(timeout = "5s", track = TASKS, async { 3 }).await.unwrap()
    });
    assert_eq!(nested.await.unwrap(), 3);
}

tokio::task_local! {
    static LANGUAGE: &'static str;
}

#[tokio::test(start_paused = true)]
async fn detach_takes_every_argument_of_an_async_function() {
    let (wanted, runtime) = (seconds(60), tokio::runtime::Handle::current());
    let request = Context::root().with(7_u32);
    let call = || {
        detach!(
            timeout = wanted,
            max_timeout = "4s",
            grace = "500ms",
            track = TASKS,
            when_full = reject,
            inherit = [LANGUAGE],
            span = child,
            context = request,
            on = runtime,
            name = "with everything",
            crate = ::outlive,
            async {
                let (value, language) = (Context::current().get::<u32>().copied(), LANGUAGE.get());
                let cause = Context::current().cancelled().await;
                sleep(Duration::from_millis(400)).await;
                (value, language, cause)
            }
        )
    };
    let start = Instant::now();
    let handle = LANGUAGE.sync_scope("en", call);
    let site = handle.site();
    assert_eq!(
        (site.name(), site.timeout(), site.grace()),
        ("with everything", seconds(4), Duration::from_millis(500))
    );
    let (value, language, cause) = handle.await.unwrap();
    assert_eq!((value, language), (Some(7), "en"));
    assert!(matches!(cause, CancelCause::Timeout));
    assert_eq!(start.elapsed(), Duration::from_millis(4_400));
}
