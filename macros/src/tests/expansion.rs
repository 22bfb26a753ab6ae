//! What the macros expand to: `goldens/<case>.rs`. `OUTLIVE_BLESS=1 cargo test -p outlive-macros`
//! writes them anew.

use super::{detach, detached, owned_tasks, owned_tasks_throughout, task, task_owner};
use crate::arguments::Kind;
use proc_macro2::TokenStream;
use quote::quote;
use std::fmt::Write as _;
use std::path::Path;

const PLAIN: &str = "timeout = \"5s\", track = AUDIT";

pub(super) fn golden(case: &str, (output, errors): (TokenStream, Vec<syn::Error>), wrap: Wrap) {
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let wrapped = match wrap {
        Wrap::Module => output,
        Wrap::Impl => quote!(impl Server { #output }),
        Wrap::Function => quote!(fn caller() { let handle = #output; }),
    };
    hygiene(case, &wrapped);
    let file: syn::File = syn::parse2(wrapped.clone()).unwrap_or_else(|error| panic!("{case}: {error}\n{wrapped}"));
    let mut actual = prettyplease::unparse(&file);
    for error in errors {
        let _ = writeln!(actual, "// error: {error}");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens").join(format!("{case}.rs"));
    if std::env::var_os("OUTLIVE_BLESS").is_some() {
        std::fs::write(&path, &actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(expected == actual, "{case} expands otherwise; OUTLIVE_BLESS=1 accepts it:\n{actual}");
}

#[derive(Clone, Copy)]
pub(super) enum Wrap {
    Module,
    Impl,
    Function,
}

/// Names that a user may have shadowed, or banned. The inputs here name none of them.
fn hygiene(case: &str, output: &TokenStream) {
    // But for what is said to a reader.
    let text = format!(" {output} ")
        .split("# [doc = ")
        .map(|part| part.split_once("\"]").map_or(part, |(_, rest)| rest))
        .collect::<String>();
    for banned in ["tokio", "std", "Some", "None", "Ok", "Err", "Option", "Result", "Clone", "Send", "Future"] {
        let mut rest = text.as_str();
        while let Some(at) = rest.find(banned) {
            let before = rest[..at].chars().next_back();
            let after = rest[at + banned.len()..].chars().next();
            let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            let whole = !is_word(before) && !is_word(after);
            let in_path = rest[..at].trim_end().ends_with("::");
            let in_text = case == "fallback" || case.starts_with("durable");
            assert!(!whole || in_path || in_text, "{case} names `{banned}`:\n{text}");
            rest = &rest[at + banned.len()..];
        }
    }
    assert!(!text.contains("tokio :: spawn"), "{case}");
}

#[test]
fn free_function() {
    golden(
        "free_function",
        detached(
            "timeout = \"5s\", grace = \"500ms\", track = AUDIT",
            "/// Writes.
            #[must_use] #[inline] #[tracing::instrument]
            pub(crate) async fn write_audit(db: Db, mut event: Event) -> Outcome { db.insert(event).await }",
        ),
        Wrap::Module,
    );
}

#[test]
fn no_arguments_no_result() {
    golden("no_arguments_no_result", detached(PLAIN, "async fn tick() { work().await }"), Wrap::Module);
}

#[test]
fn generics_and_patterns() {
    golden(
        "generics_and_patterns",
        detached(
            PLAIN,
            "async fn r#type<T, const N: usize>(_: Guard, (a, mut b): (T, T), _kept: Guard, f: impl Calls<fn(&str)>) -> [T; N] where T: Debug + Crosses { x }",
        ),
        Wrap::Module,
    );
}

/// What an item can name is asked in an item; a tuple's elements, each on its own; primitives and bare parameters not at
/// all.
#[test]
fn request_bound() {
    golden(
        "request_bound",
        detached(
            PLAIN,
            "async fn f<B: Row>(a: (u8, (Next, B)), mut request: Request<B>, b: B, s: &'static str) -> (u8, Reply) { x }",
        ),
        Wrap::Module,
    );
}

#[test]
fn request_bound_allowed() {
    golden(
        "request_bound_allowed",
        detached(
            "timeout = \"5s\", track = AUDIT, allow_request_bound = \"whole\"",
            "async fn f(self, next: Next, other: Self) -> Reply { x }",
        ),
        Wrap::Impl,
    );
}

#[test]
fn essential_worker() {
    golden(
        "essential_worker",
        task(Kind::Worker, "track = SESSIONS, essential", "async fn consume(queue: Queue) {}"),
        Wrap::Module,
    );
}

#[test]
fn blocking_worker() {
    golden(
        "blocking_worker",
        task(Kind::Worker, "track = SESSIONS, blocking", "fn read(port: Port) -> Stats { port.read() }"),
        Wrap::Module,
    );
}

#[test]
fn site_of_its_caller() {
    golden(
        "site_of_its_caller",
        detached(
            "timeout = \"5s\", track = AUDIT, site = caller",
            "async fn write_audit(db: Db) { db.insert().await }",
        ),
        Wrap::Module,
    );
}

#[test]
fn site_of_its_caller_in_a_tracker_expression() {
    golden(
        "site_of_its_caller_in_a_tracker_expression",
        task(Kind::Worker, "track = app.tasks, site = caller", "async fn session(app: App) {}"),
        Wrap::Module,
    );
}

#[test]
fn tracker_expression() {
    golden(
        "tracker_expression",
        detached(
            "timeout = app.limit, max_timeout = \"30s\", track = app.tasks, context = ctx, on = &handle, \
             inherit = [REQUEST_ID, TENANT], span = child, name = \"a.b\", when_full = wait",
            "async fn f(app: App, ctx: Context, handle: Handle) {}",
        ),
        Wrap::Module,
    );
}

#[test]
fn unfinished() {
    golden(
        "unfinished",
        detached(
            "timeout = LIMIT, track = crate::AUDIT, unfinished = spill, crate = my::outlive",
            "async fn f(db: Db, _: Event) {}",
        ),
        Wrap::Module,
    );
}

#[test]
fn blocking() {
    golden(
        "blocking",
        detached(
            "timeout = \"5s\", track = AUDIT, blocking, inherit = [REQUEST_ID]",
            "fn hash(password: Password) -> Hash { slow(password) }",
        ),
        Wrap::Module,
    );
}

#[test]
fn carry() {
    golden(
        "carry",
        detached(
            "timeout = \"5s\", track = AUDIT, when_full = wait, carry = [SentryHub, crate::Local<u8>]",
            "async fn write(db: Db) {}",
        ),
        Wrap::Module,
    );
}

#[test]
fn method() {
    golden(
        "method",
        detached(
            "timeout = \"5s\", track = self.tasks, unfinished = spill",
            "/// Writes.
            #[cfg(feature = \"x\")] #[expect(unused_variables, dead_code, reason = \"r\")] #[deny(unused)]
            #[instrument(skip(db))] #[cfg_attr(test, instrument, doc = \"t\")]
            pub async fn write<T: Row>(mut self: Arc<Self>, db: T) -> u32 { body }",
        ),
        Wrap::Impl,
    );
}

#[test]
fn method_shared() {
    golden(
        "method_shared",
        detached(PLAIN, "async fn write<const N: usize>(self: &Arc<Self>, db: Db) { body }"),
        Wrap::Impl,
    );
}

#[test]
fn method_shared_blocking() {
    golden(
        "method_shared_blocking",
        detached("timeout = \"5s\", track = AUDIT, blocking", "fn writeAll(self: &Arc<Self>, db: Db) -> u32 { body }"),
        Wrap::Impl,
    );
}

#[test]
fn detach_future() {
    golden("detach_future", detach("timeout = \"5s\", track = AUDIT, async move { a + b }"), Wrap::Function);
}

#[test]
fn detach_local() {
    golden(
        "detach_local",
        detach("timeout = LIMIT, track = app.tasks, inherit = [REQUEST_ID], write(db),"),
        Wrap::Function,
    );
}

#[test]
fn fallback() {
    golden(
        "fallback",
        detached(
            "timeout = \"5 sconds\", track = AUDIT, when_full = wait, carry = [Hub, Local<u8>]",
            "/// Writes.
            #[instrument] pub async fn write<'a>(#[cfg(x)] db: &'a Db, (a, _): (u8, u8)) -> u32 { body }",
        ),
        Wrap::Module,
    );
}

#[test]
fn fallback_borrowed_result() {
    golden("fallback_borrowed_result", detached(PLAIN, "async fn f(db: Db) -> &str { body }"), Wrap::Module);
}

#[test]
fn fallback_impl_trait() {
    golden(
        "fallback_impl_trait",
        detached("timeout = \"5s\"", "async fn f(db: Db) -> impl Display { body }"),
        Wrap::Module,
    );
}

#[test]
fn fallback_detach() {
    golden("fallback_detach", detach("track = AUDIT, async { 5 }, timeout = \"5s\""), Wrap::Function);
}

/// The order in which a static tracker's function evaluates things: the arguments move last.
#[test]
fn expressions_come_before_the_arguments_move() {
    let (output, errors) = detached(
        "timeout = app.limit, max_timeout = \"9s\", track = app.tasks, context = app.ctx",
        "async fn f(app: App) {}",
    );
    assert!(errors.is_empty());
    let text = output.to_string();
    let moved = text.rfind("__Outlive :: f").unwrap();
    for expression in ["app . limit", "app . tasks", "app . ctx"] {
        assert!(text.find(expression).unwrap() < moved, "{text}");
    }
}

const SERVICE: &str = "impl Server {
    const LIMIT: u8 = 5;
    /// Writes.
    #[detached(timeout = \"5s\")]
    #[instrument]
    pub async fn write(&self, mut event: Event) -> Outcome { body }
    #[outlive::periodic(every = \"30s\", timeout = \"10s\")]
    async fn refresh(&self) { body }
    #[worker]
    async fn consume(&self) { body }
    fn other(&self) -> u8 { Self::LIMIT }
}";

/// What `#[owned_tasks]` itself does: it tells each attribute who tracks the method.
#[test]
fn owned_tasks_told() {
    golden("owned_tasks_told", owned_tasks("", SERVICE), Wrap::Module);
}

#[test]
fn owned_tasks_of_a_service() {
    golden("owned_tasks_of_a_service", owned_tasks_throughout("", SERVICE), Wrap::Module);
}

#[test]
fn owned_tasks_shared() {
    golden(
        "owned_tasks_shared",
        owned_tasks_throughout(
            "crate = my::outlive",
            "impl<T: Store> Server<T> where T: Job {
                #[detached(timeout = \"5s\", blocking)]
                fn write(self: &Arc<Self>, event: Event) -> Outcome { body }
                #[periodic(every = \"30s\", timeout = \"10s\")]
                async fn refresh(self: Arc<Self>, key: Key) { body }
                #[periodic(every = \"30s\", timeout = \"10s\")]
                async fn renew(self: &Arc<Self>) { body }
            }",
        ),
        Wrap::Module,
    );
}

/// One broken method does not take the others away.
#[test]
fn owned_tasks_with_a_mistake() {
    golden(
        "owned_tasks_with_a_mistake",
        owned_tasks_throughout(
            "",
            "impl Server {
                #[worker(restart = \"1s..1m\", track = AUDIT)]
                async fn consume(&self) -> Outcome { body }
                #[worker(restart = \"1s..1m\")]
                async fn deliver(&self) -> Outcome { body }
            }",
        ),
        Wrap::Module,
    );
}

#[test]
fn owned_tasks_of_a_trait() {
    golden(
        "owned_tasks_of_a_trait",
        owned_tasks("", "impl Job for Server { #[inline] #[detached(timeout = \"5s\")] async fn run(&self) { body } }"),
        Wrap::Module,
    );
}

#[test]
fn task_owner_named() {
    golden(
        "task_owner_named",
        task_owner("struct Server { tasks: OwnedTracker<90>, db: Db, n: u8, all: Mutex<Vec<(u8, Job)>> }"),
        Wrap::Module,
    );
}

#[test]
fn task_owner_generic_tuple() {
    golden(
        "task_owner_generic_tuple",
        task_owner(
            "#[tasks(crate = my::outlive)] pub struct Server<T: Store = Db, const N: usize = 1>(
                T, #[tasks] Tasks, #[tasks(allow = \"the parent's\")] CancellationToken
            ) where T: Job;",
        ),
        Wrap::Module,
    );
}

/// The service's methods and its callers keep their names.
#[test]
fn task_owner_fallback() {
    golden("task_owner_fallback", task_owner("struct Server<T: Job> { db: Db<T> }"), Wrap::Module);
}

/// What is no task passes through, token for token.
#[test]
fn other_items_pass_through() {
    for item in [
        "impl Server { const A: u8 = 5; type B = u8; fn c<F: Fn(u8) -> u8>(&self, f: F) {} m! { #x } }",
        "#[allow(x)] unsafe impl<'a, T: 'a> Server<'a, T> where T: Job { #![inner] /** d */ pub(crate) async fn f(self) { #[detached] } }",
        "impl <T as Job>::Server { #[other(detached)] fn f() {} #[cfg_attr(detached, other)] fn g() {} }",
        "impl Server {}",
    ] {
        let (output, errors) = owned_tasks("", item);
        assert!(errors.is_empty(), "{item}: {errors:?}");
        assert_eq!(output.to_string(), super::tokens(item).to_string());
    }
}
