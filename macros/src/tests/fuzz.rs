//! Sentences of the macros' own grammar, a third of which are right: nothing panics, no item goes without a word, and what comes
//! out can be read.

use super::{detach, durable, owned_tasks_throughout, task, task_owner, tokens};
use crate::arguments::Kind;
use crate::syntax::diagnostics;
use proc_macro2::TokenStream;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Macro {
    Task(Kind),
    Durable,
    Detach,
    OwnedTasks,
    TaskOwner,
}

/// What stands in the parentheses, and what the attribute stands on.
#[derive(Clone, Debug)]
struct Sentence {
    of: Macro,
    attr: String,
    item: String,
}

fn one(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(of).prop_map(str::to_owned)
}

/// Mostly of the first.
fn mostly(right: &'static [&'static str], wrong: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![8 => one(right), 1 => one(wrong)]
}

const TIMEOUTS: &[&str] =
    &["timeout = \"5s\"", "timeout = LIMIT", "timeout = Duration::from_secs(5)", "timeout = \"1m 30s\""];
const NO_TIMEOUTS: &[&str] = &[
    "timeout = 5",
    "timeout = \"5\"",
    "timeout =",
    "timeout",
    "timeout_ms = 500",
    "ttl = 5",
    "timeout = n.limit",
    "timeout = *LIMIT",
    "timeout = \"0s\"",
    "timeout(\"5s\")",
    "timeout: \"5s\"",
    "\"5s\"",
    "deadline = x",
    "timeout = fn",
];
const TRACKS: &[&str] =
    &["track = AUDIT", "track = crate::AUDIT", "track = &AUDIT", "track = App::of(1).tasks", "track = n.tasks"];
const NO_TRACKS: &[&str] = &[
    "track = \"audit\"",
    "tracker = AUDIT",
    "AUDIT",
    "track = Arc::new(Tracker::bounded(\"a\", 1))",
    "track",
    "track = x",
    "track_by = 1",
];
const EVERIES: &[&str] = &["every = \"30s\"", "every = n.period", "every = LIMIT"];
const NO_EVERIES: &[&str] = &["every = 30", "interval = \"1m\"", "every = \"0s\"", "cron = \"* *\"", "period_ms = 5"];
const MORE: &[&str] = &[
    "grace = \"1s\"",
    "grace = GRACE",
    "span = child",
    "name = \"audit.write\"",
    "on = n.handle()",
    "carry = [Hub, Local<u8>]",
    "allow_request_bound = \"why\"",
    "crate = crate::kept",
    "site = function",
];
const WRONG: &[&str] = &[
    "grace = \"0s\"",
    "span = \"x\"",
    "name = NAME",
    "name = \"\\n\"",
    "colour = red",
    "concurrency = 5",
    "when_full = waits",
    "inherit = X",
    "carry = []",
    "retry = 3",
    "retries = 3",
    "max_timeout = \"1s\"",
    "blocking",
    "cancel",
    "every = \"1s\"",
    "restart = true",
    ",",
    ";",
    "= =",
    "'a",
    "crate = \"x\"",
    "attempt = \"1s\"",
    "essential",
    "jitter = \"5s\"",
    "(a)",
    "[",
    "::",
    "site = caller, when_full = wait",
];
const INPUTS: &[&str] = &[
    "",
    "n: Db",
    "mut n: Db, event: Event",
    "n: Db, (a, b): (u8, Vec<u8>)",
    "n: impl Job + Send + 'static",
    "n: [u8; 4], f: fn(&str) -> &str",
    "n: &'static str",
    "n: Option<Arc<Db>>, _: u8",
];
const NO_INPUTS: &[&str] = &[
    "n: &str",
    "n: &mut Db",
    "n: Cow<'_, str>",
    "#[cfg(x)] n: Db",
    "n: Box<dyn Error>",
    "n: &[u8], m: &dyn Job",
    "n: Db, ...",
    "&self",
    "&mut self",
];
const OUTPUTS: &[&str] = &["", "", "-> u8", "-> Result<Row, Error>", "-> Option<(u8, Vec<u8>)>", "-> impl Display"];
const NO_OUTPUTS: &[&str] = &[
    "-> &str",
    "-> !",
    "-> impl Future<Output = u8>",
    "-> Pin<Box<dyn Future<Output = ()> + Send>>",
    "-> Result<u8, Box<dyn Error>>",
    "-> impl Stream<Item = u8>",
    "-> BoxFuture<'_, u8>",
];
const HEADS: &[&str] = &[
    "async fn",
    "pub async fn",
    "pub(crate) async fn",
    "#[must_use] async fn",
    "/// Docs.\n async fn",
    "#[cfg(x)] async fn",
];
const NO_HEADS: &[&str] =
    &["fn", "const fn", "async unsafe fn", "async extern \"C\" fn", "#[detached(timeout = \"1s\")] async fn"];
