#!/usr/bin/env python3
"""The whole of Read, as a post is flagged, on HateCheck's functions (Röttger et al. 2021): read_hatecheck.py MARSAD hatecheck.csv

The file has the columns functionality, test_case, label_gold, templ_id. Templates of even numbers were looked at while the patterns
of tools/written_west were written and the bar of src/detect/classify.c was set; those of odd numbers were not. Abuse of one person
is no hate to HateCheck, but abuse to us: it is counted apart. Shares flagged, with Wilson's 95 % intervals.
"""
import collections
import csv
import json
import math
import subprocess
import sys


def wilson(k, n, z=1.959964):
    if n == 0:
        return 0.0, 1.0
    middle, reach = k / n + z * z / (2 * n), z * math.sqrt(k / n * (1 - k / n) / n + z * z / (4 * n * n))
    return (middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    rows = list(csv.DictReader(open(sys.argv[2], encoding="utf-8")))
    out = subprocess.run([sys.argv[1], "text", "--json"], check=True, stdout=subprocess.PIPE, encoding="utf-8",
                         input="".join(r["test_case"].replace("\n", " ") + "\n" for r in rows)).stdout.splitlines()
    n, flagged = collections.Counter(), collections.Counter()
    for row, line in zip(rows, out):
        half = "odd" if int((row["templ_id"] or "0").split(".")[0]) % 2 else "even"
        group = row["label_gold"] if row["functionality"] != "target_indiv_nh" else "abuse of one person"
        for key in ((group, "all"), (group, half), (row["functionality"], "all")):
            n[key] += 1
            flagged[key] += json.loads(line)["flagged"]
    for key in sorted(n):
        low, high = wilson(flagged[key], n[key])
        print(f"{key[0]:22} {key[1]:5} {flagged[key]:5} of {n[key]:5} flagged  {100 * flagged[key] / n[key]:5.1f} % "
              f"[{100 * low:.1f}, {100 * high:.1f}]")


main()
