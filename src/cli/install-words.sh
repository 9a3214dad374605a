#!/bin/sh
# install-words.sh MARSAD MANDIR DATADIR: the manual in three languages and the completions, written by the program that
# they speak of. Run by `meson install`.
set -eu
marsad=$1
root=${MESON_INSTALL_DESTDIR_PREFIX:?run by meson install}
case $2 in /*) man=${DESTDIR:-}$2 ;; *) man=$root/$2 ;; esac
case $3 in /*) data=${DESTDIR:-}$3 ;; *) data=$root/$3 ;; esac

# put FILE COMMAND…
put()
{
    file=$1
    shift
    mkdir -p "$(dirname -- "$file")"
    "$marsad" "$@" >"$file"
    chmod 644 "$file"
}

put "$man/man1/marsad.1" man --lang en
put "$man/fr/man1/marsad.1" man --lang fr
put "$man/ar/man1/marsad.1" man --lang ar
put "$data/bash-completion/completions/marsad" completion bash --lang en
put "$data/zsh/site-functions/_marsad" completion zsh --lang en
put "$data/fish/vendor_completions.d/marsad.fish" completion fish --lang en