const GENERICS: &[&str] = &["", "", "<T: Job>", "<T, const N: usize>"];
const NO_GENERICS: &[&str] = &["<'a>", "<'a, T: 'a>", "<'async_trait>"];
const BODIES: &[&str] = &["{}", "{ work(n).await }", "{ let x: Self = f(n - 1); x }", "{ if a { return; } b!() }"];
const ITEMS: &[&str] = &[
    "struct X;",
    "impl X { async fn f(&self) {} }",
    "trait X { fn f(); }",
    "mod x {}",
    "async || {}",
    "let x = 5;",
    "fn",
    "",
];
const FUTURES: &[&str] = &["async {}", "write(n)", "async move { n }", "f::<A, B>(n)", "{ g() }"];
const NO_FUTURES: &[&str] = &["", "async {}, async {}", "async {}, timeout = \"5s\"", "|| async {};"];
const FIELDS: &[&str] =
    &["tasks: OwnedTracker, db: Db", "tasks: OwnedTracker<90>", "#[tasks] tasks: Tasks, n: (u8, Arc<Db>)"];
const NO_FIELDS: &[&str] =
    &["db: Db", "a: OwnedTracker, b: OwnedTracker", "#[tasks(allow)] a: X", "tasks: Arc<OwnedTracker>"];
const IMPLS: &[&str] =
    &["impl Server", "impl<T: Clone + Send + Sync + 'static> Server<T>", "impl<T: Job> a::Server<T>"];
const NO_IMPLS: &[&str] = &["impl Job for Server", "impl<'a> Server<'a>", "impl<T: Clone> Server<T>"];
const SELVES: &[&str] = &["&self", "self: Arc<Self>", "self: &Arc<Self>, n: Db", "&self, n: Db"];
const NO_SELVES: &[&str] = &["self", "&mut self", "&'static self", "self: Box<Self>", "", "&self, n: &str"];

