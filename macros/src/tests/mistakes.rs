//! Every mistake that the macros refuse, with what is underlined and what is said:
//! `goldens/mistakes.txt`, blessed as the expansions are. How many errors there are is not blessed.

use super::{detach, detached, owned_tasks_throughout, shown, task, task_owner};
use crate::arguments::Kind;
use std::fmt::Write as _;
use std::path::Path;

const ARGS: &str = "timeout = \"5s\", track = AUDIT";
const ITEM: &str = "async fn write(db: Db) {}";

/// One mistake, one error.
const ATTRIBUTES: &[&str] = &[
    "",
    "track = AUDIT",
    "timeout = \"5s\"",
    "grace = \"1s\"",
    "timout = \"5s\", track = AUDIT",
    "deadline = \"5s\", track = AUDIT",
    "timeout = \"5s\", tracker = AUDIT",
    "timeout = \"5s\", track = AUDIT, colour = red",
    "timeout = \"5s\", track = AUDIT, colour",
    "timeout = \"5s\", timeout = \"6s\", track = AUDIT",
    "\"5s\", track = AUDIT",
    "5, track = AUDIT",
    "timeout = \"5s\", AUDIT",
    "timeout = \"5s\", crate::AUDIT",
    "Duration::from_secs(5), track = AUDIT",
    "timeout, track = AUDIT",
    "timeout =, track = AUDIT",
    "timeout(\"5s\"), track = AUDIT",
    "timeout: \"5s\", track = AUDIT",
    "timeout = \"5s\" track = AUDIT",
    "timeout = \"5s\",, track = AUDIT",
    "timeout = fn, track = AUDIT",
    "timeout = \"5\", track = AUDIT",
    "timeout = \"5 sconds\", track = AUDIT",
    "timeout = \"-1s\", track = AUDIT",
    "timeout = \"0s\", track = AUDIT",
    "timeout = \"\", track = AUDIT",
    "timeout = \"99999999999999999999s\", track = AUDIT",
    "timeout = 5, track = AUDIT",
    "timeout = 5s, track = AUDIT",
    "timeout = 500ms, track = AUDIT",
    "timeout = 1.5, track = AUDIT",
    "timeout = -5, track = AUDIT",
    "timeout = true, track = AUDIT",
    "timeout = Self::LIMIT, track = AUDIT",
    "timeout = db.limit, track = AUDIT",
    "timeout = db.limit, max_timeout = \"0s\", track = AUDIT",
    "timeout = \"40s\", max_timeout = \"30s\", track = AUDIT",
    "timeout = db.limit, max_timeout = db.most, track = AUDIT",
    "max_timeout = \"30s\", track = AUDIT",
    "timeout = \"5s\", grace = \"0s\", track = AUDIT",
    "timeout = \"5s\", grace = db.grace, track = AUDIT",
    "timeout = \"5s\", track = \"audit\"",
    "timeout = \"5s\", track = AUDIT, site = callers",
    "timeout = \"5s\", track = AUDIT, site = \"caller\"",
    "timeout = \"5s\", track = AUDIT, site = line",
    "timeout = \"5s\", track = AUDIT, site = caller, when_full = wait",
    "timeout = \"5s\", track = AUDIT, when_full = waits",
    "timeout = \"5s\", track = AUDIT, when_full = \"wait\"",
    "timeout = \"5s\", track = AUDIT, when_full = panic",
    "timeout = \"5s\", track = AUDIT, when_full",
    "timeout = \"5s\", track = AUDIT, span = chlid",
    "timeout = \"5s\", track = AUDIT, span = linked | child",
    "timeout = \"5s\", track = AUDIT, inherit = REQUEST_ID",
    "timeout = \"5s\", track = AUDIT, inherit = (A, B)",
    "timeout = \"5s\", track = AUDIT, inherit = [A, B, A]",
    "timeout = \"5s\", track = AUDIT, inherit = [\"A\"]",
    "timeout = \"5s\", track = AUDIT, carry = SentryHub",
    "timeout = \"5s\", track = AUDIT, carry = (Hub, Locale)",
    "timeout = \"5s\", track = AUDIT, carry = \"Hub\"",
    "timeout = \"5s\", track = AUDIT, carry = []",
    "timeout = \"5s\", track = AUDIT, carry = [Hub, Local<u8>, Hub]",
    "timeout = \"5s\", track = AUDIT, carry = [Local<u8>, Local<u8>]",
    "timeout = \"5s\", track = AUDIT, carry = [\"Hub\"]",
    "timeout = \"5s\", track = AUDIT, carry = [&'static Hub]",
    "timeout = \"5s\", track = AUDIT, carry",
    "timeout = \"5s\", track = AUDIT, carrier = [Hub]",
    "timeout = \"5s\", track = AUDIT, name = audit",
    "timeout = \"5s\", track = AUDIT, name = \"\"",
    "timeout = \"5s\", track = AUDIT, name = \"audit\\nwrite\"",
    "timeout = \"5s\", track = AUDIT, name = \"\\u{1b}[31maudit\"",
    "timeout = \"5s\", track = AUDIT, name = \"\\u{202e}\"",
    "timeout = \"5s\", track = AUDIT, name = 5",
    "timeout = \"5s\", track = AUDIT, context = \"ctx\"",
    "timeout = \"5s\", track = AUDIT, on = 5",
    "timeout = \"5s\", track = AUDIT, unfinished = \"spill\"",
    "timeout = \"5s\", track = AUDIT, allow_request_bound",
    "timeout = \"5s\", track = AUDIT, allow_request_bound = \" \"",
    "timeout = \"5s\", track = AUDIT, allow_request_bound = true",
    "timeout = \"5s\", track = AUDIT, allow_request_bound = REASON",
    "timeout = \"5s\", track = AUDIT, allow = \"reason\"",
    "timeout = \"5s\", track = AUDIT, blocking",
    "timeout = \"5s\", track = AUDIT, blocking = true",
    "timeout = \"5s\", track = AUDIT, crate = \"my_outlive\"",
    "timeout = \"5s\", track = AUDIT, crate = f()",
];

