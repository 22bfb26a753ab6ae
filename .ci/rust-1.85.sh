# Puts Rust 1.85 in the place of the toolchain: `rust_1_85`, or `rust_1_85 with-src` where std is to be built. False
# where it cannot be had. What others keep in rustup is not touched: where it has no 1.85, Debian's packages are unpacked
# under `target/`, and not installed.

rust_1_85() {
    from_rustup "$@" || from_debian || return 1
    # Built by another compiler, nothing could be shared.
    export CARGO_TARGET_DIR=$target/rust-1.85/build
    rustc --version
}

# All features but `sqlx`: sqlx asks for Rust 1.94.
features_1_85() { features | grep -vx sqlx | paste -sd, -; }

from_rustup() {
    local toolchain
    command -v rustup >/dev/null || return 1
    toolchain=$(rustup toolchain list | sed -nE 's/^(1\.85[^ ]*).*/\1/p' | tail -n 1)
    [[ $toolchain ]] || return 1
    [[ ${1-} != with-src ]] || rustup component list --toolchain "$toolchain" --installed | grep -x rust-src >/dev/null || return 1
    export RUSTUP_TOOLCHAIN=$toolchain
}

from_debian() {
    local root=$target/rust-1.85/toolchain version folder package
    command -v dpkg-deb >/dev/null || return 1
    if [[ ! -x $root/usr/bin/cargo ]]; then
        apt_update || return 1
        version=$(apt-cache madison rustc-web | awk '$3 ~ /^1\.85\./ { print $3; exit }')
        [[ $version ]] || return 1
        folder=$(mktemp -d "$target/rust-1.85.XXXXXX")
        for package in rustc-web cargo-web libstd-rust-web-dev libstd-rust-web-1.85 rust-web-src; do
            (cd "$folder" && apt-get download -qq -o APT::Sandbox::User=root "$package=$version") || return 1
            dpkg-deb -x "$folder/$package"_*.deb "$folder/toolchain" || return 1
        done
        mkdir -p "$target/rust-1.85"
        rm -rf "$root"
        mv "$folder/toolchain" "$root"
        rm -rf "$folder"
    fi
    # What rustc and cargo are linked with.
    apt_install libcurl4 libhttp-parser2.9 libllvm19 libpcre3 libsqlite3-0 libssh2-1 libssl3 zlib1g || return 1
    export PATH=$root/usr/bin:$PATH LD_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu
}
