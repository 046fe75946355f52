#!/usr/bin/env bash
# bench/server_load.sh [RESTJWT]   CPU per request of the server, beside nginx in the same run.
# Needs wrk, nginx and two cores: servers run on core 0, wrk on core 1. Rounds are interleaved. What
# counts is the server's own CPU time (user and system) divided by requests: wrk fills its core first.
set -euo pipefail
restjwt=$(realpath "${1:-$(dirname "$0")/../build/release/bin/restjwt}")
seconds=${SECONDS_PER_ROUND:-4} rounds=${ROUNDS:-3}
folder=$(mktemp -d)
cd "$folder"
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait; rm -rf "$folder"' EXIT

od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n' >secret.key
chmod 600 secret.key
cat >restjwt.toml <<'TOML'
listen = "127.0.0.1:0"
[JWT_AUTH]
JWT_SECRET_KEY_FILE = "secret.key"
JWT_ALLOW_REFRESH = true
JWT_EXPIRATION_DELTA = "1h"
[limits]
max_requests_per_connection = 1000000000
[server]
io_threads = 1
[log]
access = false
[demo]
protected_url = true
TOML
echo abc123 | "$restjwt" users add admin --password-stdin >/dev/null
token=$("$restjwt" token issue admin)
taskset -c 0 "$restjwt" serve >restjwt.out &
server=$!
pids+=("$server")
until grep -q listening restjwt.out; do sleep 0.1; done
site=$(grep -o 'http://.*' restjwt.out)

port=$((20000 + RANDOM % 10000))
cat >nginx.conf <<NGINX
worker_processes 1; pid nginx.pid; error_log stderr crit; daemon off;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 1000000000;
  server { listen 127.0.0.1:$port; location / { return 200 '{"user": "admin"}'; } } }
NGINX
taskset -c 0 nginx -p "$folder" -c nginx.conf &
pids+=("$!")
until [ -s nginx.pid ] && pgrep -P "$(cat nginx.pid)" >worker.pid; do sleep 0.1; done

cat >refresh.lua <<LUA
wrk.method = "POST"
wrk.body = '{"token": "$token"}'
wrk.headers["Content-Type"] = "application/json"
LUA
cat >pipeline.lua <<LUA
wrk.headers["Authorization"] = "JWT $token"
init = function(args)
  local one = wrk.format(nil, "/protected-url/")
  batch = string.rep(one, 16)
end
request = function() return batch end
LUA

ticks() { awk '{print $14 + $15}' "/proc/$1/stat"; }
round() { # label pid wrk-arguments…
  local label=$1 pid=$2 before after
  shift 2
  before=$(ticks "$pid")
  taskset -c 1 wrk -t1 -c64 -d"${seconds}s" "$@" >wrk.out
  after=$(ticks "$pid")
  awk -v label="$label" -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" '
    /requests in/ { n = $1 } /Requests\/sec/ { rate = $2 } /Non-2xx/ { bad = " (" $0 ")" }
    END { printf "%-28s %9.0f req/s  %6.2f us CPU/request%s\n", label, rate, ticks / hz * 1e6 / n, bad }' wrk.out
}
for _ in $(seq "$rounds"); do
  round "nginx return 200" "$(cat worker.pid)" "http://127.0.0.1:$port/"
  round "restjwt /healthz" "$server" "$site/healthz"
  round "restjwt /protected-url/" "$server" -H "Authorization: JWT $token" "$site/protected-url/"
  round "restjwt refresh" "$server" -s refresh.lua "$site/api-token-refresh/"
  round "restjwt protected, 16 a time" "$server" -s pipeline.lua "$site/"
done
