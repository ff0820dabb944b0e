# Sourced by ci/arm64-sysroot and ci/arm64-image: Debian's arm64 packages, fetched and checked by apt, without the
# machine's own package state being touched: apt gets lists, a status and a cache of its own. No root needed.
# The caller has sourced ci/setup.sh and stands in the root of the tree.

apt_state=$PWD/build/arm64-apt
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

arm64_apt() {
  local tool=$1 sources=()
  shift
  if [ -s "$apt_state/sources.list" ]; then
    sources=(-oDir::Etc::SourceList="$apt_state/sources.list" -oDir::Etc::SourceParts="$apt_state/none")
  fi
  "$tool" -qq -oAPT::Architecture=arm64 -oAPT::Architectures=arm64 "${sources[@]}" \
    -oDir::State="$apt_state" -oDir::State::Lists="$apt_state/lists" -oDir::State::Status="$apt_state/status" \
    -oDir::Cache="$apt_state/cache" -oAPT::Sandbox::User=root -oAPT::Update::Post-Invoke-Success::= \
    -oAcquire::Languages=none -oAcquire::Retries=2 "$@"
}

# Of the archives that this machine takes its own packages from, those of Debian, which have the arm64 ones as well. Whose
# an archive is stands in its lists: a machine without any (a container image) gives none, and all its sources are asked.
debian_sources() {
  apt-get indextargets 'Created-By: Packages' 'Origin: Debian' \
    --format "deb [arch=arm64 signed-by=$keyring] \$(REPO_URI) \$(RELEASE) \$(COMPONENT)" | sort -u
}

# Fetches the archive's lists; once in a run of the script, and only when a package is wanted.
update_arm64_lists() {
  [ -z "${lists_are_fresh:-}" ] || return 0
  mkdir -p "$apt_state/lists/partial" "$apt_state/cache/archives/partial" "$apt_state/none"
  : >"$apt_state/status"
  debian_sources >"$apt_state/sources.list"
  say "fetching the list of Debian's arm64 packages"
  # apt-get says "0 errors" for an archive that it cannot reach, unless it is told otherwise.
  arm64_apt apt-get update -oAPT::Update::Error-Mode=any >"$apt_state/update.log" 2>&1 ||
    fail "no network: Debian's arm64 archive could not be reached ($(grep -m1 '^[EW]:' "$apt_state/update.log"))"
  lists_are_fresh=yes
}

# The packages that one depends on directly, by name.
arm64_depends() {
  arm64_apt apt-cache depends --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \
    "$1" | sed -n 's/^ *Depends: *\([a-z0-9][^ <:]*\).*/\1/p'
}

# fetch_arm64 DIRECTORY PACKAGE…: the newest .deb of each; apt checks them against the archive's signature.
fetch_arm64() {
  local into=$1
  shift
  mkdir -p "$into"
  (cd "$into" && arm64_apt apt-get download "$@" >"$apt_state/download.log" 2>&1) ||
    fail "could not fetch $* ($(grep -m1 '^[EW]:' "$apt_state/download.log"))"
}