/// One mistake, one error.
const ITEMS: &[&str] = &[
    "fn write(db: Db) {}",
    "const fn write(db: Db) {}",
    "const async fn write(db: Db) {}",
    "async unsafe fn write(db: Db) {}",
    "async extern \"C\" fn write(db: Db) {}",
    "async fn write(db: Db, ...) {}",
    "async fn write(db: Db);",
    "async fn write(&self, db: &Db);",
    "async fn write(&self) {}",
    "async fn write(&mut self) {}",
    "async fn write(self: &Self) {}",
    "async fn write(self: Pin<&mut Self>) {}",
    "async fn write(self: &mut Arc<Self>) {}",
    "async fn write(self: &Arc<Self>) -> impl Display {}",
    "async fn write(event: &str) {}",
    "async fn write(mut event: &[u8]) {}",
    "async fn write(path: &Path) {}",
    "async fn write(path: &std::path::Path) {}",
    "async fn write(db: &Db) {}",
    "async fn write(db: &mut Db) {}",
    "async fn write(db: &Arc<Db>) {}",
    "async fn write(job: &dyn Job) {}",
    "async fn write(job: &impl Job) {}",
    "async fn write(job: impl Job + '_) {}",
    "async fn write((a, b): (u8, &str)) {}",
    "async fn write(event: Option<&str>) {}",
    "async fn write(event: Cow<'_, str>) {}",
    "async fn write<'a>(event: &'a str) {}",
    "async fn write<'a, T: 'a>(event: T) {}",
    "async fn write(db: Db) -> &str {}",
    "async fn write(db: Db) -> Result<Row<'_>, Error> {}",
    "async fn write(db: Db) -> ! {}",
    "async fn write(#[cfg(test)] db: Db) {}",
    "async fn write(#[allow(unused)] db: Db) {}",
    "async fn write(#[serde] db: Db) {}",
    "async fn write(#[cfg(test)] self) {}",
    "#[detached(timeout = \"5s\", track = AUDIT)] async fn write(db: Db) {}",
    "struct Db;",
    "enum Db {}",
    "mod db {}",
    "trait Db {}",
    "impl Db {}",
    "impl Job for Db {}",
    "unsafe impl Job for Db {}",
    "type Db = ();",
    "const DB: Db = Db;",
    "static DB: Db = Db;",
    "use db;",
    "extern crate db;",
    "extern \"C\" { fn db(); }",
    "macro_rules! db { () => {} }",
    "db! {}",
    "async || {}",
    "move |db| {}",
    "|db| {}",
    "async move {}",
    "{}",
    "let x = 5;",
    "",
];

