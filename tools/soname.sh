#!/bin/sh
# tools/soname.sh NAME COMPILER…: by which name the loader knows -lNAME ("curl": "libcurl.so.4").
set -eu
name=$1
shift
file=$("$@" -print-file-name="lib$name.so")
[ -e "$file" ] || { echo "soname.sh: the compiler finds no lib$name.so" >&2; exit 1; }
readelf -d "$file" | sed -n 's/.*(SONAME).*\[\(.*\)\].*/\1/p'
