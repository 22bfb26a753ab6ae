//! What the compiler takes: to expand annotated functions, to build them again after one body has changed, and to build
//! a small app from nothing. Each is measured in turn with what it is compared with, in crates that it writes itself.
//! `--quick` does everything once, and writes no result.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use outlive_benches::measure::median;
use outlive_benches::{machine, report};
use serde_json::{Value, json};

const FUNCTIONS: usize = 300;
/// In the environment of a compiler that is to say how long its passes take.
const WRAPPED: &str = "OUTLIVE_COMPILE_TIME_WRAPPED";

const TOKIO: &str = "tokio = { version = \"1\", features = [\"full\"] }";
const SERDE: &str = "serde = { version = \"1\", features = [\"derive\"] }";
const TRACING: &str = "tracing = \"0.1\"";
const ASYNC_TRAIT: &str = "async-trait = \"0.1\"";
const OUTLIVE: &str = concat!("outlive = { path = \"", env!("CARGO_MANIFEST_DIR"), "/../runtime\" }");

fn main() -> ExitCode {
    if std::env::var_os(WRAPPED).is_some() {
        return compile();
    }
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (runs, builds) = if quick { (1, 1) } else { (9, 3) };
    let home = std::env::current_exe().expect("the program that runs").with_file_name("compile-time");
    let mut rows = Vec::new();

    let annotated = [
        Subject::new(&home, "no attribute", &[TOKIO], plain),
        Subject::new(&home, "tracing::instrument", &[TOKIO, TRACING], instrumented),
        Subject::new(&home, "async_trait", &[TOKIO, ASYNC_TRAIT], in_a_trait),
        Subject::new(&home, "outlive", &[TOKIO, OUTLIVE], outlived),
    ];
    expansion(&mut rows, &annotated, runs);
    rebuild(&mut rows, &annotated, runs);
    let apps = [
        Subject::new(&home, "tokio + serde", &[TOKIO, SERDE], app),
        Subject::new(&home, "tokio + serde + tracing", &[TOKIO, SERDE, TRACING], app),
        Subject::new(&home, "tokio + serde + outlive", &[TOKIO, SERDE, OUTLIVE], app_with_outlive),
    ];
    clean_build(&mut rows, &apps, builds);

    fs::remove_dir_all(&home).expect("the folder is ours");
    if !quick {
        let results = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/results/compile_time.json"));
        report::write(results, &report::lines(&machine::describe(), &rows));
    }
    ExitCode::SUCCESS
}

/// A crate that is compiled.
struct Subject {
    who: &'static str,
    root: PathBuf,
    /// Its `main.rs`, with a number that stands in one body.
    source: fn(usize) -> String,
}

impl Subject {
    fn new(home: &Path, who: &'static str, dependencies: &[&str], source: fn(usize) -> String) -> Self {
        let root = home.join(who.replace(|c: char| !c.is_alphanumeric(), "-"));
        let manifest = format!(
            "[package]\nname = \"subject\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{}\n",
            dependencies.join("\n")
        );
        fs::create_dir_all(root.join("src")).expect("a folder for it");
        fs::write(root.join("Cargo.toml"), manifest).expect("its manifest");
        // The versions of this workspace, where it has them.
        fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock"), root.join("Cargo.lock"))
            .expect("its lock file");
        let subject = Self { who, root, source };
        subject.change(0);
        succeeds(subject.cargo(&["fetch"]));
        subject
    }

    fn change(&self, number: usize) {
        fs::write(self.root.join("src/main.rs"), (self.source)(number)).expect("its source");
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(arguments).current_dir(&self.root);
        cargo.env("CARGO_TARGET_DIR", self.target()).env_remove("CARGO_INCREMENTAL");
        cargo
    }

    fn target(&self) -> PathBuf {
        self.root.join("target")
    }
}

fn succeeds(mut command: Command) -> String {
    let output = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    said
}