/// Several mistakes: all of them at once.
const TOGETHER: &[(usize, &str, &str)] = &[
    (3, "timeout = \"5\", track = \"audit\", span = chid", ITEM),
    (2, "", "async fn write(event: &str) {}"),
    (3, ARGS, "fn write(a: &str, b: &[u8]) {}"),
    (2, ARGS, "async unsafe extern \"C\" fn write() {}"),
    (2, ARGS, "async fn write<'a>(a: &'a str) -> &'a str {}"),
    (2, "timeout = \"5s\", track = AUDIT, grace = \"1s\", blocking", ITEM),
    (3, "timout = \"5s\", trakc = AUDIT, colour = red", ITEM),
    (2, "timeout = \"0s\", max_timeout = \"1\", track = AUDIT", ITEM),
    (2, "timeout = \"5s\", timeout = \"6s\"", ITEM),
    (3, "timeout = , track = \"x\"", "async fn f(&self) {}"),
];

/// What depends on the names around it; one error each.
const NAMES: &[(&str, &str)] = &[
    ("timeout = T::LIMIT, track = AUDIT", "async fn f<T>(t: T) {}"),
    ("timeout = \"5s\", track = app.tasks", "async fn f(State(app): State<App>) {}"),
    ("timeout = \"5s\", track = tasks", "async fn f((tasks, n): (Arc<Tracker>, u8)) {}"),
    ("timeout = \"5s\", track = AUDIT, context = ctx", "async fn f(Ctx { ctx, .. }: Ctx) {}"),
    ("timeout = limit, track = AUDIT", "async fn f(limit: Duration) {}"),
    ("timeout = self.limit, track = AUDIT", "async fn f(self) {}"),
    ("timeout = \"5s\", track = AUDIT, grace = \"1s\", blocking", "fn f() {}"),
    ("timeout = \"5s\", track = AUDIT, blocking, blocking", "fn f() {}"),
    ("timeout = \"5s\", track = AUDIT, blocking = true", "fn f() {}"),
    ("timeout = \"5s\", track = AUDIT, blocking(true)", "fn f() {}"),
    ("timeout = \"5s\", track = AUDIT, bloking", "fn f() {}"),
];

/// One mistake, one error.
const DETACH: &[&str] = &[
    "",
    "timeout = \"5s\", track = AUDIT",
    "timeout = \"5s\", track = AUDIT,",
    "async {}",
    "timeout = \"5s\", async {}",
    "track = AUDIT, async {}",
    "async {}, timeout = \"5s\", track = AUDIT",
    "timeout = \"5s\", async {}, track = AUDIT",
    "timout = \"5s\", track = AUDIT, async {}",
    "timeout = \"5s\", track = AUDIT, blocking, async {}",
    "timeout = \"5s\", track = AUDIT, unfinished = spill, async {}",
    "timeout = \"5s\", track = AUDIT, when_full = wait, async {}",
    "timeout = \"5s\", track = AUDIT, retry = \"3, 100ms..2s\", attempt = \"1s\", async {}",
    "timeout = \"5s\" track = AUDIT, async {}",
    "timeout = \"5s\", track = AUDIT async {}",
    "timeout = limit, track = AUDIT, async {}",
    "timeout = config.limit(), track = AUDIT, async {}",
    "timeout = Self::LIMIT, track = AUDIT, async {}",
];

