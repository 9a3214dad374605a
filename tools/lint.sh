#!/bin/sh
# tools/lint.sh format|headers|public|walls|words|texts|schemas: one look at the sources. Silent when all is well.
set -eu
cd "$(dirname -- "$0")/.."
bad=0
complain()
{
    echo "$*"
    bad=1
}

sources() { find src include tests bench demo -name '*.[ch]' -o -name '*.cc' -o -name '*.cpp' 2>/dev/null | sort; }

flags="-std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -Wno-unused-parameter -fsyntax-only -x c"

case ${1:-} in
format)
    # shellcheck disable=SC2046 # names without spaces
    clang-format --dry-run -Werror $(sources) || bad=1
    ;;

headers)
    # Each header by itself. (That a room includes only what it may, the build sees to.)
    includes=
    for room in src/*/; do
        room=$(basename "$room")
        mkdir -p "build/lint/$room"
        ln -sfn "$PWD/src/$room" "build/lint/$room/$room"
        includes="$includes -Ibuild/lint/$room"
    done
    libraries=$(pkg-config --cflags json-c libsodium libhs lua5.4 sqlite3 libseccomp kissfft-float pangocairo)
    # (*_body.h is code that a file includes once for every instruction set.)
    for header in $(find src -name '*.h' ! -name '*_body.h' | sort); do
        # shellcheck disable=SC2086 # flags are words
        gcc $flags $includes -Iinclude $libraries "$header" || complain "$header does not compile alone"
    done
    ;;

public)
    for header in include/*.h; do
        gcc -std=c17 -pedantic-errors -Wall -Wextra -Wstrict-prototypes -Werror -fsyntax-only -x c "$header" ||
            complain "$header is not plain C17"
        g++ -std=c++17 -pedantic-errors -Wall -Wextra -Werror -fsyntax-only -x c++ "$header" ||
            complain "$header cannot be used from C++"
    done
    ;;

walls)
    # A room's private header is its own.
    for file in $(find src -name '*.[ch]' -o -name '*.cc' | sort); do
        room=${file#src/}
        room=${room%%/*}
        # shellcheck disable=SC2013 # words, by design
        for private in $(sed -n 's/^ *#include "\([a-z_]*\)\/[a-z0-9_]*_priv\.h".*/\1/p' "$file"); do
            [ "$private" = "$room" ] || complain "$file includes a private header of $private"
        done
    done
    # The codecs are for the worker alone.
    # shellcheck disable=SC2013 # names without spaces
    for file in $(grep -lE '#include <(libav|libsw)' -r src | sort); do
        case $file in
        src/media/*) ;;
        *) complain "$file includes a codec library" ;;
        esac
    done
    ;;

words)
    # What a finished house does not say.
    if grep -rnwE 'TODO|FIXME|HACK' src include tests bench demo policy docs tools/*.awk run check meson.build \
        --include='*' --exclude-dir=corpus 2>/dev/null | grep -v 'lint.sh'; then
        complain "unfinished business"
    fi
    if grep -rnE '(^|[^a-z])/(work/|home/[a-z]|root/)' src include tests bench demo policy docs run check meson.build \
        --exclude-dir=corpus 2>/dev/null; then
        complain "a path of somebody's machine"
    fi
    ;;

texts)
    # The three languages say the same things, with the same holes to fill.
    keys()
    {
        sed -n 's/^\([a-z][A-Za-z0-9_.-]*\) *=.*/\1/p' "policy/texts/$1.txt" policy/texts/*."$1.txt" | sort
    }
    holes()
    {
        awk '/^[a-z][A-Za-z0-9_.-]* *=/ {
            key = $0; sub(/ *=.*/, "", key); rest = $0; sub(/^[^=]*=/, "", rest); line = ""
            for (i = 0; i < 10; i++) if (index(rest, "{" i "}")) line = line i
            print key, line }' "policy/texts/$1.txt" policy/texts/*."$1.txt" | sort
    }
    [ -f policy/texts/en.txt ] || { echo "no texts in this version"; exit 77; }
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    keys en | uniq -d | grep . && complain "keys that stand twice"
    for lang in en fr ar; do holes $lang >"$work/$lang"; done
    for lang in fr ar; do diff "$work/en" "$work/$lang" || complain "policy/texts/$lang.txt and en.txt differ"; done
    ;;

schemas)
    for schema in $(find docs policy -name '*.json' 2>/dev/null | sort); do
        python3 -m json.tool "$schema" >/dev/null || complain "$schema is not JSON"
    done
    ;;

*)
    echo "usage: tools/lint.sh format|headers|public|walls|words|texts|schemas" >&2
    exit 2
    ;;
esac
exit $bad
