# What the scripts beside it share; each sources it first. They run from the workspace's root, on whatever Debian or
# Ubuntu machine has cargo: what else they need they install. What they build and keep is under `target/`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target"
target=$(cd "$target" && pwd)

# Nothing is built twice here, and nobody looks at variables in a debugger: a backtrace has its lines all the same.
export CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=line-tables-only

step() {
    printf '\n== %s\n' "$*"
    "$@"
}

# What this machine cannot do, in a line. It is no failure: another machine shows it.
not_here() { printf 'NOT SHOWN HERE: %s\n' "$*"; }

is_installed() { [[ $(dpkg-query -W -f='${Status}' "$1" 2>/dev/null) == *' installed' ]]; }

# Installs those packages that are not there yet. Quiet, unless it fails. `.ci/run` has two parts at a time, and apt lets in one.
apt_install() {
    command -v apt-get >/dev/null || return 1
    local package missing=() log=$target/apt.log
    for package; do is_installed "$package" || missing+=("$package"); done
    ((${#missing[@]})) || return 0
    apt_update && DEBIAN_FRONTEND=noninteractive as_root \
        flock "$target/apt.lock" apt-get install -qq --no-install-recommends "${missing[@]}" >"$log" 2>&1 || {
        tail -n 5 "$log" >&2
        return 1
    }
}

apt_update() { as_root flock "$target/apt.lock" apt-get update -qq >"$target/apt.log" 2>&1; }

as_root() { if ((EUID)); then sudo -n "$@"; else "$@"; fi; }

# A tool of cargo's, in exactly this version, kept in `target/tools`: `cargo_tool mdbook 0.5.4 --no-default-features`. Its time is the
# compiler's, not its own: without optimising.
cargo_tool() {
    export PATH=$target/tools/bin:$PATH
    CARGO_TARGET_DIR=$target/tools/build step cargo install --quiet --locked --debug --root "$target/tools" "$1@$2" "${@:3}"
}

# Some of what is shown needs what only a nightly compiler has.
has_nightly() { command -v rustup >/dev/null && [[ $(rustup toolchain list) == *nightly* ]]; }

# What is under test, in a copy that has a lock file of its own, and only the members that the suite needs, or those that are named:
# what others ask of a dependency is nothing to it. Leaves its path in `copy`.
copy_workspace() {
    local members=${2:-'"macros", "runtime", "tests"'}
    copy=$target/$1/workspace
    rm -rf "$copy"
    mkdir -p "$copy"
    tar --exclude=./target --exclude=./.git -cf - . | tar -xf - -C "$copy"
    sed -i.orig "s/^members = .*/members = [$members]/" "$copy/Cargo.toml"
    (cd "$copy" && cargo update --quiet --workspace)
}

# The features of the library, a line each.
features() { sed -n '/^\[features\]/,/^\[dependencies\]/s/^\([a-z0-9-]*\) = .*/\1/p' runtime/Cargo.toml | grep -vx default; }

# The lowest version that the workspace's manifest asks for.
floor() {
    local version
    version=$(sed -nE "s/^$1 = \{? ?(version = )?\"([0-9.]+)\".*/\2/p" Cargo.toml)
    case $version in
        *.*.*) echo "$version" ;;
        *.*) echo "$version.0" ;;
        *) echo "no version of $1 in Cargo.toml" >&2 && return 1 ;;
    esac
}

command -v cc >/dev/null || ! command -v apt-get >/dev/null || apt_install gcc libc6-dev