/// One mistake, one error.
const PERIODIC: &[(&str, &str)] = &[
    ("", "async fn run() {}"),
    ("track = AUDIT", "async fn run() {}"),
    ("every = \"30s\", track = AUDIT", "async fn run() {}"),
    ("timeout = \"10s\", track = AUDIT", "async fn run() {}"),
    ("every = \"30s\", timeout = \"10s\"", "async fn run() {}"),
    ("every = \"30s\"", "async fn run() {}"),
    ("interval = \"30s\", timeout = \"10s\", track = AUDIT", "async fn run() {}"),
    ("\"30s\", timeout = \"10s\", track = AUDIT", "async fn run() {}"),
    ("every = 30, timeout = \"10s\", track = AUDIT", "async fn run() {}"),
    ("every = \"0s\", timeout = \"10s\", track = AUDIT", "async fn run() {}"),
    ("every = n, timeout = \"10s\", track = AUDIT", "async fn run((n, m): (Duration, u8)) {}"),
    ("every = \"30s\", jitter = \"0s\", timeout = \"10s\", track = AUDIT", "async fn run() {}"),
    ("every = \"30s\", jitter = 5, timeout = \"10s\", track = AUDIT", "async fn run() {}"),
    ("every = \"30s\", jitter = n, timeout = \"10s\", track = AUDIT", "async fn run(n: Duration) {}"),
    ("every = \"30s\", jitter = \"30s\", timeout = \"10s\", track = AUDIT", "async fn run() {}"),
    ("every = \"1s\", jitter = \"1m\", timeout = \"10s\", track = AUDIT", "async fn run() {}"),
    ("every = \"30s\", spread = \"5s\", timeout = \"10s\", track = AUDIT", "async fn run() {}"),
    ("every = \"30s\", timeout = n, track = AUDIT", "async fn run(n: Duration) {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT, missed = skipp", "async fn run() {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT, missed = all", "async fn run() {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT, immediate = true", "async fn run() {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT, imediate", "async fn run() {}"),
    ("every = \"30s\", timeout = \"10s\", max_timeout = \"20s\", track = AUDIT", "async fn run() {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT, restart = \"1s..1m\"", "async fn run() {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT, retry = \"3, 100ms..2s\"", "async fn run() {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT, when_full = wait", "async fn run() {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT, inherit = [REQUEST_ID]", "async fn run() {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT, context = ctx", "async fn run() {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT, unfinished = spill", "async fn run() {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT, blocking", "async fn run() {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT", "fn run() {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT", "async unsafe fn run() {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT", "async fn run(mut self) {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT", "async fn run(key: &str) {}"),
    ("every = \"30s\", timeout = \"10s\"", "async fn run(&self) {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT", "#[worker] async fn run() {}"),
    ("every = \"30s\", timeout = \"10s\", track = AUDIT", "struct Run;"),
];

/// One mistake, one error: behind a timeout of 5s, and a tracker.
const RETRY: &[(&str, &str)] = &[
    ("retry", TRIED),
    ("retry = 3", TRIED),
    ("retry = \"3\"", TRIED),
    ("retry = true", TRIED),
    ("retry = \"1\"", TRIED),
    ("retry = \"0, 100ms..2s\"", TRIED),
    ("retry = \"1, 100ms..2s\"", TRIED),
    ("retry = (1, PAUSE..LONGEST)", TRIED),
    ("retry = \"-3, 100ms..2s\"", TRIED),
    ("retry = \"thrice, 1s..=2s\"", TRIED),
    ("retry = \"100ms..2s\"", TRIED),
    ("retry = PAUSE..LONGEST", TRIED),
    ("retry = (\"3\", PAUSE..LONGEST)", TRIED),
    ("retry = (3, PAUSE)", TRIED),
    ("retry = (3, 1..2)", TRIED),
    ("retry = (n, PAUSE..LONGEST)", "async fn write(n: u32) -> Outcome {}"),
    ("retry = \"3, 100ms\"", TRIED),
    ("retry = \"4, 100ms..=2s\"", TRIED),
    ("retry = \"3, 100..2s\"", TRIED),
    ("retry = \"3, 0s..2s\"", TRIED),
    ("retry = \"3, 2s..100ms\"", TRIED),
    ("retries = \"3, 100ms..2s\"", TRIED),
    ("retries = 3", TRIED),
    ("attempt = \"1s\"", TRIED),
    ("retry_if = is_transient", TRIED),
    ("retry = \"3, 100ms..2s\", attempt = \"0s\"", TRIED),
    ("retry = \"3, 100ms..2s\", attempt = 1", TRIED),
    ("retry = \"3, 100ms..2s\", retry_if = \"is_transient\"", TRIED),
    ("retry = \"3, 100ms..2s\"", "async fn write() {}"),
    ("retry = \"3, 100ms..2s\"", "async fn write() -> (u8, u8) {}"),
    ("retry = \"3, 100ms..2s\", blocking", "fn write() -> Outcome {}"),
];

const TRIED: &str = "async fn write() -> Outcome {}";

