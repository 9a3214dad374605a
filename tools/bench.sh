#!/bin/sh
# tools/bench.sh BUILD: every benchmark, one JSON object a line, on inputs that are made here.
set -eu
cd "$(dirname -- "$0")/.."
build=$1
inputs=$build/inputs
case $build in /*) ;; *) build=$PWD/$build ;; esac
export MARSAD_WORKER="$build/src/media/marsad-worker"
mkdir -p "$inputs"

"$build/demo/marsad-demo-world" "$inputs/world" >&2
# A text a line: the captions of the demo world, over and over.
if [ ! -f "$inputs/captions.txt" ]; then
    sed -n 's/.*"desc":"\([^"]*\)".*/\1/p' "$inputs"/world/feeds/browser/*.ndjson >"$inputs/once.txt"
    for _ in $(seq 200); do cat "$inputs/once.txt"; done >"$inputs/captions.txt"
fi
if [ ! -f "$inputs/network.csv" ]; then "$build/bench/network_gen" -n 200000 >"$inputs/network.csv"; fi

run()
{
    basename "$1" >&2
    "$@"
}
run "$build/bench/bench_pdq"
run "$build/bench/bench_hamming"
run "$build/bench/bench_text" "$inputs/captions.txt" policy/models/read.model policy/lexicons/*.tsv
run "$build/bench/bench_network" "$inputs/network.csv"
run "$build/bench/bench_network" -c "$inputs/network.csv"
run "$build/bench/bench_pileon" 1
run "$build/bench/bench_ingest" --clips "$inputs/world/clips"
