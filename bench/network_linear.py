#!/usr/bin/env python3
"""How the cost of `marsad network` grows: worlds of 10^4 to 10^7 posts, processor time against posts plus pairs.

network_linear.py BUILD_BENCH_FOLDER OUT_FOLDER: runs network_gen and bench_network, writes network_linear.csv and
network_linear.svg (logarithmic both ways; the thin line is exact proportion, through the first point).
"""
import json
import math
import os
import subprocess
import sys
import tempfile

SIZES = [10000, 31623, 100000, 316228, 1000000, 3162278, 10000000]


def measure(folder, posts, scratch):
    path = os.path.join(scratch, "world.csv")
    with open(path, "wb") as f:
        subprocess.run([os.path.join(folder, "network_gen"), "-n", str(posts), "-a", str(posts // 10), "-o", str(posts // 5),
                        "-g", str(posts // 20000)], stdout=f, check=True)
    best = None
    for _ in range(3 if posts <= 1000000 else 1):
        out = subprocess.run([os.path.join(folder, "bench_network"), "-c", path], capture_output=True, check=True)
        run = json.loads(out.stdout)
        if best is None or run["cpu_ms"] < best["cpu_ms"]:
            best = run
    os.unlink(path)
    return best


def svg(rows):
    width, height, left, bottom = 640, 420, 70, 50
    xs = [r["rows"] + r["pairs"] for r in rows]
    ys = [r["cpu_ms"] / 1000 for r in rows]
    x0, x1, y0, y1 = 4, 7.5, -3, 2

    def px(x):
        return left + (math.log10(x) - x0) / (x1 - x0) * (width - left - 20)

    def py(y):
        return height - bottom - (math.log10(y) - y0) / (y1 - y0) * (height - bottom - 20)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
           f'<rect width="{width}" height="{height}" fill="#fff"/>']
    for e in range(4, 8):
        out.append(f'<text x="{px(10 ** e):.0f}" y="{height - bottom + 18}" text-anchor="middle">10^{e}</text>'
                   f'<line x1="{px(10 ** e):.0f}" x2="{px(10 ** e):.0f}" y1="20" y2="{height - bottom}" stroke="#ddd"/>')
    for e in range(-3, 3):
        out.append(f'<text x="{left - 8}" y="{py(10 ** e) + 4:.0f}" text-anchor="end">{10 ** e:g} s</text>'
                   f'<line x1="{left}" x2="{width - 20}" y1="{py(10 ** e):.0f}" y2="{py(10 ** e):.0f}" stroke="#ddd"/>')
    slope = ys[0] / xs[0]
    out.append(f'<line x1="{px(xs[0]):.1f}" y1="{py(ys[0]):.1f}" x2="{px(xs[-1]):.1f}" y2="{py(slope * xs[-1]):.1f}" '
               'stroke="#999" stroke-dasharray="4 3"/>')
    points = " ".join(f"{px(x):.1f},{py(y):.1f}" for x, y in zip(xs, ys))
    out.append(f'<polyline points="{points}" fill="none" stroke="#1f5fa8" stroke-width="2"/>')
    out += [f'<circle cx="{px(x):.1f}" cy="{py(y):.1f}" r="4" fill="#1f5fa8"/>' for x, y in zip(xs, ys)]
    out.append(f'<text x="{width / 2}" y="{height - 12}" text-anchor="middle">posts + pairs</text>'
               f'<text x="{left}" y="14">processor time, reading included</text></svg>')
    return "\n".join(out) + "\n"


def main():
    folder, target = sys.argv[1], sys.argv[2]
    with tempfile.TemporaryDirectory() as scratch:
        rows = [measure(folder, n, scratch) for n in SIZES]
    with open(os.path.join(target, "network_linear.csv"), "w", encoding="utf-8") as f:
        f.write("posts,pairs,edges,cpu_ms,peak_mb\n")
        for r in rows:
            f.write(f'{r["rows"]},{r["pairs"]},{r["edges"]},{r["cpu_ms"]},{r["peak_mb"]}\n')
    with open(os.path.join(target, "network_linear.svg"), "w", encoding="utf-8") as f:
        f.write(svg(rows))


if __name__ == "__main__":
    main()
