#!/usr/bin/env python3
"""The exact mode in plain Python, to be timed beside `marsad network --compat coortweet`: a sort by (object, time) and a
sliding window, as the field's own scripts do it. Same rules, same edges.

network_sweep.py FILE [WINDOW_S] [MIN_PARTICIPATION] [EDGES.csv]
"""
import csv
import gzip
import sys
import time
from collections import Counter, defaultdict


def read(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", newline="") as f:
        rows = csv.DictReader(f)
        return [(r["object_id"], r["account_id"], r["content_id"], float(r["timestamp_share"])) for r in rows]


def pairs_of(rows, window):
    """(older, newer) of every two rows of one object within the window."""
    first = {}
    for _, account, _, _ in rows:
        first.setdefault(account, len(first))
    rows.sort(key=lambda r: (r[0], r[3], first[r[1]]))
    low = 0
    for i, (obj, account, content, at) in enumerate(rows):
        while rows[low][0] != obj or at - rows[low][3] > window:
            low += 1
        if content == "" or content == obj:
            continue
        for j in range(low, i):
            older = rows[j]
            if older[1] != account and older[2] != content and older[2] != "" and older[2] != obj:
                yield older, rows[i]


def edges_of(rows, window, participation):
    count = Counter(r[1] for r in rows)
    rows = [r for r in rows if count[r[1]] >= participation]
    pairs = list(pairs_of(rows, window))
    contents = {p[2] for pair in pairs for p in pair}
    taking_part = Counter(r[1] for r in rows if r[2] in contents)
    members = {r[2] for r in rows if taking_part[r[1]] >= participation} if participation >= 1 else contents
    edges = defaultdict(lambda: [0, 0.0, set(), set()])
    for older, newer in pairs:
        if older[2] not in members and newer[2] not in members:
            continue
        e = edges[min(older[1], newer[1]), max(older[1], newer[1])]
        e[0] += 1
        e[1] += newer[3] - older[3]
        e[2].add(older[2])
        e[3].add(newer[2])
    return edges, len(pairs)


def main():
    start = time.process_time()
    window = float(sys.argv[2]) if len(sys.argv) > 2 else 60
    participation = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    rows = read(sys.argv[1])
    n, loaded = len(rows), time.process_time()
    edges, pairs = edges_of(rows, window, participation)
    done = time.process_time()
    print(f'{{"rows":{n},"pairs":{pairs},"edges":{len(edges)},"read_cpu_ms":{1000 * (loaded - start):.0f},'
          f'"all_cpu_ms":{1000 * (done - start):.0f}}}')
    if len(sys.argv) > 4:
        with open(sys.argv[4], "w", encoding="utf-8", newline="") as f:
            out = csv.writer(f, lineterminator="\n")
            out.writerow(["a", "b", "weight", "avg_time_delta", "n_content_id", "n_content_id_y"])
            for (a, b), (weight, gaps, older, newer) in sorted(edges.items()):
                out.writerow([a, b, weight, f"{gaps / weight:.15g}", len(older), len(newer)])


if __name__ == "__main__":
    main()