fn list(parts: impl Strategy<Value = Vec<String>>) -> impl Strategy<Value = String> {
    parts.prop_map(|parts| parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "))
}

fn attr(of: Macro) -> BoxedStrategy<String> {
    let more = vec(mostly(MORE, WRONG), 0..3);
    let timeout = || mostly(TIMEOUTS, NO_TIMEOUTS);
    let track = || mostly(TRACKS, NO_TRACKS);
    match of {
        Macro::Task(Kind::Periodic) => list(
            (mostly(EVERIES, NO_EVERIES), timeout(), track(), more)
                .prop_map(|(every, timeout, track, more)| [vec![every, timeout, track], more].concat()),
        )
        .boxed(),
        Macro::Task(Kind::Worker) => {
            list((track(), more).prop_map(|(track, more)| [vec![track], more].concat())).boxed()
        }
        Macro::OwnedTasks | Macro::TaskOwner => {
            mostly(&["", "", "crate = crate::kept"], &["track = AUDIT", "x"]).boxed()
        }
        _ => list((timeout(), track(), more).prop_map(|(timeout, track, more)| [vec![timeout, track], more].concat()))
            .boxed(),
    }
}

fn function() -> impl Strategy<Value = String> {
    let parts = (
        mostly(HEADS, NO_HEADS),
        mostly(GENERICS, NO_GENERICS),
        mostly(INPUTS, NO_INPUTS),
        mostly(OUTPUTS, NO_OUTPUTS),
        mostly(BODIES, &[";"]),
    );
    parts.prop_map(|(head, generics, inputs, output, body)| {
        format!("{head} subject{generics}({inputs}) {output} {body}")
    })
}

fn method() -> impl Strategy<Value = String> {
    let attrs = prop_oneof![
        (mostly(TIMEOUTS, NO_TIMEOUTS), mostly(MORE, WRONG))
            .prop_map(|(timeout, more)| format!("#[detached({timeout}, {more})]")),
        mostly(EVERIES, NO_EVERIES).prop_map(|every| format!("#[periodic({every}, timeout = \"5s\")]")),
        mostly(&["#[worker]", "#[worker(grace = \"1s\")]", ""], &["#[worker(timeout = \"1s\")]"]),
    ];
    let parts = (attrs, mostly(SELVES, NO_SELVES), mostly(OUTPUTS, NO_OUTPUTS));
    parts.prop_map(|(attr, inputs, output)| format!("{attr} async fn subject({inputs}) {output} {{}}"))
}

fn sentence() -> impl Strategy<Value = Sentence> {
    let of = prop_oneof![
        4 => Just(Macro::Task(Kind::Detached)),
        2 => Just(Macro::Task(Kind::Periodic)),
        2 => Just(Macro::Task(Kind::Worker)),
        1 => Just(Macro::Durable),
        2 => Just(Macro::Detach),
        2 => Just(Macro::OwnedTasks),
        1 => Just(Macro::TaskOwner),
    ];
    of.prop_flat_map(|of| {
        let item = match of {
            Macro::Detach => mostly(FUTURES, NO_FUTURES).boxed(),
            Macro::OwnedTasks => (mostly(IMPLS, NO_IMPLS), vec(method(), 1..3))
                .prop_map(|(head, methods)| {
                    let methods: Vec<String> = methods
                        .iter()
                        .enumerate()
                        .map(|(at, one)| one.replace("subject", &format!("subject{at}")))
                        .collect();
                    format!("{head} {{ {} }}", methods.join(" "))
                })
                .boxed(),
            Macro::TaskOwner => {
                mostly(FIELDS, NO_FIELDS).prop_map(|fields| format!("struct subject {{ {fields} }}")).boxed()
            }
            _ => prop_oneof![14 => function(), 1 => one(ITEMS)].boxed(),
        };
        (attr(of), item).prop_map(move |(attr, item)| Sentence { of, attr, item })
    })
}

/// What the compiler gets, and whether the sentence was right; nothing where Rust itself could not read it.
fn expanded(sentence: &Sentence) -> Option<(TokenStream, bool)> {
    let Sentence { of, attr, item } = sentence;
    attr.parse::<TokenStream>().ok()?;
    item.parse::<TokenStream>().ok()?;
    let (output, errors) = match of {
        Macro::Task(kind) => task(*kind, attr, item),
        Macro::Durable => durable(attr, item),
        Macro::Detach => detach(&format!("{attr}, {item}")),
        Macro::OwnedTasks => owned_tasks_throughout(attr, item),
        Macro::TaskOwner => task_owner(item),
    };
    let is_right = errors.is_empty();
    Some((
        if *of == Macro::Detach {
            diagnostics::in_block((output, errors))
        } else {
            diagnostics::after_items((output, errors))
        },
        is_right,
    ))
}

fn holds(sentence: &Sentence) -> Option<bool> {
    let (output, is_right) = expanded(sentence)?;
    let shown = output.to_string();
    match sentence.of {
        // What is no expression, rustc refuses: the future is not read.
        Macro::Detach if ["= =", "'a", "::", "["].iter().any(|garbage| sentence.attr.contains(garbage)) => {}
        Macro::Detach => {
            assert!(syn::parse2::<syn::Expr>(output).is_ok(), "{sentence:?} gives no expression: {shown}");
        }
        // What is no item is rustc's to refuse.
        _ if !sentence.item.contains("subject") => assert!(!is_right, "{sentence:?}"),
        of => {
            // A method with its `self` is read in an `impl`.
            let wrapped: TokenStream =
                if matches!(of, Macro::Task(_) | Macro::Durable) && sentence.item.contains("self") {
                    let output = tokens(&shown);
                    quote::quote!(impl Wrapped { #output })
                } else {
                    tokens(&shown)
                };
            assert!(syn::parse2::<syn::File>(wrapped).is_ok(), "{sentence:?} gives what cannot be read: {shown}");
            let is_kept = of == Macro::TaskOwner || shown.contains("subject");
            assert!(is_kept, "{sentence:?} drops the item: {shown}");
        }
    }
    Some(is_right)
}

#[test]
fn a_third_is_right_and_nothing_is_lost() {
    let (all, right) = (Cell::new(0_u32), Cell::new(0_u32));
    let config = Config { cases: Config::default().cases.max(2_000), failure_persistence: None, ..Config::default() };
    let run = TestRunner::new(config).run(&sentence(), |sentence| {
        if let Some(is_right) = holds(&sentence) {
            all.set(all.get() + 1);
            right.set(right.get() + u32::from(is_right));
        }
        Ok(())
    });
    run.unwrap();
    let share = f64::from(right.get()) / f64::from(all.get());
    assert!((0.25..0.45).contains(&share), "{share} of {} were right", all.get());
}

/// What was once a surprise, and one of each kind: a macro, what stands in its parentheses, and its item.
#[test]
fn the_corpus_holds() {
    let mut right = 0;
    for line in include_str!("corpus.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let parts: Vec<&str> = line.split('@').map(str::trim).collect();
        let [name, attr, item] = parts[..] else { panic!("{line}") };
        let of = match name {
            "detached" => Macro::Task(Kind::Detached),
            "periodic" => Macro::Task(Kind::Periodic),
            "worker" => Macro::Task(Kind::Worker),
            "durable" => Macro::Durable,
            "detach!" => Macro::Detach,
            "owned_tasks" => Macro::OwnedTasks,
            "TaskOwner" => Macro::TaskOwner,
            other => panic!("there is no {other}"),
        };
        let sentence = Sentence { of, attr: attr.to_owned(), item: item.to_owned() };
        right += u32::from(holds(&sentence).unwrap_or_default());
    }
    assert!(right > 5);
}
