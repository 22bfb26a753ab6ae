//! What the compiler takes: to expand annotated functions, to check and to build them again after one body has changed,
//! and to build a small app from nothing. Each is measured in turn with what it is compared with, in crates that it writes
//! itself, in debug builds: there the macros themselves are not optimised either. `--quick` does everything once, and writes
//! no result.
//!
//! The expansion is rustc's pass `macro_expand_crate`: what the macros do, those that their output calls, the parsing of
//! that output and the lookup of macros' names; no type check. Where there is valgrind, its instructions are counted as
//! well, which a busy machine does not change. The other figures are processor time, of cargo and of all that it
//! starts, and beside it the time on the clock.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use outlive_benches::measure::median;
use outlive_benches::{machine, report};
use serde_json::{Value, json};

const FUNCTIONS: usize = 300;
/// In the environment of a compiler that is to say how long its passes take, or to be counted.
const WRAPPED: &str = "OUTLIVE_COMPILE_TIME_WRAPPED";
const TIMED: &str = "timed";
const COUNTED: &str = "counted";

const TOKIO: &str = "tokio = { version = \"1\", features = [\"full\"] }";
const SERDE: &str = "serde = { version = \"1\", features = [\"derive\"] }";
const TRACING: &str = "tracing = \"0.1\"";
const ASYNC_TRAIT: &str = "async-trait = \"0.1\"";
const OUTLIVE: &str = concat!("outlive = { path = \"", env!("CARGO_MANIFEST_DIR"), "/../runtime\" }");

fn main() -> ExitCode {
    if let Some(how) = std::env::var_os(WRAPPED) {
        return compile(how == COUNTED);
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
    instructions(&mut rows, &annotated);
    check(&mut rows, &annotated, runs);
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

/// Checks the subject, its compiler wrapped in this program.
fn wrapped(subject: &Subject, how: &str) -> String {
    let mut check = subject.cargo(&["check"]);
    check.env("RUSTC_WORKSPACE_WRAPPER", std::env::current_exe().expect("the program that runs")).env(WRAPPED, how);
    succeeds(check)
}

/// Stands in for the compiler of the subject's own crate. The options are of nightly compilers; the passes are the same.
fn compile(counted: bool) -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let rustc = arguments.next().expect("a compiler");
    let is_query = std::env::args().any(|argument| argument == "-vV" || argument.starts_with("--print"));
    let mut compiler = if counted && !is_query {
        // Not rustup's, which starts another.
        let output = Command::new(&rustc).args(["--print", "sysroot"]).output().expect("the compiler runs");
        let sysroot = String::from_utf8(output.stdout).expect("a path");
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
        valgrind.arg("--toggle-collect=<rustc_expand::expand::MacroExpander>::expand_crate");
        valgrind.arg(Path::new(sysroot.trim()).join("bin/rustc"));
        valgrind
    } else {
        Command::new(&rustc)
    };
    compiler.args(arguments);
    if !is_query {
        compiler.env("RUSTC_BOOTSTRAP", "1").arg(if counted { "-Zno-analysis" } else { "-Ztime-passes" });
    }
    let status = compiler.status().expect("the compiler runs");
    if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The time that the compiler spends in `macro_expand_crate`, less that of the crate without an attribute.
fn expansion(rows: &mut Vec<Value>, subjects: &[Subject], runs: usize) {
    let taken = in_turn(subjects, runs, |subject, run| {
        subject.change(run);
        let said = wrapped(subject, TIMED);
        let pass = said.lines().rfind(|line| line.ends_with("macro_expand_crate"));
        let seconds = pass.and_then(|line| line.trim().strip_prefix("time:")?.split(';').next()?.trim().parse().ok());
        let time = Duration::from_secs_f64(seconds.unwrap_or_else(|| panic!("no pass in: {said}")));
        Taken { processor: None, clock: time }
    });
    let own = taken[0].clock;
    let taken: Vec<Taken> =
        taken[1..].iter().map(|one| Taken { processor: None, clock: one.clock.saturating_sub(own) }).collect();
    compared(rows, "expansion of 300 functions", &subjects[1..], &taken, "tracing::instrument");
}

/// The same in millions of instructions.
fn instructions(rows: &mut Vec<Value>, subjects: &[Subject]) {
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("no instructions: there is no valgrind here (`apt-get install valgrind`)");
        return;
    }
    let counts: Vec<f64> = subjects
        .iter()
        .map(|subject| {
            subject.change(0);
            let said = wrapped(subject, COUNTED);
            let collected = said.lines().find_map(|line| line.split_once("Collected : "));
            let count = collected.and_then(|(_, count)| count.trim().parse::<f64>().ok());
            count.unwrap_or_else(|| panic!("no count in: {said}")) / 1e6
        })
        .collect();
    let what = "instructions of the expansion";
    println!("{what}, beside tracing::instrument");
    let beside = subjects.iter().position(|subject| subject.who == "tracing::instrument").expect("it is among them");
    for (subject, count) in subjects.iter().zip(&counts).skip(1) {
        let (count, ratio) = (count - counts[0], (count - counts[0]) / (counts[beside] - counts[0]));
        println!("  {:<24} {count:>8.0} M  {ratio:>6.2}", subject.who);
        let (millions, ratio) = (rounded(count), rounded(ratio));
        rows.push(json!({
            "what": what, "who": subject.who, "millions": millions, "beside": "tracing::instrument", "ratio": ratio,
        }));
    }
}

/// From a changed number in one body to whether it compiles: with the type check of what was expanded.
fn check(rows: &mut Vec<Value>, subjects: &[Subject], runs: usize) {
    let taken = in_turn(subjects, runs, |subject, run| {
        subject.change(run);
        timed(subject.cargo(&["check"]))
    });
    compared(rows, "check after one body", subjects, &taken, subjects[0].who);
}

/// From a changed number in one body to the program.
fn rebuild(rows: &mut Vec<Value>, subjects: &[Subject], runs: usize) {
    let taken = in_turn(subjects, runs, |subject, run| {
        subject.change(run);
        timed(subject.cargo(&["build"]))
    });
    compared(rows, "rebuild after one body", subjects, &taken, subjects[0].who);
}

fn clean_build(rows: &mut Vec<Value>, subjects: &[Subject], runs: usize) {
    let taken = in_turn(subjects, runs, |subject, _| {
        if subject.target().exists() {
            fs::remove_dir_all(subject.target()).expect("the folder is ours");
        }
        timed(subject.cargo(&["build"]))
    });
    compared(rows, "clean build of a small app", subjects, &taken, subjects[0].who);
}

#[derive(Clone, Copy)]
struct Taken {
    /// Of all processes. Where the system does not say, and of a pass, there is none.
    processor: Option<Duration>,
    clock: Duration,
}

impl Taken {
    fn best(self) -> Duration {
        self.processor.unwrap_or(self.clock)
    }
}

fn timed(command: Command) -> Taken {
    let (before, start) = (children(), Instant::now());
    succeeds(command);
    let clock = start.elapsed();
    Taken { processor: children().zip(before).map(|(after, before)| after.saturating_sub(before)), clock }
}

/// The processor time of all children that have ended, and of theirs, as Linux counts it: in hundredths of a second.
fn children() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name, which comes second, may have spaces in it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(13);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(Duration::from_millis(10 * (next()? + next()?)))
}

