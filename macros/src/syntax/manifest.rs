//! Under which name the user's package has outlive, by its `Cargo.toml`. A macro cannot ask the compiler.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

pub(crate) const OUTLIVE: &str = "outlive";
pub(crate) const DURABLE: &str = "outlive-durable";

/// Where a package is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// Under its own name; also where nothing is known.
    Own,
    Renamed(String),
    /// The manifest does not speak of it: another package hands it on.
    Elsewhere,
}

/// What the manifest says of both packages.
struct Known {
    path: PathBuf,
    outlive: Home,
    durable: Home,
}

/// Looks it up. The manifest that was read last is kept: a compiler sees one.
pub(crate) fn home(package: &str) -> Home {
    static LAST: Mutex<Option<Known>> = Mutex::new(None);
    // These tests have no user.
    let Some(path) = path().filter(|_| !cfg!(test)) else {
        return Home::Own;
    };
    let Ok(mut last) = LAST.lock() else {
        return Home::Own;
    };
    if !matches!(&*last, Some(known) if known.path == path) {
        let Ok(text) = fs::read_to_string(&path) else {
            return Home::Own;
        };
        *last = Some(Known { path, outlive: read(&text, OUTLIVE), durable: read(&text, DURABLE) });
    }
    match &*last {
        Some(known) if package == OUTLIVE => known.outlive.clone(),
        Some(known) => known.durable.clone(),
        None => Home::Own,
    }
}

/// Of a package of one file, the manifest is in that.
fn path() -> Option<PathBuf> {
    let folder = || env::var_os("CARGO_MANIFEST_DIR").map(|folder| PathBuf::from(folder).join("Cargo.toml"));
    env::var_os("CARGO_MANIFEST_PATH").map(PathBuf::from).or_else(folder)
}

/// Line by line. Whatever cannot be told, its own name is right: the compiler sees then whether it is.
pub(crate) fn read(manifest: &str, package: &str) -> Home {
    let mut table = "";
    let mut renamed = None;
    let mut is_named = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            table = header.split(']').next().unwrap_or_default().trim();
            // `[dependencies.outlive]`
            is_named |= last_key(table) == package;
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let key = key.trim();
        // `outlive = …`, `outlive.workspace = …`, `dependencies.outlive = …`
        let is_key = key.split('.').any(|part| part.trim().trim_matches(['"', '\'']) == package);
        match package_of(line) {
            Some(of) if of == package => {
                let name = if key == "package" { last_key(table) } else { key.trim_matches(['"', '\'']) };
                renamed.get_or_insert_with(|| name.replace('-', "_"));
                is_named |= name == package;
            }
            Some(_) => {}
            None => is_named |= is_key || key == "name" && value.trim().trim_matches(['"', '\'']) == package,
        }
    }
    match renamed {
        _ if is_named => Home::Own,
        Some(name) => Home::Renamed(name),
        None if names(manifest, package) => Home::Own,
        None => Home::Elsewhere,
    }
}

fn last_key(table: &str) -> &str {
    table.rsplit('.').next().unwrap_or_default().trim().trim_matches(['"', '\''])
}

/// `package = "…"`, in a line of its own or between braces.
fn package_of(line: &str) -> Option<&str> {
    let at = line.match_indices("package").find(|(at, _)| {
        let before = line[..*at].chars().next_back();
        before.is_none_or(|before| matches!(before, '{' | ',' | ' ' | '\t'))
    })?;
    let value = line[at.0 + "package".len()..].trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split(quote).next()
}

/// As a word of its own.
fn names(text: &str, package: &str) -> bool {
    let is_part = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-');
    text.match_indices(package).any(|(at, _)| {
        let (before, behind) = (&text[..at], &text[at + package.len()..]);
        !before.ends_with(is_part) && !behind.starts_with(is_part)
    })
}
