#!/bin/sh
# tools/linked.sh BUILD: what the product's programs are linked with, or load when they need it (their .note.dlopen says
# which: src/base/late.h), against the licences that the project can live with. The codecs (and whatever comes with them) belong to marsad-worker alone.
set -eu
build=$1
bad=0

# name of the library, its licence
allowed='libc LGPL-2.1
libm LGPL-2.1
ld-linux-x86-64 LGPL-2.1
ld-linux-aarch64 LGPL-2.1
libgcc_s GPL-3.0-with-GCC-exception
libstdc++ GPL-3.0-with-GCC-exception
libjson-c MIT
libsodium ISC
libutf8proc MIT
libsqlite3 public-domain
liblua5.4 MIT
libhs BSD-3-Clause
libseccomp LGPL-2.1
libkissfft-float BSD-3-Clause
libphonenumber Apache-2.0
libprotobuf BSD-3-Clause
libz Zlib
libcivetweb MIT
libcurl curl
libssl Apache-2.0
libcrypto Apache-2.0
libarchive BSD-2-Clause
libcairo LGPL-2.1-or-MPL-1.1
libpangocairo-1.0 LGPL-2.0
libpango-1.0 LGPL-2.0
libgobject-2.0 LGPL-2.1
libglib-2.0 LGPL-2.1
libfribidi LGPL-2.1'
codecs='libavformat libavcodec libavutil libswscale libswresample libjpeg'

needs()
{
    readelf -d "$1" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
    readelf -p .note.dlopen "$1" 2>/dev/null | sed -n 's/.*"soname":\["\([^"]*\)"\].*/\1/p' | sort -u
}

for program in $(find "$build/src" -type f -perm -u+x \( -name 'marsad*' -o -name '*.so*' \) ! -name '*.p' | sort); do
    for library in $(needs "$program"); do
        name=${library%%.so*}
        case " $codecs " in
        *" $name "*)
            [ "$(basename "$program")" = marsad-worker ] && continue
            echo "$program is linked with $library: only the worker may be"
            bad=1
            continue
            ;;
        esac
        licence=$(printf '%s\n' "$allowed" | sed -n "s/^$name //p")
        if [ -z "$licence" ]; then
            echo "$program is linked with $library, whose licence is not in tools/linked.sh"
            bad=1
        else
            echo "$(basename "$program"): $library ($licence)"
        fi
    done
done
exit $bad
