#!/bin/sh
# What the build needs is there, or a message says what is missing and how to get it.
# libtorch itself: the user's, where LIBTORCH is set; else version 2.4.0 from PyPI in .libtorch/, fetched once,
# which .cargo/config.toml then names to cargo. With `--python`, only Python and pip are asked for.
set -eu
cd "$(dirname "$0")/.."

config=.cargo/config.toml
mark='# Written by scripts/libtorch.sh: the libtorch in .libtorch/. Deleted when LIBTORCH names another.'
missing=

say() { printf 'libtorch: %s\n' "$*"; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}
miss() {
    printf 'missing: %s\n' "$*" >&2
    missing=yes
}
no_more_missing() { [ -z "$missing" ] || fail 'install what is missing (docs/install.md), then run the same command again.'; }
is_there() { command -v "$1" >/dev/null 2>&1; }

python_is_there() {
    if ! is_there python3; then
        miss 'python3, 3.8 or newer, with pip: it fetches libtorch. Debian, Ubuntu: apt install python3 python3-pip; Fedora: dnf install python3-pip; macOS: xcode-select --install.'
    elif ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; then
        miss "python3 3.8 or newer: $(command -v python3) is $(python3 --version 2>&1)."
    elif [ -z "${SAYSO_WHEELS:-}" ] && ! python3 -m pip --version >/dev/null 2>&1; then
        miss "pip for $(command -v python3): it fetches libtorch. Debian, Ubuntu: apt install python3-pip; elsewhere: python3 -m ensurepip --user."
    fi
}

rust_is_there() {
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    if ! is_there cargo || ! is_there rustc; then
        miss "cargo and rustc, $wanted or newer: https://rustup.rs."
        return
    fi
    found=$(cargo --version 2>/dev/null | sed -n 's/^cargo \([0-9]*\.[0-9]*\).*/\1/p')
    if [ -z "$found" ]; then
        miss "a working cargo: \`cargo --version\` fails. With rustup: rustup default stable."
    elif [ "$((${found%.*} * 1000 + ${found#*.}))" -lt "$((${wanted%.*} * 1000 + ${wanted#*.}))" ]; then
        miss "cargo $wanted or newer: $(command -v cargo) is $found. With rustup: rustup update stable; a distribution's own is often too old: https://rustup.rs."
    fi
}

compilers_are_there() {
    # Only the first word of CXX: it may carry flags.
    set -- ${CXX:-c++}
    is_there "$1" || miss "a C++17 compiler ($1): a part of tch is C++. Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++; macOS: xcode-select --install."
    is_there cc || miss 'a linker (cc): it comes with the C compiler. Debian, Ubuntu: apt install gcc; Fedora: dnf install gcc; macOS: xcode-select --install.'
}

# The three mistakes that a build with a libtorch of one's own usually fails of, minutes later and less clearly.
check_theirs() {
    case $LIBTORCH in
    /*) ;;
    *) fail "LIBTORCH=$LIBTORCH must be an absolute path." ;;
    esac
    include=${LIBTORCH_INCLUDE:-$LIBTORCH}/include lib=${LIBTORCH_LIB:-$LIBTORCH}/lib
    [ -f "$include/torch/csrc/api/include/torch/torch.h" ] && ls "$lib"/libtorch_cpu.* >/dev/null 2>&1 ||
        fail "LIBTORCH=$LIBTORCH holds no include/torch and lib/libtorch_cpu: name the folder of a libtorch 2.4.0, or unset LIBTORCH and one is fetched."
    version=$(cat "$LIBTORCH/build-version" 2>/dev/null || sed -n "s/^__version__ = '\(.*\)'/\1/p" "$LIBTORCH/version.py" 2>/dev/null || :)
    case $version in
    '' | 2.4.0*) ;;
    *) [ -n "${LIBTORCH_BYPASS_VERSION_CHECK+set}" ] || fail "LIBTORCH=$LIBTORCH is version $version, and tch 0.17 needs 2.4.0. Unset LIBTORCH and the right one is fetched." ;;
    esac
    [ -f "$lib/libc10.so" ] || return 0
    # The constructor of c10::Error takes a string: its symbol tells which kind.
    abi=
    if LC_ALL=C grep -q 'c105ErrorC[12]ENS_14SourceLocationESs' "$lib/libc10.so"; then abi=0; fi
    if LC_ALL=C grep -q 'c105ErrorC[12]ENS_14SourceLocationENSt7__cxx11' "$lib/libc10.so"; then abi=1; fi
    [ "${abi:-${LIBTORCH_CXX11_ABI:-1}}" = "${LIBTORCH_CXX11_ABI:-1}" ] ||
        fail "LIBTORCH=$LIBTORCH is built with the C++ ABI $abi: set LIBTORCH_CXX11_ABI=$abi."
}

use_theirs() {
    no_more_missing
    if [ -f "$config" ] && grep -qF "$mark" "$config"; then
        rm "$config"
        say "$config, which named .libtorch/, is deleted: LIBTORCH is set"
    fi
    say "$1 is set: that libtorch is used, nothing is fetched"
}

use_ours() {
    if [ ! -f .libtorch/complete ] || ! is_there python3; then python_is_there; fi
    no_more_missing
    python3 scripts/libtorch.py "${CARGO_BUILD_TARGET:-$(rustc -vV | sed -n 's/^host: //p')}"
    [ ! -f "$config" ] || return 0
    mkdir -p .cargo
    printf '%s\n[env]\nLIBTORCH = { value = ".libtorch", relative = true }\nLIBTORCH_CXX11_ABI = "0"\n' "$mark" >"$config.$$"
    mv "$config.$$" "$config" # a name of its own: two may be at it at once
    say "$config names it to cargo"
}

# A config of the user's own stays as it is.
config_is_theirs() { [ -f "$config" ] && ! grep -qF "$mark" "$config"; }

if [ "${1:-}" = --python ]; then
    python_is_there
    no_more_missing
    exit
fi
rust_is_there
compilers_are_there
if [ -n "${LIBTORCH_USE_PYTORCH+set}" ]; then
    use_theirs LIBTORCH_USE_PYTORCH
elif [ -n "${LIBTORCH:-}" ]; then
    check_theirs
    use_theirs "LIBTORCH=$LIBTORCH"
elif config_is_theirs; then
    grep -q '^LIBTORCH' "$config" || fail "$config is there, and naming libtorch to cargo is that file's task: move what it holds to ~/.cargo/config.toml, which cargo reads as well, or set LIBTORCH."
    use_theirs "LIBTORCH in $config"
else
    use_ours
fi
