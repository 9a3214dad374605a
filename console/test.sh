#!/bin/sh
# console/test.sh [BUILD]: types, texts, bundle, and the pages in Debian's Chromium. With BUILD, a meson build folder with
# marsad in it, the flows run against the real server over a demo workspace too, and the program is asked over TLS. Exit code 77:
# cannot be done here.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
cd "$here"

sh ./build.sh || exit $?
node node_modules/typescript/bin/tsc --noEmit

# Each to its end, whatever the others found; each ends with “N passed, N failed, N skipped”.
worst=0
one()
{
    code=0
    "$@" || code=$?
    case $code in
    0) ;;
    77) [ $worst != 0 ] || worst=77 ;;
    *) worst=1 ;;
    esac
}

# The real server's flows wait for deadlines to pass, and the program's for those who crawl: they run beside the others, and
# what they say comes last.
real=
program=
logs=
trap '[ -z "$real" ] || kill "$real" "$program" 2>/dev/null; [ -z "$logs" ] || rm -rf "$logs"' EXIT
trap 'exit 130' INT TERM
if [ -n "${1:-}" ]; then
    logs=$(mktemp -d)
    node test/real.mjs "$1" >"$logs/real" 2>&1 &
    real=$!
    node test/program.mjs "$1" >"$logs/program" 2>&1 &
    program=$!
fi
one node test/unit.mjs
one node test/pages.mjs
one node test/flows.mjs
if [ -n "$real" ]; then
    one wait "$program"
    one wait "$real"
    real=
    cat "$logs/program" "$logs/real"
fi
exit $worst
