#!/usr/bin/env python3
"""Olaf and Chromaprint on the sounds of bench_hear: hear_beside.py DIR [--fpcalc PATH] [--olaf PATH] [--bench PATH]

DIR is what `bench_hear --export DIR` wrote. fpcalc (Debian: libchromaprint-tools) makes each file's raw fingerprint, which is laid over
every reference at every offset; the share of differing bits decides. That is kinder than Chromaprint's own service, which looks at 15 s of
a file and wants exact hits. Olaf's core program (olaf_core, AGPL: run, never linked) stores the references in a database of its own and is asked
file by file; the reference with the most aligned hits decides. A query counts as recalled when the best is its own reference at all (below 0.35;
any hits), and at no false match when it is also better than every negative. --bench: bench_hear's own speed in the same run, on sounds
like these. Speeds are seconds of sound by seconds of processor, the start of each program included. One JSON object a line, as bench_hear."""
import argparse
import array
import collections
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import wave


class Clock:
    """Processor time of child processes against the seconds of sound they were given."""

    def __init__(self):
        self.heard, self.spent = 0.0, 0.0

    def run(self, seconds, command, **options):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = subprocess.run(command, capture_output=True, text=True, **options)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.heard += seconds
        self.spent += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return result.stdout

    def times_real(self):
        return round(self.heard / max(self.spent, 1e-9))


class Chromaprint:
    name, sure_at = "fpcalc", -0.35

    def __init__(self, program, _work):
        self.program, self.references = program, []
        self.indexing, self.querying = Clock(), Clock()

    def fingerprint(self, path, seconds, clock):
        for line in clock.run(seconds, [self.program, "-raw", "-length", "0", path]).splitlines():
            if line.startswith("FINGERPRINT="):
                return [int(x) & 0xFFFFFFFF for x in line[12:].split(",") if x]
        return []

    def add(self, files):
        for chant, path, seconds in files:
            words = self.fingerprint(path, seconds, self.indexing)
            self.references.append((chant, len(words), packed(words)))

    def best(self, path, seconds):
        """Minus the least share of differing bits, and whose it is."""
        words = self.fingerprint(path, seconds, self.querying)
        n, q, least, whose = len(words), packed(words), 1.0, -1
        mask = (1 << (32 * n)) - 1
        for chant, length, big in self.references if n else []:
            for at in range(max(0, length - n) + 1):
                share = (((big >> (32 * at)) & mask) ^ q).bit_count() / (32 * n)
                if share < least:
                    least, whose = share, chant
        return -least, whose


class Olaf:
    name, sure_at = "olaf", 0

    def __init__(self, program, work):
        self.program, self.work = program, work
        self.indexing, self.querying = Clock(), Clock()
        os.makedirs(os.path.join(work, ".olaf", "db"))
        self.options = {"env": dict(os.environ, HOME=work), "cwd": work}

    def raw(self, path, name):
        out = os.path.join(self.work, name)
        with wave.open(path, "rb") as w:
            samples = array.array("h", w.readframes(w.getnframes()))
        with open(out, "wb") as f:
            array.array("f", (s / 32768.0 for s in samples)).tofile(f)
        return out

    def add(self, files):
        command, seconds = [self.program, "store"], 0.0
        for chant, path, length in files:
            command += [self.raw(path, f"{chant}.raw"), f"chant-{chant}.wav"]
            seconds += length
        self.indexing.run(seconds, command, **self.options)

    def best(self, path, seconds):
        """Most aligned hits, and whose they are."""
        most, whose = 0, -1
        for line in self.querying.run(seconds, [self.program, "query", self.raw(path, "query.raw"), "query.wav"], **self.options).splitlines():
            fields = [x.strip() for x in line.split(",")]
            if len(fields) == 7 and fields[0].isdigit() and fields[3].startswith("chant-") and int(fields[0]) > most:
                most, whose = int(fields[0]), int(fields[3][6:].split(".")[0])
        return most, whose


def packed(words):
    return sum(w << (32 * i) for i, w in enumerate(words))


def say(tool, **what):
    print(json.dumps(dict({"bench": "hear_beside", "tool": tool.name}, **what)), flush=True)


def measure(tool, rows):
    tool.add([(int(chant), path, float(length)) for kind, _, length, chant, path in rows if kind == "reference"])
    worst, queries, negatives = -1.0, [], collections.Counter()
    for kind, edit, length, chant, path in rows:
        if kind == "reference":
            continue
        score, whose = tool.best(path, float(length))
        if kind == "negative":
            taken = whose >= 0 and score > tool.sure_at
            negatives[edit] += 1
            negatives[edit + ": taken for a reference"] += taken
            negatives[edit + ": for the tune's own"] += taken and whose == int(chant)
            worst = max(worst, score if whose >= 0 else -1.0)
        else:
            queries.append((edit, int(float(length)), score, whose == int(chant), whose >= 0))
    cells = collections.OrderedDict()
    for edit, length, score, right, any_one in queries:
        c = cells.setdefault((edit, length), [0, 0, 0, 0])
        c[0] += 1
        c[1] += right and score > tool.sure_at
        c[2] += right and score > max(tool.sure_at, worst)
        c[3] += any_one and not right and score > tool.sure_at
    for (edit, length), (n, found, sure, wrong) in cells.items():
        say(tool, what="recall", edit=edit, seconds=length, queries=n, recall=round(found / n, 3),
            recall_at_no_false_match=round(sure / n, 3), wrong=wrong)
    say(tool, what="negatives", highest=round(worst, 3), **negatives)
    say(tool, what="speed", indexing_times_real=tool.indexing.times_real(), querying_times_real=tool.querying.times_real())


def main():
    p = argparse.ArgumentParser()
    p.add_argument("dir")
    p.add_argument("--fpcalc", default="fpcalc")
    p.add_argument("--olaf")
    p.add_argument("--bench")
    args = p.parse_args()
    with open(os.path.join(args.dir, "list.tsv"), encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f]
    if args.bench:
        for part in ("clean", "speech 0 dB"):
            print(subprocess.run([args.bench, "--chants", "40", "--queries", "20", "--seconds", "60", "--only", part],
                                 capture_output=True, text=True, check=True).stdout, end="", flush=True)
    tools = [(Chromaprint, args.fpcalc)] + ([(Olaf, os.path.abspath(args.olaf))] if args.olaf else [])
    for kind, program in tools:
        work = tempfile.mkdtemp(prefix="hear-beside-")
        try:
            measure(kind(program, work), rows)
        finally:
            shutil.rmtree(work)
    return 0


sys.exit(main())
