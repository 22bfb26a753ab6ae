//! Every mistake that the macros refuse, with what is underlined and what is said:
//! `goldens/mistakes.txt`, blessed as the expansions are. How many errors there are is not blessed.

use super::{detach, detached, shown};
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
    "timeout = \"5s\", track = AUDIT, name = audit",
    "timeout = \"5s\", track = AUDIT, name = \"\"",
    "timeout = \"5s\", track = AUDIT, name = 5",
    "timeout = \"5s\", track = AUDIT, context = \"ctx\"",
    "timeout = \"5s\", track = AUDIT, on = 5",
    "timeout = \"5s\", track = AUDIT, unfinished = \"spill\"",
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
    "timeout = \"5s\" track = AUDIT, async {}",
    "timeout = \"5s\", track = AUDIT async {}",
    "timeout = limit, track = AUDIT, async {}",
    "timeout = config.limit(), track = AUDIT, async {}",
    "timeout = Self::LIMIT, track = AUDIT, async {}",
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
    for input in DETACH {
        entry(&format!("detach!({input})"), &detach(input).1, 1);
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

/// What is right is not refused.
#[test]
fn nothing_else_is_refused() {
    for item in [
        "async fn f(f: impl Fn(&str) -> &str, g: fn(&[u8]), h: Box<dyn for<'a> Fn(&'a Db) -> Out<'a> + Send>) {}",
        "async fn f(a: &'static str, b: Cow<'static, str>) -> &'static str {}",
        "async fn f<T, const N: usize>(a: [T; N]) -> impl Iterator<Item = T> where T: Debug + 'static {}",
        "async fn f(self) {}",
        "async fn f(mut self, mut a: u8) {}",
        "async fn f(self: Self) {}",
        "async fn f(self: Arc<Self>) -> impl Display {}",
        "async fn f(self: &Arc<Self>) -> Self {}",
        "async fn f(self: &'static Self) {}",
        "async fn f(self: &std::sync::Arc<Self>) {}",
        "pub(in crate::x) async fn r#fn(r#type: u8, _: u8, (a, [b, ..]): (u8, [u8; 3]), Wrap(c): Wrap) {}",
        "#[cfg(x)] #[cfg_attr(x, y)] #[allow(z)] #[unsafe(w)] async fn f() {}",
    ] {
        let errors = detached(ARGS, item).1;
        assert!(errors.is_empty(), "{item}: {:?}", shown(&errors));
    }
    for attr in [
        "timeout = \"5s\", track = AUDIT,",
        "timeout = LIMIT, grace = crate::GRACE, track = crate::trackers::AUDIT",
        "timeout = Duration::from_secs(5), track = &AUDIT",
        "timeout = \"1s\", max_timeout = \"1s\", track = db",
        "timeout = Config { db: 5 }.limit(), track = AUDIT",
        "timeout = other::<A, B>(db::X), track = AUDIT",
        "timeout = if db.slow { LONG } else { SHORT }, max_timeout = LONG, track = db.tasks.clone()",
        "timeout = \"5s\", track = AUDIT, when_full = reject, span = linked, inherit = [], crate = ::x",
        "timeout = \"5s\", track = AUDIT, crate = crate, context = db.ctx, on = db.handle(), unfinished = |_| {}",
    ] {
        let errors = detached(attr, ITEM).1;
        assert!(errors.is_empty(), "{attr}: {:?}", shown(&errors));
    }
    for input in [
        "timeout = \"5s\", track = AUDIT, async { a == b }",
        "timeout = \"5s\", track = AUDIT, future",
        "timeout = \"5s\", track = AUDIT, track,",
        "timeout = \"5s\", track = tasks, f(a, timeout == b)",
        "timeout = config.limit, max_timeout = \"5s\", track = self.tasks, when_full = reject, span = child, {}",
    ] {
        let errors = detach(input).1;
        assert!(errors.is_empty(), "{input}: {:?}", shown(&errors));
    }
}
