#!/bin/sh
# console/build.sh [--dev]: makes build/console/dist with node and npm. Exit code 77, with a last line that says why, where
# that cannot be done here: the program is then built without its console. Does nothing when nothing has changed.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$(dirname -- "$here")
out=$root/build/console
cd "$here"

cannot()
{
    echo "The console was not built: $*"
    exit 77
}

command -v node >/dev/null 2>&1 || cannot "node is missing (Debian: nodejs)"
[ "$(node -p 'parseInt(process.versions.node)')" -ge 18 ] || cannot "node is older than 18"

signature=$(cat package-lock.json build.mjs tools/*.mjs texts/*.txt styles/*.css src/*.* src/*/*.* \
    "$root"/policy/texts/en.txt "$root"/policy/texts/fr.txt "$root"/policy/texts/ar.txt "$root"/policy/texts/network.*.txt "$root/src/serve/openapi.json" | cksum) \
    || exit 2
if [ -f "$out/dist/index.html" ] && [ "$(cat "$out/.made-of" 2>/dev/null)" = "$signature ${1:-}" ]; then
    echo "The console is as it was."
    exit 0
fi

# What package-lock.json names, byte for byte; no script of a package runs.
lock=$(cksum <package-lock.json)
if [ "$(cat node_modules/.made-of 2>/dev/null)" != "$lock" ]; then
    command -v npm >/dev/null 2>&1 || cannot "npm is missing (Debian: npm)"
    npm ci --ignore-scripts --no-audit --no-fund || cannot "npm could not fetch what package-lock.json names"
    echo "$lock" >node_modules/.made-of
fi

node build.mjs "$@"
echo "$signature ${1:-}" >"$out/.made-of"
