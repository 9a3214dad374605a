#!/bin/sh
# tools/packages.sh PURPOSE…: the Debian packages that a purpose needs; installs those that are missing.
#
#     build   compiling the product
#     demo    drawing the demo world
#     check   tests, sanitizers and linters
#     console node and npm for the console; what is there by another name than Debian's is left alone
#     browser Chromium and letters for the console's tests
#
# Says which it installs and asks for nothing. With --list it only prints their names. As another user than root it
# goes through `sudo -n`; where that is not allowed it prints the line to be typed.
set -eu

build="gcc g++ libc6-dev make meson ninja-build pkg-config
    libjson-c-dev libsodium-dev libutf8proc-dev libsqlite3-dev liblua5.4-dev libvectorscan-dev libseccomp-dev libkissfft-dev
    libphonenumber-dev libfribidi-dev zlib1g-dev libcivetweb-dev libcurl4-openssl-dev
    libssl-dev libarchive-dev libcairo2-dev libpango1.0-dev fonts-hosny-amiri fonts-noto-core fonts-noto-mono fonts-dejavu-core
    libavformat-dev libavcodec-dev libavutil-dev libswscale-dev libswresample-dev libjpeg62-turbo-dev"
demo="libcairo2-dev libpango1.0-dev ffmpeg espeak-ng fonts-hosny-amiri fonts-dejavu-core"
check="libcmocka-dev python3-jsonschema libssl-dev openssl qpdf poppler-utils libigraph-dev binutils clang clang-tidy clang-format llvm libclang-rt-14-dev shellcheck git"

console="nodejs npm"
browser="chromium fonts-noto-core"

# unless COMMAND PACKAGE: the package, where no such command is there.
unless()
{
    command -v "$1" >/dev/null 2>&1 || echo "$2"
}

list_only=no
wanted=
for word; do
    case $word in
    --list) list_only=yes ;;
    build) wanted="$wanted $build" ;;
    demo) wanted="$wanted $demo" ;;
    check) wanted="$wanted $check" ;;
    console)
        if [ $list_only = yes ]; then wanted="$wanted $console"; else wanted="$wanted $(unless node nodejs) $(unless npm npm)"; fi
        ;;
    browser) wanted="$wanted $browser" ;;
    *)
        echo "packages.sh: $word: not build, demo, check, console or browser" >&2
        exit 2
        ;;
    esac
done

if [ $list_only = yes ]; then
    # shellcheck disable=SC2086 # one word a package
    printf '%s\n' $wanted
    exit 0
fi

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is no Debian: the packages are taken to be there already." >&2
    exit 0
fi

missing=
for package in $wanted; do
    case $(dpkg-query -W -f='${db:Status-Status} ' "$package" 2>/dev/null || true) in
    'installed '*) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "These Debian packages are missing and only root can install them. As root, please type:" >&2
        echo "    apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
    as_root="sudo -n"
fi

echo "Installing Debian packages:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # one word a package
install_them()
{
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
}
if ! { $as_root apt-get update && install_them; } >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "Debian's packages could not be installed; the end of what apt-get said is above." >&2
    exit 1
fi
