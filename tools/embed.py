#!/usr/bin/env python3
"""Writes C tables of files.

    embed.py OUT.c ROOT FILE...              the policy's: builtin_names, builtin_bytes, builtin_sizes
    embed.py --console OUT.c ROOT FILE...    the console's: console_names … ; a FILE that is a folder is all that is in it,
                                             with names relative to that folder, nothing when it is not there
Names are relative to ROOT."""
import io
import os
import sys


def main():
    console = sys.argv[1] == "--console"
    args = sys.argv[2:] if console else sys.argv[1:]
    out, root, files = args[0], args[1], args[2:]
    table, label = ("console", "marsad_console") if console else ("builtin", "marsad_file")
    inside = {}
    for path in [p for p in files if os.path.isdir(p)]:
        files.remove(path)
        for folder, _, names in sorted(os.walk(path)):
            for name in sorted(names):
                if name.endswith(".map"):
                    continue
                full = os.path.join(folder, name)
                inside[full] = os.path.relpath(full, path).replace(os.sep, "/")
                files.append(full)
    files = [f for f in files if os.path.isfile(f)]
    c = io.StringIO()
    if console:
        c.write('#include "serve/console_priv.h"\n')
    else:
        c.write('#include "policy/builtin_priv.h"\n#include "policy/policy.h"\n')
    names, sizes = [], []
    for i, path in enumerate(files):
        with open(path, "rb") as f:
            data = f.read()
        names.append(inside.get(path) or os.path.relpath(path, root).replace(os.sep, "/"))
        sizes.append(len(data))
        if len(data) > 65536:
            # As it lies on disk: a table of so many numbers takes minutes to compile.
            c.write(f'__asm__(".section .rodata\\n.balign 64\\n{label}_{i}:\\n.incbin \\"{os.path.abspath(path)}\\""\n'
                    '        "\\n.byte 0\\n.previous\\n");\n'
                    f'extern const unsigned char {label}_{i}[];\n')
            continue
        # One byte more than there is, so that no array is empty.
        c.write(f"static const unsigned char {label}_{i}[] = {{\n")
        for at in range(0, len(data), 24):
            c.write(",".join(str(b) for b in data[at:at + 24]) + ",\n")
        c.write("0};\n")
    c.write(f"const char *const {table}_names[] = {{" + "".join(f'"{n}", ' for n in names) + "0};\n")
    c.write(f"const unsigned char *const {table}_bytes[] = {{" +
            "".join(f"{label}_{i}, " for i in range(len(files))) + "0};\n")
    c.write(f"const size_t {table}_sizes[] = {{" + "".join(f"{n}, " for n in sizes) + "0};\n")
    # As it was: nothing is compiled anew.
    if os.path.exists(out):
        with open(out, encoding="ascii") as f:
            if f.read() == c.getvalue():
                return
    with open(out, "w", encoding="ascii") as f:
        f.write(c.getvalue())


main()
