#!/usr/bin/env python3
"""The whole of Read beside fastText's classifier alone, on the same lines, one core: read_speed.py BUILD LABELLED.tsv

bench_text reads LABELLED.tsv's texts; the fasttext program (dim 16, 200,000 buckets, characters 2-5, pairs of words), which is only
measured, learns from them and answers the same lines, loading its model counted apart. CPU seconds of one core, the two in turn,
three times; the best of each.
"""
import glob
import json
import os
import resource
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROUNDS = 3


def child_seconds(command, **how):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **how).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return out, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    build, data = sys.argv[1:]
    with open(data, encoding="utf-8", errors="replace") as lines:
        pairs = [line.rstrip("\n").split("\t", 1) for line in lines if "\t" in line]
    with tempfile.TemporaryDirectory() as folder:
        texts, train, empty = (os.path.join(folder, n) for n in ("texts", "train", "empty"))
        with open(texts, "w", encoding="utf-8") as out:
            out.writelines(text + "\n" for _, text in pairs)
        with open(train, "w", encoding="utf-8") as out:
            out.writelines(f"__label__{label} {text}\n" for label, text in pairs)
        open(empty, "w").close()
        subprocess.run(["fasttext", "supervised", "-input", train, "-output", folder + "/ft", "-minn", "2", "-maxn", "5", "-wordNgrams",
                        "2", "-dim", "16", "-epoch", "5", "-bucket", "200000", "-thread", "1"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        ours, peer = {}, 0.0
        for _ in range(ROUNDS):
            out, _ = child_seconds([build + "/bench/bench_text", texts, HERE + "/policy/models/read.model",
                                    *sorted(glob.glob(HERE + "/policy/lexicons/*.tsv"))])
            for part in map(json.loads, out.splitlines()):
                ours[part["part"]] = max(ours.get(part["part"], 0), part["lines_per_s"])
                size = part["bytes_per_line"]
            _, load = child_seconds(["fasttext", "predict", folder + "/ft.bin", empty])
            _, spent = child_seconds(["fasttext", "predict", folder + "/ft.bin", texts])
            peer = max(peer, len(pairs) / max(1e-9, spent - load))
    print(f"{len(pairs)} lines of {size:.0f} bytes")
    for part, rate in ours.items():
        print(f"  marsad {part:10} {rate:9,.0f} lines/s   {rate / peer:.2f} x fastText's classifier")
    print(f"  fastText          {peer:9,.0f} lines/s   (its classifier alone)")


main()
