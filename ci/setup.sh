# Sourced by ci/quickstart and ci/test: installs what is missing, and builds. Idempotent; as root, or with sudo.

# A compilation is the same in another clone, and with a precompiled header (ccache(1), "precompiled headers").
export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros

say() { printf '%s\n' "$*" >&2; }

# What is under way, and since when: a CI's record shows where its time goes.
stage() { say "== $(date -u +%H:%M:%S) $*"; }

fail() {
  say "$(basename "$0"): $*"
  exit 70
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "needs root or sudo to install packages; ask an administrator for: apt-get install $missing"
  fi
}

# The packages of the given list that are not installed, on one line.
missing_packages() {
  sed 's/#.*//' "$1" | while read -r package; do
    [ -n "$package" ] || continue
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || printf '%s ' "$package"
  done
}

install_packages() {
  command -v dpkg-query >/dev/null || fail "this machine has no dpkg; install the packages of $1 by your own means"
  missing=$(missing_packages "$1")
  [ -n "$missing" ] || return 0
  say "installing: $missing"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null || fail "apt-get update failed"
  # shellcheck disable=SC2086  # one word per package
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >/dev/null ||
    fail "apt-get install failed for: $missing"
}

# Installs what it can of a list, and goes on without the rest.
install_optional_packages() {
  command -v dpkg-query >/dev/null || return 0
  missing=$(missing_packages "$1")
  [ -n "$missing" ] || return 0
  say "installing, if possible: $missing"
  (install_packages "$1") || say "$(basename "$0"): goes on without: $(missing_packages "$1")"
}

# build PRESET TARGET…: configures once, then builds with all cores.
build() {
  preset=$1
  shift
  [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >/dev/null || fail "cmake --preset $preset failed"
  cmake --build "build/$preset" --target "$@" >&2 || fail "the build of $preset failed"
}
