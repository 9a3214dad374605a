#!/usr/bin/env python3
"""Chromaprint on the sounds of bench_hear: hear_beside.py DIR [--fpcalc PATH]

DIR is what `bench_hear --export DIR` wrote. Each file's raw fingerprint is made by fpcalc (Debian: libchromaprint-tools) and laid over every
reference at every offset; the share of differing bits decides. That is kinder than its own service, which looks at 15 s of a
file and wants exact hits. A query counts as recalled when the least share is in its own reference and is below 0.35 and, at zero
false matches, below that of any negative. One JSON object a line, as bench_hear."""
import argparse
import collections
import json
import os
import subprocess
import sys
import time


def fingerprint(fpcalc, path):
    r = subprocess.run([fpcalc, "-raw", "-length", "0", path], capture_output=True, text=True)
    for line in r.stdout.splitlines():
        if line.startswith("FINGERPRINT="):
            return [int(x) & 0xFFFFFFFF for x in line[12:].split(",") if x]
    return []


def packed(words):
    return sum(w << (32 * i) for i, w in enumerate(words))


def best(query, references):
    """The least share of differing bits, and whose it is."""
    n = len(query)
    q, mask, least, whose = packed(query), (1 << (32 * n)) - 1, 1.0, -1
    if n == 0:
        return least, whose
    for name, words, big in references:
        for at in range(max(0, len(words) - n) + 1):
            share = (((big >> (32 * at)) & mask) ^ q).bit_count() / (32 * n)
            if share < least:
                least, whose = share, name
    return least, whose


def main():
    p = argparse.ArgumentParser()
    p.add_argument("dir")
    p.add_argument("--fpcalc", default="fpcalc")
    args = p.parse_args()
    references, lowest, queries, seconds, spent = [], 1.0, [], 0.0, 0.0
    with open(os.path.join(args.dir, "list.tsv"), encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f]
    for kind, edit, length, chant, path in rows:
        began = time.time()
        words = fingerprint(args.fpcalc, path)
        spent += time.time() - began
        seconds += float(length)
        if kind == "reference":
            references.append((int(chant), words, packed(words)))
            continue
        share, whose = best(words, references)
        if kind == "negative":
            print(json.dumps({"bench": "hear_beside", "tool": "fpcalc", "what": "negative", "kind": edit, "share": round(share, 3),
                              "taken_for": whose if share < 0.35 else None}))
            lowest = min(lowest, share)
        else:
            queries.append((edit, int(float(length)), share, whose == int(chant)))
    cells = collections.OrderedDict()
    for edit, length, share, right in queries:
        c = cells.setdefault((edit, length), [0, 0, 0, 0])
        c[0] += 1
        c[1] += right and share < 0.35
        c[2] += right and share < min(0.35, lowest)
        c[3] += not right and share < 0.35
    for (edit, length), (n, found, sure, wrong) in cells.items():
        print(json.dumps({"bench": "hear_beside", "tool": "fpcalc", "what": "recall", "edit": edit, "seconds": length, "queries": n,
                          "recall": round(found / n, 3), "recall_at_no_false_match": round(sure / n, 3), "wrong": wrong}))
    print(json.dumps({"bench": "hear_beside", "tool": "fpcalc", "what": "speed", "times_real": round(seconds / max(spent, 1e-9)),
                      "lowest_negative_share": round(lowest, 3)}))
    return 0


sys.exit(main())
