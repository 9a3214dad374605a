#!/usr/bin/env python3
"""What a second of sound costs to look for as references grow: hear_scale.py LINES… OUT_FOLDER

LINES: what bench_hear_scale printed (files; of several for one size the last counts). Writes hear_scale.csv and hear_scale.svg: processor time per
second of sound, logarithmic both ways, for queries that are in the references as they are, under speech, and in none. One index
holds up to 1,700 hours; of more there are several, asked one after the other: so 3,000 and 10,000 hours are given as three and ten times the
largest that was measured when that is 1,000, and drawn hollow."""
import csv
import json
import math
import os
import sys

KINDS = [("as it is", "#1f5fa8"), ("speech 0 dB", "#2a8f5a"), ("in no reference", "#b3452c")]
BEYOND = [3000, 10000]


def read(paths):
    rows = {}
    for path in paths:
        with open(path, encoding="utf-8") as f:
            for line in f:
                if not line.startswith("{"):
                    continue
                row = json.loads(line)
                if row.get("bench") == "hear_scale" and "query" in row:
                    rows[(row["query"], row["hours"])] = row
    out = []
    for kind, _ in KINDS:
        sizes = sorted(hours for q, hours in rows if q == kind)
        for hours in sizes:
            r = rows[(kind, hours)]
            out.append({"query": kind, "hours": hours, "ms_per_second": r["ms_per_second"], "times_real": r["times_real"],
                        "found": r["found"], "queries": r["queries"], "measured": 1})
        if sizes and sizes[-1] == 1000:
            for hours in BEYOND:
                ms = rows[(kind, 1000)]["ms_per_second"] * hours / 1000
                out.append({"query": kind, "hours": hours, "ms_per_second": round(ms, 3), "times_real": round(1000 / ms), "found": "",
                            "queries": "", "measured": 0})
    return out


def svg(rows):
    width, height, left, bottom = 640, 400, 70, 50
    x0, x1, y0, y1 = 0.9, 4.1, -1, 1.5

    def px(x):
        return left + (math.log10(x) - x0) / (x1 - x0) * (width - left - 20)

    def py(y):
        return height - bottom - (math.log10(y) - y0) / (y1 - y0) * (height - bottom - 20)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
           f'<rect width="{width}" height="{height}" fill="#fff"/>']
    for e in (10, 100, 1000, 10000):
        out.append(f'<text x="{px(e):.0f}" y="{height - bottom + 18}" text-anchor="middle">{e:,}</text>'
                   f'<line x1="{px(e):.0f}" x2="{px(e):.0f}" y1="20" y2="{height - bottom}" stroke="#ddd"/>')
    for e in (0.1, 1, 10):
        out.append(f'<text x="{left - 8}" y="{py(e) + 4:.0f}" text-anchor="end">{e:g} ms</text>'
                   f'<line x1="{left}" x2="{width - 20}" y1="{py(e):.0f}" y2="{py(e):.0f}" stroke="{"#999" if e == 1 else "#ddd"}"/>')
    for i, (kind, colour) in enumerate(KINDS):
        line = [r for r in rows if r["query"] == kind]
        points = " ".join(f'{px(r["hours"]):.1f},{py(r["ms_per_second"]):.1f}' for r in line)
        out.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{px(r["hours"]):.1f}" cy="{py(r["ms_per_second"]):.1f}" r="4" stroke="{colour}" '
                f'fill="{colour if r["measured"] else "#fff"}"/>' for r in line]
        out.append(f'<text x="{left + 12}" y="{36 + 16 * i}" fill="{colour}">{kind}</text>')
    out.append(f'<text x="{(width + left) / 2}" y="{height - 12}" text-anchor="middle">hours of references</text>'
               f'<text x="{left}" y="14">processor time per second of sound; 1 ms is a thousand times real time</text></svg>')
    return "\n".join(out) + "\n"


def main():
    rows, target = read(sys.argv[1:-1]), sys.argv[-1]
    with open(os.path.join(target, "hear_scale.csv"), "w", encoding="utf-8", newline="") as f:
        w = csv.DictWriter(f, fieldnames=["query", "hours", "ms_per_second", "times_real", "found", "queries", "measured"], lineterminator="\n")
        w.writeheader()
        w.writerows(rows)
    with open(os.path.join(target, "hear_scale.svg"), "w", encoding="utf-8") as f:
        f.write(svg(rows))


if __name__ == "__main__":
    main()