/// One mistake, one error.
const WORKER: &[(&str, &str)] = &[
    ("", "async fn run() {}"),
    ("AUDIT", "async fn run() {}"),
    ("timeout = \"5s\", track = AUDIT", "async fn run() {}"),
    ("timout = \"5s\", track = AUDIT", "async fn run() {}"),
    ("every = \"5s\", track = AUDIT", "async fn run() {}"),
    ("unfinished = spill, track = AUDIT", "async fn run() {}"),
    ("grace = \"0s\", track = AUDIT", "async fn run() {}"),
    ("restart, track = AUDIT", "async fn run() {}"),
    ("restart = true, track = AUDIT", "async fn run() {}"),
    ("restart = \"1s\", track = AUDIT", "async fn run() {}"),
    ("restart = \"1s..\", track = AUDIT", "async fn run() {}"),
    ("restart = \"1s..=1m\", track = AUDIT", "async fn run() {}"),
    ("restart = \"1..1m\", track = AUDIT", "async fn run() {}"),
    ("restart = \"0s..1m\", track = AUDIT", "async fn run() {}"),
    ("restart = \"1m..1s\", track = AUDIT", "async fn run() {}"),
    ("restart = \"1m\"..\"1s\", track = AUDIT", "async fn run() {}"),
    ("restart = \"1m\".., track = AUDIT", "async fn run() {}"),
    ("restart = 1..60, track = AUDIT", "async fn run() {}"),
    ("blocking, track = AUDIT", "async fn run() {}"),
    ("blocking, restart = \"1s..1m\", track = AUDIT", "fn run() {}"),
    ("backoff = \"1s..1m\", track = AUDIT", "async fn run() {}"),
    ("retry = \"3, 100ms..2s\", track = AUDIT", "async fn run() {}"),
    ("attempt = \"1s\", track = AUDIT", "async fn run() {}"),
    ("track = AUDIT", "fn run() {}"),
    ("track = AUDIT", "async fn run() -> ! {}"),
    ("track = AUDIT", "async fn run(&mut self) {}"),
    ("track = AUDIT", "impl Run {}"),
    ("jitter = \"5s\", track = AUDIT", "async fn run() {}"),
    ("when_full = waits, track = AUDIT", "async fn run() {}"),
    ("site = caller, when_full = wait, track = AUDIT", "async fn run() {}"),
];

/// One mistake, one error: a method in an `#[owned_tasks] impl Server`.
const OWNED: &[&str] = &[
    "#[detached(timeout = \"5s\", track = AUDIT)] async fn write(&self) {}",
    "#[detached] async fn write(&self) {}",
    "#[periodic] async fn write(&self) {}",
    "#[periodic(every = \"30s\")] async fn write(&self) {}",
    "#[worker(timeout = \"5s\")] async fn write(&self) {}",
    "#[worker] async fn write(self: Arc<Self>) {}",
    "#[worker] async fn write(self: &Arc<Self>) {}",
    "#[detached(timeout = \"5s\")] async fn write(self) {}",
    "#[detached(timeout = \"5s\")] async fn write(&mut self) {}",
    "#[detached(timeout = \"5s\")] async fn write(self: Box<Self>) {}",
    "#[detached(timeout = \"5s\")] async fn write(event: Event) {}",
    "#[detached(timeout = \"5s\")] fn write(&self) {}",
    "#[detached(timeout = \"5s\")] async fn write(&self, event: &str) {}",
    "#[detached(timeout = \"5s\")] async fn write(&self) -> &str {}",
    "#[detached(timeout = \"5s\")] async fn write(&self) -> impl Display {}",
    "#[detached(timeout = Self::LIMIT)] async fn write(&self) {}",
    "#[detached(timeout = \"5s\")] #[worker] async fn write(&self) {}",
    "#[detached(every = \"5s\", timeout = \"5s\")] async fn write(&self) {}",
    "#[detached(timeout = \"5s\", restart = \"1s..1m\")] async fn write(&self) {}",
];

/// One mistake, one error.
const OWNED_TASKS: &[(&str, &str)] = &[
    ("", "impl Job for Server { #[detached(timeout = \"5s\")] async fn run(&self) {} }"),
    ("", "unsafe impl<T> Job<T> for Server<T> {}"),
    ("", "struct Server;"),
    ("", "async fn run(&self) {}"),
    ("", "trait Job { #[detached(timeout = \"5s\")] async fn run(&self); }"),
    ("", "mod server {}"),
    ("track = AUDIT", "impl Server {}"),
    ("timeout = \"5s\"", "impl Server {}"),
    ("crate = \"my_outlive\"", "impl Server {}"),
    ("colour", "impl Server {}"),
    ("", "#[owned_tasks] impl Server {}"),
];

