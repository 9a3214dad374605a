#!/bin/sh
# bench/serve.sh [POSTS] [SECONDS] [looked]: the queue's endpoint under 200 connections beside nginx with a static file of the
# same size, and how long a submitted text takes to its findings: on one connection, one after another, and on 16 at 200 a
# second, each counted from when it was due. All posts of the store still wait for the keeper (words and copies), who works
# at them meanwhile; with `looked` none does. Needs wrk and nginx (Debian: wrk, nginx-light) and build/release with
# -Dbench=true. Everything lies in a folder of /tmp that is kept for the next time: filling it takes minutes.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
build=${MARSAD_BUILD:-$root/build/release}
posts=${1:-1000000}
seconds=${2:-20}
dir=${TMPDIR:-/tmp}/marsad-bench-serve-$posts
listen=127.0.0.1:8479
static=127.0.0.1:8480
rate=200

if [ ! -s "$dir/key" ]; then
    rm -rf "$dir"
    mkdir -p "$dir"
    "$build/bench/bench_desk" "$dir/workspace" "$posts" >"$dir/key.new"
    mv "$dir/key.new" "$dir/key"
fi
if [ "${3:-}" = looked ]; then
    if [ ! -s "$dir-looked/key" ]; then
        rm -rf "$dir-looked"
        mkdir -p "$dir-looked"
        cp -a "$dir/workspace" "$dir-looked"
        "$build/bench/bench_desk" "$dir-looked/workspace" looked
        cp "$dir/key" "$dir-looked"
    fi
    dir=$dir-looked
fi
key=$(cat "$dir/key")
cat "$dir/workspace/marsad.db" >/dev/null # as on a machine that has run for a while: the file is in memory
began=$(date +%s%N)
"$build/src/marsad" serve -w "$dir/workspace" --listen "$listen" --json >"$dir/serve.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; [ ! -f "$dir/nginx.pid" ] || kill "$(cat "$dir/nginx.pid")" 2>/dev/null; wait' EXIT
until curl -fsS -o /dev/null "http://$listen/healthz" 2>/dev/null; do sleep 0.02; done
echo "answers after $((($(date +%s%N) - began) / 1000000)) ms"

mkdir -p "$dir/www"
curl -fsS -H "Authorization: Bearer $key" "http://$listen/api/v1/queue" >"$dir/www/queue.json"
cat >"$dir/nginx.conf" <<CONF
daemon on; pid $dir/nginx.pid; error_log $dir/nginx.err; worker_processes auto;
events { worker_connections 1024; }
http { access_log off; types { application/json json; }
  server { listen $static; root $dir/www; keepalive_requests 100000000; } }
CONF
nginx -c "$dir/nginx.conf" 2>/dev/null

echo "queue page: $(wc -c <"$dir/www/queue.json") bytes, $posts posts; load $(cut -d' ' -f1 /proc/loadavg)"
echo "--- marsad"
wrk -t1 -c200 -d"${seconds}s" --latency -H "Authorization: Bearer $key" "http://$listen/api/v1/queue" | grep -E '50%|99%|Requests/sec|Non-2xx|Socket'
echo "--- nginx, a static file of the same size"
wrk -t1 -c200 -d"${seconds}s" --latency "http://$static/queue.json" | grep -E '50%|99%|Requests/sec|Non-2xx|Socket'
echo "--- a text to its findings, one after another; load $(cut -d' ' -f1 /proc/loadavg)"
"$build/bench/bench_submit" "${listen#*:}" "$key" "$seconds" 1
echo "--- the same, $rate a second due on 16 connections"
"$build/bench/bench_submit" "${listen#*:}" "$key" "$seconds" 16 "$rate"
echo "memory: $(awk '/VmRSS/ {print $2 / 1024}' "/proc/$server/status") MiB"
