//! Takes each mechanism out in turn, in a copy of the workspace, and asks the gallery whether it notices.
//!
//! ```sh
//! cargo run -p outlive-tests --bin mutants          # all of them
//! cargo run -p outlive-tests --bin mutants -- 13 L2 # those of two rows
//! ```
//!
//! A patch that does not fit, or whose result does not compile, is an error of the list: see `list.rs`.

mod list;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use list::{Check, MUTANTS, Mutant};

/// A scene that has lost its mechanism may wait for ever. With it, none takes two seconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// A copy of the workspace, and what is built of it.
struct Scratch {
    root: PathBuf,
    target: PathBuf,
}

impl Scratch {
    /// The workspace as it is, committed or not.
    fn new() -> Self {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let scratch = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(target) => workspace.join(target),
            None => workspace.join("target"),
        };
        let copy = Self { root: scratch.join("mutants/workspace"), target: scratch.join("mutants/target") };
        let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let listed = Command::new("git").args(list).current_dir(workspace).output().unwrap();
        assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
        let _ = fs::remove_dir_all(&copy.root);
        let files = String::from_utf8(listed.stdout).unwrap();
        for file in files.split('\0').filter(|file| !file.is_empty()) {
            let Ok(content) = fs::read(workspace.join(file)) else { continue };
            let to = copy.root.join(file);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, content).unwrap();
        }
        copy
    }

    fn cargo(&self, args: &[&str]) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(args).current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target).env("CARGO_INCREMENTAL", "1");
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "false");
        cargo.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        cargo
    }

    /// Whether a row's tests hold.
    fn holds(&self, row: &str, check: Check) -> Result<bool, String> {
        let folder = self.folder(row)?;
        let case = format!("trybuild=gallery/{folder}/");
        let (_, module) = folder.split_once('_').unwrap();
        let (build, run) = match check {
            Check::Scene => (
                ["test", "-p", "outlive-tests", "--test", "gallery", "--no-run"].as_slice(),
                ["test", "-p", "outlive-tests", "--test", "gallery", "--", module].to_vec(),
            ),
            Check::Refusal => (
                ["test", "-p", "outlive-ui-tests", "--no-run"].as_slice(),
                ["test", "-p", "outlive-ui-tests", "mistakes", "--", &case].to_vec(),
            ),
            Check::Ban => (
                ["test", "-p", "outlive-ui-tests", "--no-run"].as_slice(),
                ["test", "-p", "outlive-ui-tests", "--test", "lints", "every_rule_bites"].to_vec(),
            ),
        };
        if !self.cargo(build).status().unwrap().success() {
            return Err("does not compile".to_owned());
        }
        let mut tests = self.cargo(&run);
        // So that what cargo has started can be ended with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut tests, 0);
        let mut tests = tests.spawn().unwrap();
        let begun = Instant::now();
        loop {
            if let Some(status) = tests.try_wait().unwrap() {
                return Ok(status.success());
            }
            if check == Check::Scene && begun.elapsed() > PATIENCE {
                kill(&tests);
                tests.wait().unwrap();
                return Ok(false);
            }
            sleep(Duration::from_millis(50));
        }
    }

    fn folder(&self, row: &str) -> Result<String, String> {
        let folders = fs::read_dir(self.root.join("tests/gallery")).unwrap();
        let mut names = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let number = |name: &str| name.split('_').next().unwrap().trim_start_matches('0').to_uppercase();
        names.find(|name| number(name) == row).ok_or_else(|| format!("no row {row} in the gallery"))
    }

    /// Whether the row notices that its mechanism is gone.
    fn notices(&self, mutant: &Mutant) -> Result<bool, String> {
        let path = self.root.join(mutant.file);
        let source = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", mutant.file))?;
        let found = source.matches(mutant.old).count();
        if found != 1 {
            return Err(format!("its old text stands in {} {found} times, and not once", mutant.file));
        }
        fs::write(&path, source.replace(mutant.old, mutant.new)).unwrap();
        let held = self.holds(mutant.row, mutant.noticed_by);
        fs::write(&path, source).unwrap();
        held.map(|held| !held)
    }
}

fn kill(group: &Child) {
    let id = format!("-{}", group.id());
    assert!(Command::new("kill").args(["-KILL", "--", &id]).status().unwrap().success());
}

fn main() -> ExitCode {
    let rows: Vec<String> = std::env::args().skip(1).collect();
    let asked = |mutant: &&Mutant| rows.is_empty() || rows.iter().any(|row| row == mutant.row);
    let scratch = Scratch::new();
    let (mut noticed, mut unnoticed, mut broken) = (0, 0, 0);
    let mut sound: Vec<(&str, Check)> = Vec::new();
    for mutant in MUTANTS.iter().filter(asked) {
        let key = (mutant.row, mutant.noticed_by);
        let mut result = Ok(false);
        if !sound.contains(&key) {
            match scratch.holds(mutant.row, mutant.noticed_by) {
                Ok(true) => sound.push(key),
                Ok(false) => result = Err("its row fails without the patch".to_owned()),
                Err(error) => result = Err(format!("without the patch: {error}")),
            }
        }
        let result = result.and_then(|_| scratch.notices(mutant));
        let said = match &result {
            Ok(true) => "noticed",
            Ok(false) => "NOT NOTICED",
            Err(error) => error,
        };
        println!("{:>3}  {:<60} {said}", mutant.row, mutant.without);
        match result {
            Ok(true) => noticed += 1,
            Ok(false) => unnoticed += 1,
            Err(_) => broken += 1,
        }
    }
    println!("{noticed} noticed, {unnoticed} not noticed, {broken} that do not fit");
    if noticed > 0 && unnoticed + broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
