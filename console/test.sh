#!/bin/sh
# console/test.sh [BUILD]: types, texts, bundle, and the pages in Debian's Chromium. With BUILD, a meson build folder with
# marsad in it, the flows run against the real server over a demo workspace too. Exit code 77: cannot be done here.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
cd "$here"

sh ./build.sh || exit $?
node node_modules/typescript/bin/tsc --noEmit
node test/unit.mjs
node test/pages.mjs
node test/flows.mjs
if [ -n "${1:-}" ]; then node test/real.mjs "$1"; fi