/// One mistake, one error.
const TASK_OWNER: &[&str] = &[
    "struct Server;",
    "struct Server();",
    "struct Server { db: Db }",
    "struct Server { tasks: Arc<OwnedTracker> }",
    "struct Server { tasks: OwnedTracker, more: OwnedTracker<90> }",
    "struct Server(#[tasks] Tasks, #[tasks] Tasks);",
    "struct Server(#[tasks] Tasks, OwnedTracker);",
    "struct Server { tasks: OwnedTracker, #[tasks(allow)] token: CancellationToken }",
    "struct Server { tasks: OwnedTracker, #[tasks(allow = \" \")] token: CancellationToken }",
    "struct Server { tasks: OwnedTracker, #[tasks(allow(\"reason\"))] token: CancellationToken }",
    "struct Server { #[tasks(skip)] tasks: OwnedTracker }",
    "struct Server { tasks: OwnedTracker, #[tasks(allow = reason)] token: CancellationToken }",
    "struct Server { tasks: OwnedTracker, #[tasks(skip)] token: CancellationToken }",
    "#[tasks] struct Server { tasks: OwnedTracker }",
    "#[tasks] struct Server { tasks: Tasks }",
    "#[tasks(budget = 90)] struct Server { tasks: OwnedTracker }",
    "#[tasks(crate = \"my_outlive\")] struct Server { tasks: OwnedTracker }",
    "enum Server { A(OwnedTracker) }",
    "union Server { a: OwnedTracker }",
];

#[test]
fn each_says_what_to_type() {
    let mut page = String::new();
    let mut entry = |title: &str, errors: &[syn::Error], count: usize| {
        let shown = shown(errors);
        assert_eq!(shown.len(), count, "{title}\n{shown:#?}");
        let _ = writeln!(page, "{title}");
        for line in shown {
            let _ = writeln!(page, "    {}", line.trim_start());
        }
        let _ = writeln!(page);
    };
    for attr in ATTRIBUTES {
        let (_, errors) = detached(attr, ITEM);
        entry(&format!("#[detached({attr})] {ITEM}"), &errors, 1);
    }
    for item in ITEMS {
        entry(&format!("#[detached] {item}"), &detached(ARGS, item).1, 1);
    }
    for (attr, item) in NAMES {
        entry(&format!("#[detached({attr})] {item}"), &detached(attr, item).1, 1);
    }
    for (count, attr, item) in TOGETHER {
        entry(&format!("#[detached({attr})] {item}"), &detached(attr, item).1, *count);
    }
    for (attr, item) in RETRY {
        entry(&format!("#[detached({ARGS}, {attr})] {item}"), &detached(&format!("{ARGS}, {attr}"), item).1, 1);
    }
    for input in DETACH {
        entry(&format!("detach!({input})"), &detach(input).1, 1);
    }
    for (kind, cases) in [(Kind::Periodic, PERIODIC), (Kind::Worker, WORKER)] {
        for (attr, item) in cases {
            entry(&format!("#[{}({attr})] {item}", kind.name()), &task(kind, attr, item).1, 1);
        }
    }
    for method in OWNED {
        let block = format!("impl Server {{ {method} }}");
        entry(&format!("#[owned_tasks] {block}"), &owned_tasks_throughout("", &block).1, 1);
    }
    for (attr, item) in OWNED_TASKS {
        entry(&format!("#[owned_tasks({attr})] {item}"), &owned_tasks_throughout(attr, item).1, 1);
    }
    for item in TASK_OWNER {
        entry(&format!("#[derive(TaskOwner)] {item}"), &task_owner(item).1, 1);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens/mistakes.txt");
    if std::env::var_os("OUTLIVE_BLESS").is_some() {
        std::fs::write(&path, &page).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    for (expected, actual) in expected.split("\n\n").zip(page.split("\n\n")) {
        assert_eq!(expected, actual, "OUTLIVE_BLESS=1 accepts it");
    }
    assert_eq!(expected, page, "OUTLIVE_BLESS=1 accepts it");
}
