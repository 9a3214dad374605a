#!/bin/sh
# clang-tidy over src/, with the checks of .clang-tidy. A file that was clean stays so until it, a header or the checks
# change: the second run takes moments.
set -eu
cd "$(dirname -- "$0")/.."
root=$PWD
build=$root/build/tidy
# shellcheck source=tools/lib.sh
. tools/lib.sh
CC=clang CXX=clang++ configure "$build" -Dbuildtype=debug -Dtests=false -Ddemo=false -Dbench=false -Db_lundef=false
# Sources that are made by the build must be there before they can be read.
ninja -C "$build" >"$build/ninja.log" || { cat "$build/ninja.log"; exit 1; }
mkdir -p "$build/clean"
common=$({ cat .clang-tidy "$build/build.ninja" && find src include -name '*.h' | sort | xargs cat; } | sha256sum)
list=$build/tidy.list
: >"$list"
for file in $(find src -name '*.c' | sort); do
    # Only what this build compiles.
    grep -q "\"file\": \"../../$file\"" "$build/compile_commands.json" || continue
    key=$({ echo "$common" && cat "$file"; } | sha256sum | cut -c1-32)
    [ -f "$build/clean/$key" ] || echo "$file $key" >>"$list"
done
[ -s "$list" ] || exit 0
export build
# shellcheck disable=SC2016 # the inner shell's variables
xargs -P "$(nproc)" -n 2 sh -c '
    out=$(clang-tidy --quiet -p "$build" "$0" 2>/dev/null) && code=0 || code=1
    if [ $code = 0 ] && [ -z "$out" ]; then touch "$build/clean/$1"; exit 0; fi
    printf "%s\n" "$out"
    exit 1' <"$list"
