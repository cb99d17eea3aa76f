#!/usr/bin/env bash
# deploy/with-server.sh DUALCASTER COMMAND...: runs a command against a server of its own, with the
# demo market, on a free port and a data folder that goes afterwards. The command finds it by
# DUALCASTER_URL, its mails in DUALCASTER_STATE_DIR/mail, its program as SERVER_PROGRAM, and can import
# a file into it by DUALCASTER_IMPORT_CMD. Where the web app's dependencies are installed, it has
# providers of logins.
set -euo pipefail
binary=$(realpath "$1")
shift
command=$*

folder=$(mktemp -d /tmp/dualcaster-server.XXXXXX)
chmod 755 "$folder"
export DUALCASTER_STATE_DIR=$folder/data
# The clock must not bring the world into a test.
export DUALCASTER_OFFLINE=true
while :; do
  port=$((20000 + RANDOM % 10000))
  (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
done
# Each browser says where it comes from: the tests are many people.
export DUALCASTER_TRUSTED_PROXIES=127.0.0.1

# Not its own default, which is another name of the same machine: cookies and tokens go by the name.
export DUALCASTER_PUBLIC_URL=http://127.0.0.1:$port
providers=
if [ -d web/node_modules/oidc-provider ]; then
  NODE_NO_WARNINGS=1 node tests/web/providers.mjs "$DUALCASTER_PUBLIC_URL" >"$folder/providers" 2>"$folder/providers.log" &
  providers=$!
  trap 'kill $providers; rm -rf "$folder"' EXIT
  until grep -q '^# ready' "$folder/providers"; do
    kill -0 $providers || { cat "$folder/providers.log" >&2; exit 1; }
    sleep 0.1
  done
  eval "$(grep '^export ' "$folder/providers")"
fi

PORT=$port DATA=${SERVER_DATA:-demo} "$binary" up >"$folder/up.log" 2>&1 &
server=$!
finish() {
  local status=$?
  kill -TERM $server 2>/dev/null || true
  wait $server || true
  [ -z "$providers" ] || kill $providers 2>/dev/null || true
  # What failed comes last: whoever sees only the end of a log must find it there.
  [ $status = 0 ] || {
    echo "--- the server said"
    tail -n 15 "$folder/up.log" "$DUALCASTER_STATE_DIR"/log/dualcaster.log || true
    echo "--- $command failed"
    tail -n 60 "$folder/command.log" || true
    echo "--- what failed, in short"
    grep -aA 3 'FAIL' "$folder/command.log" | tail -n 40 || true
  } >&2
  rm -rf "$folder"
  exit $status
}
trap finish EXIT

export DUALCASTER_URL=$DUALCASTER_PUBLIC_URL
export SERVER_PROGRAM=$binary
export DUALCASTER_IMPORT_CMD="$binary import"
for program in chromium chromium-browser google-chrome; do
  [ -n "${CHROMIUM:-}" ] || CHROMIUM=$(command -v "$program" || true)
done
[ -n "$CHROMIUM" ] || CHROMIUM="/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
export CHROMIUM

# until SECONDS WHAT COMMAND...
until_true() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" 2>/dev/null; do
    kill -0 $server 2>/dev/null || { echo "the server ended before $what" >&2; exit 1; }
    [ $SECONDS -lt $deadline ] || { echo "waited in vain for $what" >&2; exit 1; }
    sleep 0.2
  done
}
until_true 60 "it was ready" curl -fsS -o /dev/null "$DUALCASTER_URL/health/ready"
until_true 180 "its data was loaded" grep -q "All data is loaded" "$folder/up.log"

"$@" 2>&1 | tee "$folder/command.log"
