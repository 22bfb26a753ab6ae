//! A package of programs beside this workspace, of the same versions.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use toml::Table;

/// The errors of each program that has some.
pub(crate) fn check(programs: &BTreeMap<String, String>) -> BTreeMap<String, Vec<String>> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = target.join("corrections");
    let bins = folder.join("src/bin");
    let _ = fs::remove_dir_all(&bins);
    fs::create_dir_all(&bins).unwrap();
    fs::write(folder.join("Cargo.toml"), manifest().to_string()).unwrap();
    fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    for (name, source) in programs {
        fs::write(bins.join(name).with_extension("rs"), source).unwrap();
    }
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["check", "--offline", "--quiet", "--keep-going", "--bins", "--message-format=json", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        // What the tests' own build has left there need not be built anew.
        .arg("--target-dir")
        .arg(target.parent().unwrap())
        .output()
        .unwrap();
    let mut errors: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut seen = 0;
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        seen += usize::from(line["reason"] == "compiler-artifact");
        if line["message"]["level"] == "error" {
            let name = line["target"]["name"].as_str().unwrap_or_default().to_owned();
            errors.entry(name).or_default().push(line["message"]["message"].as_str().unwrap_or_default().to_owned());
        }
    }
    let clean = programs.keys().filter(|name| !errors.contains_key(*name)).count();
    assert!(seen >= clean, "cargo has not checked them: {}", String::from_utf8_lossy(&output.stderr));
    errors
}

/// With what these tests depend on, and all of their features.
fn manifest() -> Table {
    let root: Table = read("Cargo.toml").parse().unwrap();
    let own: Table = read("ui-tests/Cargo.toml").parse().unwrap();
    let known = root["workspace"]["dependencies"].as_table().unwrap();
    let mut dependencies = Table::new();
    let table = |name: &str| own[name].as_table().unwrap();
    let extra = || table("features").values().flat_map(|list| list.as_array().unwrap()).filter_map(toml::Value::as_str);
    for (name, wanted) in table("dependencies").iter().chain(table("dev-dependencies")) {
        let mut spec = match &known[name] {
            toml::Value::Table(spec) => spec.clone(),
            version => Table::from_iter([("version".to_owned(), version.clone())]),
        };
        if let Some(path) = spec.get("path").and_then(toml::Value::as_str) {
            let path = workspace().join(path).to_str().unwrap().to_owned();
            spec.insert("path".to_owned(), path.into());
        }
        let mut features = spec.get("features").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        features.extend(wanted.get("features").and_then(toml::Value::as_array).cloned().unwrap_or_default());
        features.extend(
            extra()
                .filter_map(|feature| feature.split_once('/'))
                .filter(|(of, _)| of == name)
                .map(|(_, own)| own.into()),
        );
        spec.insert("features".to_owned(), features.into());
        dependencies.insert(name.clone(), spec.into());
    }
    let package = [("name", "corrections"), ("edition", "2024"), ("version", "0.0.0")];
    let package = package.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect::<Table>();
    let profile = root["profile"]["dev"].clone();
    let profile = Table::from_iter([("dev".to_owned(), profile)]);
    Table::from_iter(
        [("package", package), ("dependencies", dependencies), ("workspace", Table::new()), ("profile", profile)]
            .map(|(key, value)| (key.to_owned(), value.into())),
    )
}

fn read(path: &str) -> String {
    fs::read_to_string(workspace().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
