#!/usr/bin/env python3
"""The sets that the project wrote (tools/written/*.txt), as label-TAB-text lines: written_sets.py FOLDER OUT

A pattern is expanded into all its choices, of which the first so many in the order of their SHA-256 are kept: the same
input gives the same files. "@set NAME a|b" names choices for {@NAME}. What one pattern gives is a group, with an empty line between groups. Every third line with a
label is also quoted in one of the frames of quoting.txt, as none.
"""
import glob
import hashlib
import itertools
import os
import re
import sys


def expand(pattern):
    parts = [p[1:-1].split("|") if p.startswith("{") else [p] for p in re.findall(r"\{[^}]*\}|[^{]+", pattern)]
    for choice in itertools.product(*parts):
        yield re.sub(r" +", " ", "".join(choice)).strip()


def order(text):
    return hashlib.sha256(text.encode()).digest()


def frames_of(path):
    frames, lang = {}, ""
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line.startswith("@lang "):
            lang = line[6:]
        elif line and not line.startswith("#"):
            frames.setdefault(lang, []).append(line)
    return frames


def lines_of(path, frames):
    lang, seen, lists = "", set(), {}
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line.startswith("@lang "):
            lang = line[6:]
        if line.startswith("@set "):
            _, name, choices = line.split(" ", 2)
            lists["@" + name] = choices
        if not line or line[0] in "#@":
            continue
        label, most, pattern = line.split("\t")
        pattern = re.sub(r"@[A-Z]+", lambda m: lists[m.group()], pattern)
        yield "", ""
        for text in sorted(set(expand(pattern)), key=order)[:int(most)]:
            if text in seen:
                continue
            seen.add(text)
            yield label, text
            draw = order(text)[-1]
            if label != "none" and lang in frames and draw % 3 == 0:
                yield "none", frames[lang][draw // 3 % len(frames[lang])] % text


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    frames = frames_of(os.path.join(sys.argv[1], "quoting.txt"))
    for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.txt"))):
        name = os.path.basename(path)[:-4]
        if name == "quoting":
            continue
        with open(os.path.join(sys.argv[2], name + ".tsv"), "w", encoding="utf-8") as out:
            lines = list(lines_of(path, frames))[1:]
            out.writelines(f"{label}\t{text}\n" if label else "\n" for label, text in lines)


main()
