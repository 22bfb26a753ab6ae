use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Scope};

/// Remembers every span and event of this thread, until dropped.
pub struct Trace {
    log: Arc<Mutex<Log>>,
    _guard: DefaultGuard,
}

/// A span, as it is by now.
#[derive(Clone, Debug)]
pub struct Span {
    /// The name in its metadata.
    pub name: &'static str,
    /// The target in its metadata.
    pub target: &'static str,
    /// The file in its metadata.
    pub file: &'static str,
    /// The line in its metadata.
    pub line: u32,
    /// What has been recorded, as text.
    pub fields: Fields,
    /// Its place in [`Trace::spans`].
    pub parent: Option<usize>,
    /// The same, of the spans it follows from.
    pub follows: Vec<usize>,
    /// How many times it has been entered.
    pub entered: usize,
    /// Whether somebody still holds it.
    pub is_open: bool,
}

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its level.
    pub level: Level,
    /// Its target.
    pub target: &'static str,
    /// The name in its metadata.
    pub name: &'static str,
    /// The file in its metadata.
    pub file: &'static str,
    /// The line in its metadata, as text.
    pub line: String,
    /// Its fields and its message, as text.
    pub fields: Fields,
    /// The names of the spans it happened in, from the root.
    pub spans: Vec<&'static str>,
    /// The fields of the innermost of them.
    pub span_fields: Fields,
}

impl Event {
    /// Whether outlive has sent it, and not the test.
    #[must_use]
    pub fn is_report(&self) -> bool {
        self.name == "outlive.report" || self.target == "outlive"
    }

    /// What a reader sees of a name: in the event, or in the span that it happened in, or in their metadata.
    ///
    /// # Panics
    ///
    /// If nothing says it.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        let in_span = || self.span_fields.get(name).map(String::as_str);
        let in_metadata = || match name {
            "task" => self.spans.last().copied(),
            "file" => Some(self.file),
            "line" => Some(&*self.line),
            "suppressed" => Some("0"),
            _ => None,
        };
        let shown = self.own_field(name).or_else(in_span).or_else(in_metadata);
        shown.unwrap_or_else(|| panic!("no field `{name}` in {self:?}"))
    }

    /// The same, where the event itself says it.
    #[must_use]
    pub fn own_field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }
}

/// Text by name.
pub type Fields = BTreeMap<&'static str, String>;

#[derive(Default)]
struct Log {
    spans: Vec<Span>,
    events: Vec<Event>,
}

impl Trace {
    /// Begins to remember.
    #[must_use]
    pub fn record() -> Self {
        // With one subscriber in the process, tracing asks the thread that comes to an event first whether anybody
        // wants it, and believes it for all threads. A second one, never dropped, makes it ask the subscribers.
        static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(tracing_subscriber::registry()));
        LazyLock::force(&SECOND);
        let log = Arc::<Mutex<Log>>::default();
        let layer = Recorder { log: Arc::clone(&log) };
        let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
        Self { log, _guard: guard }
    }

    /// Every span so far, open or not.
    #[must_use]
    pub fn spans(&self) -> Vec<Span> {
        self.log.lock().unwrap().spans.clone()
    }

    /// Every event so far.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.log.lock().unwrap().events.clone()
    }

    /// The events that outlive has sent since this was last asked.
    #[must_use]
    pub fn reports(&self) -> Vec<Event> {
        let mut log = self.log.lock().unwrap();
        let (reports, others) = std::mem::take(&mut log.events).into_iter().partition(Event::is_report);
        log.events = others;
        reports
    }

    /// The one event that outlive has sent since this was last asked.
    ///
    /// # Panics
    ///
    /// If there is none, or more than one.
    #[must_use]
    pub fn report(&self) -> Event {
        let reports = self.reports();
        let [report] = &*reports else { panic!("not one report, but {reports:#?}") };
        report.clone()
    }
}

struct Recorder {
    log: Arc<Mutex<Log>>,
}

/// A span's place in the log: ids are used again.
struct Place(usize);

struct Texts(Fields);

impl Visit for Texts {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl Recorder {
    fn change<S>(&self, id: &Id, context: &Context<'_, S>, change: impl FnOnce(&mut Span))
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        if let Some(place) = place(id, context) {
            change(&mut self.log.lock().unwrap().spans[place]);
        }
    }
}

fn place<S>(id: &Id, context: &Context<'_, S>) -> Option<usize>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    Some(context.span(id)?.extensions().get::<Place>()?.0)
}

impl<S> Layer<S> for Recorder
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut texts = Texts(Fields::new());
        attributes.record(&mut texts);
        let Some(span) = context.span(id) else { return };
        let parent = span.parent().and_then(|parent| place(&parent.id(), &context));
        let mut log = self.log.lock().unwrap();
        span.extensions_mut().insert(Place(log.spans.len()));
        log.spans.push(Span {
            name: span.name(),
            target: span.metadata().target(),
            file: span.metadata().file().unwrap_or_default(),
            line: span.metadata().line().unwrap_or_default(),
            fields: texts.0,
            parent,
            follows: Vec::new(),
            entered: 0,
            is_open: true,
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let mut texts = Texts(Fields::new());
        values.record(&mut texts);
        self.change(id, &context, |span| span.fields.extend(texts.0));
    }

    fn on_follows_from(&self, id: &Id, follows: &Id, context: Context<'_, S>) {
        let follows = place(follows, &context);
        self.change(id, &context, |span| span.follows.extend(follows));
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        self.change(id, &context, |span| span.entered += 1);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        self.change(&id, &context, |span| span.is_open = false);
    }

    fn on_event(&self, event: &tracing::Event<'_>, context: Context<'_, S>) {
        // Before the lock is taken: what is shown may panic.
        let mut texts = Texts(Fields::new());
        event.record(&mut texts);
        let spans = context.event_scope(event).into_iter().flat_map(Scope::from_root);
        let innermost = context.event_span(event).and_then(|span| place(&span.id(), &context));
        let metadata = event.metadata();
        let mut log = self.log.lock().unwrap();
        let event = Event {
            level: *metadata.level(),
            target: metadata.target(),
            name: metadata.name(),
            file: metadata.file().unwrap_or_default(),
            line: metadata.line().map_or_else(String::new, |line| line.to_string()),
            fields: texts.0,
            spans: spans.map(|span| span.name()).collect(),
            span_fields: innermost.map(|place| log.spans[place].fields.clone()).unwrap_or_default(),
        };
        log.events.push(event);
    }
}