/// The median of each. A first run of everybody's is not counted: it builds what they depend on.
fn in_turn(subjects: &[Subject], runs: usize, mut take: impl FnMut(&Subject, usize) -> Taken) -> Vec<Taken> {
    let mut taken = vec![Vec::with_capacity(runs); subjects.len()];
    for run in 0..=runs {
        for turn in 0..subjects.len() {
            let who = (run + turn) % subjects.len();
            let one = take(&subjects[who], run + 1);
            if run > 0 {
                taken[who].push(one);
            }
        }
    }
    let medians = |all: Vec<Taken>| Taken {
        processor: all.iter().map(|one| one.processor).collect::<Option<_>>().map(median),
        clock: median(all.iter().map(|one| one.clock).collect()),
    };
    taken.into_iter().map(medians).collect()
}

fn compared(rows: &mut Vec<Value>, what: &str, subjects: &[Subject], taken: &[Taken], baseline: &str) {
    let to = subjects.iter().position(|subject| subject.who == baseline).expect("a baseline among them");
    println!("{what}, beside {baseline}");
    for (subject, one) in subjects.iter().zip(taken) {
        let ratio = one.best().as_secs_f64() / taken[to].best().as_secs_f64();
        let (ms, clock_ms) = (one.best().as_secs_f64() * 1e3, one.clock.as_secs_f64() * 1e3);
        println!("  {:<24} {ms:>8.0} ms {ratio:>6.2}   {clock_ms:>8.0} ms on the clock", subject.who);
        let (ms, clock_ms, ratio) = (rounded(ms), rounded(clock_ms), rounded(ratio));
        rows.push(json!({
            "what": what, "who": subject.who, "ms": ms, "clock_ms": clock_ms, "beside": baseline, "ratio": ratio,
        }));
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
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