/// The time that the compiler spends in `macro_expand_crate`, less that of the crate without an attribute.
fn expansion(rows: &mut Vec<Value>, subjects: &[Subject], runs: usize) {
    let mut times = in_turn(subjects, runs, |subject, run| {
        subject.change(run);
        let mut check = subject.cargo(&["check"]);
        check.env("RUSTC_WORKSPACE_WRAPPER", std::env::current_exe().expect("the program that runs")).env(WRAPPED, "1");
        let said = succeeds(check);
        let pass = said.lines().rfind(|line| line.ends_with("macro_expand_crate"));
        let seconds = pass.and_then(|line| line.trim().strip_prefix("time:")?.split(';').next()?.trim().parse().ok());
        Duration::from_secs_f64(seconds.unwrap_or_else(|| panic!("no pass in: {said}")))
    });
    let without = times[0];
    for time in &mut times[1..] {
        *time = time.saturating_sub(without);
    }
    compared(rows, "expansion of 300 functions", &subjects[1..], &times[1..], "tracing::instrument");
}

/// Stands in for the compiler of the subject's own crate, and lets it say what its passes take. That option is of
/// nightly compilers; the pass is the same.
fn compile() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let mut compiler = Command::new(arguments.next().expect("a compiler"));
    let is_query = std::env::args().any(|argument| argument == "-vV" || argument.starts_with("--print"));
    if !is_query {
        compiler.env("RUSTC_BOOTSTRAP", "1").arg("-Ztime-passes");
    }
    let status = compiler.args(arguments).status().expect("the compiler runs");
    if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// From a changed number in one body to the program.
fn rebuild(rows: &mut Vec<Value>, subjects: &[Subject], runs: usize) {
    let times = in_turn(subjects, runs, |subject, run| {
        subject.change(run);
        timed(subject.cargo(&["build"]))
    });
    compared(rows, "rebuild after one body", subjects, &times, subjects[0].who);
}

fn clean_build(rows: &mut Vec<Value>, subjects: &[Subject], runs: usize) {
    let times = in_turn(subjects, runs, |subject, _| {
        if subject.target().exists() {
            fs::remove_dir_all(subject.target()).expect("the folder is ours");
        }
        timed(subject.cargo(&["build"]))
    });
    compared(rows, "clean build of a small app", subjects, &times, subjects[0].who);
}

fn timed(command: Command) -> Duration {
    let start = Instant::now();
    succeeds(command);
    start.elapsed()
}

/// The median of each. A first run of everybody's is not counted: it builds what they depend on.
fn in_turn(subjects: &[Subject], runs: usize, mut time: impl FnMut(&Subject, usize) -> Duration) -> Vec<Duration> {
    let mut times = vec![Vec::with_capacity(runs); subjects.len()];
    for run in 0..=runs {
        for turn in 0..subjects.len() {
            let who = (run + turn) % subjects.len();
            let taken = time(&subjects[who], run + 1);
            if run > 0 {
                times[who].push(taken);
            }
        }
    }
    times.into_iter().map(median).collect()
}

fn compared(rows: &mut Vec<Value>, what: &str, subjects: &[Subject], times: &[Duration], baseline: &str) {
    let to = subjects.iter().position(|subject| subject.who == baseline).expect("a baseline among them");
    println!("{what}, beside {baseline}");
    for (subject, time) in subjects.iter().zip(times) {
        let ratio = time.as_secs_f64() / times[to].as_secs_f64();
        println!("  {:<24} {:>8.0} ms {ratio:>6.2}", subject.who, time.as_secs_f64() * 1e3);
        let rounded = |value: f64| (value * 1_000.0).round() / 1_000.0;
        let (ms, ratio) = (rounded(time.as_secs_f64() * 1e3), rounded(ratio));
        rows.push(json!({ "what": what, "who": subject.who, "ms": ms, "beside": baseline, "ratio": ratio }));
    }
}

