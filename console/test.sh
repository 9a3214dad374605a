#!/bin/sh
# console/test.sh [BUILD]: types, texts, bundle, and the pages in Debian's Chromium. With BUILD, a meson build folder with
# marsad in it, the flows run against the real server over a demo workspace too. Exit code 77: cannot be done here.
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
    node "$@" || code=$?
    case $code in
    0) ;;
    77) [ $worst != 0 ] || worst=77 ;;
    *) worst=1 ;;
    esac
}
one test/unit.mjs
one test/pages.mjs
one test/flows.mjs
if [ -n "${1:-}" ]; then one test/real.mjs "$1"; fi
exit $worst
