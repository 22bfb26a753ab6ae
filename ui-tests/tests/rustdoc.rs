//! What rustdoc shows of a public function: under the user's own words, its timeout, its tracker, and what its handle gives.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use toml::Table;

const FIXTURE: &str = r#"//! A fixture.

use std::time::Duration;

use outlive::{OwnedTracker, TaskOwner, Tracker, detached, owned_tasks, periodic, worker};

/// The audit log's tracker.
pub static AUDIT: Tracker = Tracker::bounded("audit", 64);

/// How long it may take.
pub const LIMIT: Duration = Duration::from_secs(3);

/// Writes a row.
///
/// It is kept for a year.
#[detached(timeout = "5s", grace = "500ms", track = AUDIT)]
pub async fn write_audit(user: u64) -> Result<u64, String> {
    Ok(user)
}

/// Waits for room.
#[detached(timeout = LIMIT, track = AUDIT, when_full = wait)]
pub async fn write_later(user: u64) {
    drop(user);
}

/// Refreshes prices.
#[periodic(every = "30s", timeout = "1m 30s", track = AUDIT2)]
pub async fn refresh() -> Result<u64, String> {
    Ok(7)
}

/// Another one.
pub static AUDIT2: Tracker<120> = Tracker::bounded("prices", 8).drain_budget::<120>();

/// Delivers mail.
#[worker(grace = "2s", track = AUDIT)]
pub async fn deliver() {}

#[detached(timeout = "5s", track = AUDIT)]
pub async fn undocumented() {}

/// Private.
#[detached(timeout = "5s", track = AUDIT)]
async fn private() {}

/// Uses it.
pub fn uses() {
    private();
}

/// A shop.
#[derive(Clone, TaskOwner)]
pub struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    /// Fills the shelves.
    #[detached(timeout = "4s")]
    pub async fn refill(&self, key: u64) -> Option<Vec<u64>> {
        Some(vec![key])
    }
}
"#;

#[test]
fn a_public_function_says_its_limits() {
    let docs = documented();
    let page = |name: &str| fs::read_to_string(docs.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let audit = "<code>AUDIT</code>";
    for (name, own, line) in [
        (
            "fn.write_audit.html",
            "<p>It is kept for a year.</p>",
            format!(
                "Detached: at most 5s, with 500ms of grace, tracked by {audit}; its handle gives \
                 <code>Result&lt;Result&lt;u64, String&gt;, TaskError&gt;</code>."
            ),
        ),
        (
            "fn.write_later.html",
            "<p>Waits for room.</p>",
            format!(
                "Detached: at most <code>LIMIT</code>, tracked by {audit}; the call waits for room, and its handle gives \
                 <code>Result&lt;(), TaskError&gt;</code>."
            ),
        ),
        (
            "fn.refresh.html",
            "<p>Refreshes prices.</p>",
            "Periodic: every 30s, each run at most 1m 30s, tracked by <code>AUDIT2</code>; its handle gives \
             <code>Result&lt;(), TaskError&gt;</code>."
                .to_owned(),
        ),
        (
            "fn.deliver.html",
            "<p>Delivers mail.</p>",
            format!(
                "Worker: until its tracker drains, with 2s of grace, tracked by {audit}; its handle gives \
                 <code>Result&lt;(), TaskError&gt;</code>."
            ),
        ),
        (
            "struct.Shop.html",
            "<p>Fills the shelves.</p>",
            "Detached: at most 4s, tracked by <code>Shop</code>; its handle gives \
             <code>Result&lt;Option&lt;Vec&lt;u64&gt;&gt;, TaskError&gt;</code>."
                .to_owned(),
        ),
    ] {
        let page = page(name);
        let both = format!("{own}\n<p>{line}</p>");
        assert!(page.contains(&both), "{name} has no {both}: {page}");
    }
    assert!(!page("fn.undocumented.html").contains("at most"), "`missing_docs` would not say it");
}

/// The folder with the pages.
fn documented() -> std::path::PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = target.join("documented");
    fs::create_dir_all(&folder).unwrap();
    let runtime = toml::Value::from(workspace().join("runtime").to_str().unwrap());
    let root: Table = fs::read_to_string(workspace().join("Cargo.toml")).unwrap().parse().unwrap();
    let profile = root["profile"]["dev"].as_table().unwrap();
    let manifest = format!(
        "[package]\nname = \"documented\"\nedition = \"2024\"\n[lib]\npath = \"lib.rs\"\n[dependencies]\noutlive = {{ path = {runtime} \
         }}\n[workspace]\n[profile.dev]\n{profile}"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    fs::write(folder.join("lib.rs"), FIXTURE).unwrap();
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["doc", "--offline", "--quiet", "--no-deps", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        // What the tests' own build has left there need not be built anew.
        .arg("--target-dir")
        .arg(target.parent().unwrap())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target.parent().unwrap().join("doc/documented")
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