/// 31 lines, as business code has them.
fn body(function: usize, number: usize) -> String {
    let mut lines = format!("    let mut sum = id + {};\n", if function == 0 { number } else { function });
    for step in 0..7 {
        let _ = write!(
            lines,
            "    let part = name.get({step}..).unwrap_or_default().to_owned();\n    \
             if part.len() > {step} && sum % 7 != {step} {{\n        \
             sum = sum.wrapping_mul(31).wrapping_add(part.len() as u64 ^ id);\n    \
             }}\n"
        );
    }
    lines + "    tokio::task::yield_now().await;\n    Ok(sum)\n"
}

/// The functions, each called once.
fn functions(head: &str, attribute: &str, call: &str, number: usize) -> String {
    let mut source = format!("{head}\n");
    for function in 0..FUNCTIONS {
        let _ = write!(
            source,
            "{attribute}\nasync fn job_{function}(id: u64, name: String) -> Result<u64, String> {{\n{}}}\n\n",
            body(function, number)
        );
    }
    source + &calls(call)
}

fn calls(call: &str) -> String {
    let mut main = "#[tokio::main]\nasync fn main() {\n".to_owned();
    for function in 0..FUNCTIONS {
        let job = format!("job_{function}(1, String::from(\"a name\"))");
        let _ = writeln!(main, "    {};", call.replace("JOB", &job));
    }
    main + "}\n"
}

fn plain(number: usize) -> String {
    functions("", "", "drop(tokio::spawn(JOB))", number)
}

fn instrumented(number: usize) -> String {
    functions("", "#[tracing::instrument]", "drop(tokio::spawn(JOB))", number)
}

fn outlived(number: usize) -> String {
    let head = "static JOBS: outlive::Tracker = outlive::Tracker::bounded(\"jobs\", 64);";
    functions(head, "#[outlive::detached(timeout = \"5s\", track = JOBS)]", "drop(JOB)", number)
}

fn in_a_trait(number: usize) -> String {
    let mut declared = "struct Service;\n\n#[async_trait::async_trait]\ntrait Jobs {\n".to_owned();
    let mut written = "#[async_trait::async_trait]\nimpl Jobs for Service {\n".to_owned();
    for function in 0..FUNCTIONS {
        let signature = format!("async fn job_{function}(&self, id: u64, name: String) -> Result<u64, String>");
        let _ = writeln!(declared, "{signature};");
        let _ = writeln!(written, "{signature} {{\n{}}}\n", body(function, number));
    }
    declared + "}\n\n" + &written + "}\n\n" + &calls("drop(tokio::spawn(async { Service.JOB.await }))")
}

const EVENT: &str = "#[derive(serde::Serialize, serde::Deserialize)]\nstruct Event { id: u64, name: String }\n\n";

fn app(_: usize) -> String {
    EVENT.to_owned()
        + "async fn audit(event: Event) -> usize { event.name.len() + event.id as usize }\n\n\
           #[tokio::main]\nasync fn main() {\n    \
           let audited = tokio::spawn(audit(Event { id: 1, name: String::from(\"a name\") }));\n    \
           println!(\"{:?}\", audited.await);\n}\n"
}

fn app_with_outlive(_: usize) -> String {
    EVENT.to_owned()
        + "static AUDIT: outlive::Tracker = outlive::Tracker::bounded(\"audit\", 64);\n\n\
           #[outlive::detached(timeout = \"5s\", track = AUDIT)]\n\
           async fn audit(event: Event) -> usize { event.name.len() + event.id as usize }\n\n\
           #[tokio::main]\nasync fn main() {\n    \
           println!(\"{:?}\", audit(Event { id: 1, name: String::from(\"a name\") }).await);\n    \
           println!(\"{}\", AUDIT.drain().await);\n}\n"
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_annotated_function_has_33_lines() {
        assert_eq!(super::body(1, 0).lines().count() + 2, 33);
    }
}
