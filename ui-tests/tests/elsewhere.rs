//! outlive that another crate hands on: each macro says once that it cannot find it, and what to write; done so, it compiles.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use toml::Table;

#[test]
fn each_macro_says_once_where_outlive_may_be() {
    let source = read("ui-tests/elsewhere/user.rs");
    let expected: Vec<(u64, String)> =
        source.lines().zip(1..).filter_map(|(line, at)| Some((at, written(line.split_once("//~ ")?.1)))).collect();
    let mut said = check("lost", &source);
    said.sort();
    let message = |(at, line): (u64, String)| {
        let end = "with the path under which another crate hands it on, or run `cargo add outlive`";
        (at, format!("this package's `Cargo.toml` does not name `outlive`: write `{line}`, {end}"))
    };
    assert_eq!(said, expected.into_iter().map(message).collect::<Vec<_>>());
}

#[test]
fn with_the_path_it_compiles() {
    let path = "crate = framework::outlive";
    let source = read("ui-tests/elsewhere/user.rs")
        .replace("#[detached(timeout = \"5s\", track", &format!("#[detached({path}, timeout = \"5s\", track"))
        .replace("#[periodic(", &format!("#[periodic({path}, "))
        .replace("#[worker(", &format!("#[worker({path}, "))
        .replace("#[owned_tasks]", &format!("#[owned_tasks({path})]"))
        .replace("pub struct", &format!("#[tasks({path})] pub struct"))
        .replace("detach!(", &format!("detach!({path}, "));
    assert_eq!(check("found", &source), []);
}

/// What the message tells to write, by the word that is behind the line.
fn written(word: &str) -> String {
    let path = "crate = my_framework::outlive";
    match word {
        "derive" => format!("#[tasks({path})]"),
        "owned_tasks" => format!("#[owned_tasks({path})]"),
        "detach!" => format!("detach!({path}, …)"),
        word => format!("#[{word}({path}, …)]"),
    }
}

/// The errors, and the lines that they point at.
fn check(user: &str, source: &str) -> Vec<(u64, String)> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = project(&target.join(user), user, source);
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["check", "--offline", "--quiet", "--message-format=json", "-p", user])
        .current_dir(folder)
        // What the tests' own build has left there need not be built anew.
        .arg("--target-dir")
        .arg(target.parent().unwrap())
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let errors: Vec<_> = lines.lines().filter_map(error).collect();
    assert_eq!(output.status.success(), errors.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    errors
}

fn error(line: &str) -> Option<(u64, String)> {
    let line: Value = serde_json::from_str(line).unwrap();
    let message = line.get("message").filter(|message| message["level"] == "error")?;
    // The last only counts them.
    let at = message["spans"].as_array()?.first()?["line_start"].as_u64()?;
    Some((at, message["message"].as_str()?.to_owned()))
}

/// A workspace of its own beside this one, of the same versions. Packages of one name would be one to cargo, as they share a
/// target directory.
fn project(folder: &Path, user: &str, source: &str) -> PathBuf {
    let root: Table = read("Cargo.toml").parse().unwrap();
    let profile = root["profile"]["dev"].as_table().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "Cargo.toml",
        &format!("[workspace]\nmembers = [\"framework\", \"{user}\"]\nresolver = \"3\"\n[profile.dev]\n{profile}"),
    );
    write("Cargo.lock", &read("Cargo.lock"));
    let package = |name: &str, needs: &str| {
        format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n[lib]\npath = \"lib.rs\"\n[dependencies]\n{needs}\n")
    };
    let runtime = toml::Value::from(workspace().join("runtime").to_str().unwrap());
    write("framework/Cargo.toml", &package("framework", &format!("outlive = {{ path = {runtime} }}")));
    write("framework/lib.rs", "pub use outlive;");
    write(&format!("{user}/Cargo.toml"), &package(user, "framework = { path = \"../framework\" }"));
    write(&format!("{user}/lib.rs"), source);
    folder.to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(workspace().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
