#!/usr/bin/env bash
# tests/support/postgres_server.sh
#
# Starts a PostgreSQL of its own on a free port and prints "ready FOLDER PORT"; its sockets are in
# FOLDER. Takes everything away when its standard input ends: also when who started it crashed.
# Understands, one a line, and prints "done" behind each:
#   down, up         stops the server as an administrator would, starts it again
#   kill             ends it without a good-bye
#   freeze, thaw     stops all its processes (SIGSTOP), lets them go on
# Everyone gets in by the sockets; the port wants the password "right" of the role restjwt.
set -euo pipefail

folder=$(mktemp -d "${TMPDIR:-/tmp}/restjwt-postgres-XXXXXX")
server=
binaries=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$binaries" ] || { echo "postgres_server.sh: there is no PostgreSQL (script/packages test)" >&2; exit 1; }

# PostgreSQL refuses to run as root.
if [ "$(id -u)" -eq 0 ]; then
  chown postgres "$folder"
  as_owner=(setpriv --reuid postgres --regid postgres --clear-groups --)
else
  as_owner=(env)
fi

processes() { echo "$server"; pgrep -P "$server" || true; }

stop() { # signal
  [ -n "$server" ] || return 0
  kill "-$1" "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}

clean_up() {
  if [ -n "$server" ]; then
    # shellcheck disable=SC2046
    kill -CONT $(processes) 2>/dev/null || true
    stop QUIT
  fi
  # Thousands of files: nobody has to wait for that.
  rm -rf "$folder" >/dev/null 2>&1 &
}
trap clean_up EXIT
trap 'exit 1' TERM INT HUP

start() {
  "${as_owner[@]}" "$binaries"/postgres -D "$folder"/data -k "$folder" -p "$port" \
    -c listen_addresses=127.0.0.1 -c max_connections=100 -c shared_buffers=32MB \
    -c autovacuum_naptime=10s >>"$folder"/log 2>&1 </dev/null &
  server=$!
  for _ in $(seq 300); do
    kill -0 "$server" 2>/dev/null || { server=; return 1; }
    if "$binaries"/pg_isready -q -h "$folder" -p "$port"; then return 0; fi
    sleep 0.1
  done
  return 1
}

cd "$folder"
echo right >password
chmod 644 password
"${as_owner[@]}" "$binaries"/initdb -D data -U restjwt -E UTF8 --locale C.UTF-8 --auth-local trust \
  --auth-host scram-sha-256 --pwfile password >log 2>&1 || { cat log >&2; exit 1; }
chmod 755 "$folder"

for attempt in 1 2 3 4 5 none; do
  [ "$attempt" != none ] || { cat log >&2; exit 1; }
  port=$((20000 + RANDOM % 12000))
  if start; then break; fi
done
echo "ready $folder $port"

while read -r command; do
  case $command in
    down) stop INT ;;
    kill) stop QUIT ;;
    up) start ;;
    freeze) kill -STOP $(processes) 2>/dev/null || true ;;
    thaw) kill -CONT $(processes) 2>/dev/null || true ;;
    *) echo "postgres_server.sh: what is $command?" >&2; exit 2 ;;
  esac
  echo "done"
done
