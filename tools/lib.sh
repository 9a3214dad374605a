# shellcheck shell=sh
# What ./run and ./check share. Sourced from the top of the source tree, or with `root` set to it.
: "${root:=$PWD}"

fail()
{
    echo "$*" >&2
    exit 2
}

# A bare chroot has no /proc and no terminals; sanitizers, and programs that look for themselves, need the one, tests of
# what a terminal shows the other. Mounted for as long as this script runs.
need_proc()
{
    mounted=
    trap unmount_all EXIT
    trap 'exit 130' HUP INT TERM
    mount_here /proc/self/stat proc /proc ||
        fail "/proc is not mounted, and could not be: mount -t proc proc /proc"
    mount_here /dev/pts/ptmx devpts /dev/pts -o newinstance,ptmxmode=0666 || true
}

unmount_all()
{
    for mounted_place in $mounted; do umount "$mounted_place" 2>/dev/null || umount -l "$mounted_place"; done
}

# mount_here PROOF TYPE PLACE OPTIONS…: unless PROOF is there.
mount_here()
{
    [ ! -e "$1" ] || return 0
    [ "$(id -u)" = 0 ] || return 1
    mount_type=$2 mount_place=$3
    shift 3
    mount -t "$mount_type" "$@" "$mount_type" "$mount_place" 2>/dev/null || return 1
    mounted="$mount_place $mounted"
    echo "$mount_place was not there: mounted until this ends."
}

# step LOG WORDS… -- COMMAND…: a line that says what is done, and the end of its log when it fails.
step()
{
    step_log=$1
    shift
    step_words=
    while [ "$1" != -- ]; do
        step_words="$step_words${step_words:+ }$1"
        shift
    done
    shift
    mkdir -p "$(dirname -- "$step_log")"
    step_from=$(date +%s)
    printf '%s … ' "$step_words"
    if "$@" >"$step_log" 2>&1; then
        echo "done, $(($(date +%s) - step_from)) s"
        return 0
    fi
    echo "failed"
    tail -n 40 "$step_log" | sed 's/^/    /' >&2
    echo "    (all of it: $step_log)" >&2
    return 1
}

# configure DIR ARGS…: meson setup where it was not done with these arguments yet. Compilers come from $1's caller.
configure()
{
    configure_dir=$1
    shift
    configure_stamp="$configure_dir/.configured"
    if [ -f "$configure_dir/build.ninja" ] && [ "$(cat "$configure_stamp" 2>/dev/null)" = "$*" ]; then
        return 0
    fi
    rm -rf "$configure_dir"
    meson setup "$configure_dir" "$root" "$@" && echo "$*" >"$configure_stamp"
}

# with_cache COMPILER: the compiler, behind ccache where there is one.
with_cache()
{
    if command -v ccache >/dev/null 2>&1; then echo "ccache $1"; else echo "$1"; fi
}
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
