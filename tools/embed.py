#!/usr/bin/env python3
"""Writes C tables of files: embed.py OUT.c ROOT FILE...  Names are relative to ROOT."""
import os
import sys


def main():
    out, root, files = sys.argv[1], sys.argv[2], sys.argv[3:]
    with open(out, "w", encoding="ascii") as c:
        c.write('#include "policy/builtin_priv.h"\n#include "policy/policy.h"\n')
        names, sizes = [], []
        for i, path in enumerate(files):
            with open(path, "rb") as f:
                data = f.read()
            names.append(os.path.relpath(path, root).replace(os.sep, "/"))
            sizes.append(len(data))
            if len(data) > 65536:
                # As it lies on disk: a table of so many numbers takes minutes to compile.
                c.write(f'__asm__(".section .rodata\\n.balign 64\\nmarsad_file_{i}:\\n.incbin \\"{os.path.abspath(path)}\\""\n'
                        '        "\\n.byte 0\\n.previous\\n");\n'
                        f'extern const unsigned char marsad_file_{i}[];\n')
                continue
            # One byte more than there is, so that no array is empty.
            c.write(f"static const unsigned char marsad_file_{i}[] = {{\n")
            for at in range(0, len(data), 24):
                c.write(",".join(str(b) for b in data[at:at + 24]) + ",\n")
            c.write("0};\n")
        c.write("const char *const builtin_names[] = {" + "".join(f'"{n}", ' for n in names) + "0};\n")
        c.write("const unsigned char *const builtin_bytes[] = {" +
                "".join(f"marsad_file_{i}, " for i in range(len(files))) + "0};\n")
        c.write("const size_t builtin_sizes[] = {" + "".join(f"{n}, " for n in sizes) + "0};\n")


main()
