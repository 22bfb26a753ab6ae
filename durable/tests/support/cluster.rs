//! A PostgreSQL server of the test's own, in a folder of its own: it ends, and its folder goes, when the test's process does,
//! however that ends.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};

pub(crate) struct Cluster {
    bin: PathBuf,
    /// The folder of its socket and its data.
    folder: PathBuf,
    /// It waits for the end of its input, which is ours.
    _keeper: Child,
}

const KEEPER: &str = r#"
set -e
bin=$1
folder=$(mktemp -d /tmp/outlive-postgres.XXXXXX)
trap '"$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM HUP
"$bin/initdb" -D "$folder/data" -U postgres -A trust -N >"$folder/log"
cat >>"$folder/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$folder'
END
"$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w start >/dev/null
echo "$folder"
cat >/dev/null
"#;

impl Cluster {
    /// The one that the tests of a process share.
    pub(crate) fn shared() -> Arc<Self> {
        static SHARED: OnceLock<Arc<Cluster>> = OnceLock::new();
        Arc::clone(SHARED.get_or_init(|| Arc::new(Self::start())))
    }

    pub(crate) fn start() -> Self {
        let bin = bin()
            .expect("PostgreSQL is not installed: `apt-get install postgresql`, or leave the feature `postgres` out");
        let mut keeper = as_user("sh")
            .args(["-c", KEEPER, "sh"])
            .arg(&bin)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut folder = String::new();
        BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut folder).unwrap();
        assert!(!folder.is_empty(), "the server did not start");
        Self { bin, folder: PathBuf::from(folder.trim_end()), _keeper: keeper }
    }

    /// A new database in it.
    pub(crate) fn create(&self, database: &str) {
        let mut create = Command::new(self.bin.join("createdb"));
        let done = create.arg("-h").arg(&self.folder).args(["-U", "postgres", database]).status().unwrap();
        assert!(done.success());
    }

    pub(crate) fn url(&self, database: &str) -> String {
        url(&self.folder, "postgres", database)
    }

    pub(crate) fn url_of(&self, user: &str, database: &str) -> String {
        url(&self.folder, user, database)
    }

    /// As who operates it would.
    pub(crate) fn control(&self, args: &[&str]) {
        let mut control = as_user(self.bin.join("pg_ctl"));
        let control = control.arg("-D").arg(self.folder.join("data")).arg("-l").arg(self.folder.join("log")).arg("-w");
        let done = control.args(args).stdout(Stdio::null()).status().unwrap();
        assert!(done.success(), "{args:?}");
    }
}

fn url(folder: &Path, user: &str, database: &str) -> String {
    format!("postgres://{user}@localhost/{database}?host={}", folder.display())
}

/// Debian has them beside the path.
fn bin() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.filter_map(|version| Some(version.ok()?.path().join("bin"))).collect())
        .unwrap_or_default();
    versions.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    versions.into_iter().rev().chain(std::env::split_paths(&path)).find(|bin| bin.join("initdb").exists())
}

/// PostgreSQL does not run as root.
fn as_user(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    if !is_root {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    // What Debian's package makes; it may be anybody.
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = if users.lines().any(|user| user.starts_with("postgres:")) { "postgres" } else { "nobody" };
    command.args(["-u", user, "--"]).arg(program).current_dir("/");
    command
}
