#!/usr/bin/env python3
"""Tables of what bench/read_folds.py wrote: read_report.py LINES.jsonl [MARSAD WRITTEN MODEL]

1 flagged of news, newspapers, verses, and everyday talk by its script   2 recall and false alarms on each abuse set, beside the SVC at 0 and both at equal false alarms
3 calibration error of each answer   4 errors by dialect   5 with MARSAD, tests/text/written and a model: the rare harms

"held": the whole of Read and the policy with a model that had not learned the line. "shipped": with the one that ships, which has
learned all of them. Intervals are Wilson's, of 95 %.
"""
import collections
import json
import math
import random
import subprocess
import sys

YES = {"omcd": {"1"}, "darija20k": {"1"}, "lhsab": {"abusive", "hate"}, "thsab": {"abusive", "hate"}, "dziri": {"abusive", "offensive"},
       "osact4A": {"OFF"}, "mpold": {"Offensive"}, "alakrot": {"1"}, "dangerous": {"dangerous"}}
NEGATIVES = ("headlines", "news_darija", "newspapers", "verses")
CLASSES = {"omcd": ["0", "1"], "darija20k": ["0", "1"], "osact4A": ["NOT_OFF", "OFF"], "osact4B": ["NOT_HS", "HS"],
           "lhsab": ["normal", "abusive", "hate"], "dangerous": ["safe", "dangerous"]}
RARE = {"threat": "threats", "extortion": "extortion", "glorification": "glorification", "women": "targets", "child": "targets",
        "disability": "targets", "family": "targets", "origin": "targets", "religion": "targets"}


def share(k, n, z=1.959964):
    if n == 0:
        return "-"
    middle, reach = k / n + z * z / (2 * n), z * math.sqrt(k / n * (1 - k / n) / n + z * z / (4 * n * n))
    low, high = (middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)
    return f"{100 * k / n:.1f} % [{100 * max(0, low):.1f}, {100 * high:.1f}]"


def false_alarms(lines):
    print("\n1. flagged of what must stay\nset           lines  held                   shipped                SVC at 0")
    for s in NEGATIVES:
        here = [a for a in lines if a["set"] == s]
        rows = [sum(a[k] is not None for a in here) for k in ("held", "shipped")] + [sum((a["svc"] or -1) > 0 for a in here)]
        print(f"{s:12} {len(here):6}  " + "  ".join(f"{share(k, len(here)):21}" for k in rows))


def everyday(lines):
    print("\neveryday talk      lines  held                   shipped")
    here = [a for a in lines if a["set"].startswith("everyday")]
    parts = [(f"{s[9:]} {k}", [a for a in here if (a["set"], a["label"]) == (s, k)]) for s, k in sorted({(a["set"], a["label"]) for a in here})]
    for name, part in [("Latin letters", [a for a in here if a["label"] == "latin"]), ("Arabic letters", [a for a in here if a["label"] != "latin"])] + parts:
        print(f"{name:18} {len(part):6}  " + "  ".join(f"{share(sum(a[k] is not None for a in part), len(part)):21}" for k in ("held", "shipped")))


def cut_for(values, alarms):
    values = sorted(values, reverse=True)
    return values[min(len(values) - 1, int(alarms * len(values)))]


def recall(lines):
    print("\n2. abuse: recall and false alarms\nset         lines  held: recall           false alarms           "
          "SVC at 0: recall / false   SVC at held's false alarms   shipped: recall / false")
    for s, yes in YES.items():
        here = [a for a in lines if a["set"] == s]
        pos, neg = [a for a in here if a["label"] in yes], [a for a in here if a["label"] not in yes]
        if not pos:
            continue
        hit = [sum(a["held"] is not None for a in part) for part in (pos, neg)]
        seen = [sum(a["shipped"] is not None for a in part) for part in (pos, neg)]
        svc = [sum((a["svc"] or -1) > 0 for a in part) for part in (pos, neg)]
        cut = cut_for([a["svc"] or -1 for a in neg], hit[1] / len(neg))
        same = sum((a["svc"] or -1) > cut for a in pos)
        print(f"{s:10} {len(here):6}  {share(hit[0], len(pos)):21}  {share(hit[1], len(neg)):21}  "
              f"{100 * svc[0] / len(pos):5.1f} / {100 * svc[1] / len(neg):4.1f} %            {100 * same / len(pos):5.1f} %                 "
              f"{100 * seen[0] / len(pos):5.1f} / {100 * seen[1] / len(neg):4.1f} %")


def calibration_error(sure, right):
    bins = [[0.0, 0.0] for _ in range(10)]
    for p, r in zip(sure, right):
        b = bins[min(9, int(p * 10))]
        b[0] += p
        b[1] += r
    return sum(abs(p - r) for p, r in bins) / len(sure)


def calibration(lines):
    print("\n3. calibration error (ten bins), of held-out lines; the last: what a perfectly calibrated one would measure on as many")
    random.seed(5)
    for task, classes in CLASSES.items():
        here = [a for a in lines if a["set"] == task]
        sure = [a["said"][task][1 + classes.index(a["said"][task][0])] for a in here]
        right = [a["said"][task][0] == a["label"] for a in here]
        chance = sum(calibration_error(sure, [random.random() < p for p in sure]) for _ in range(20)) / 20
        print(f"{task:10} {len(here):6} lines  {calibration_error(sure, right):.4f}  ({chance:.4f})")


def by_dialect(lines):
    print("\n4. by dialect, the abuse sets together, held\ndialect    lines  abusive  missed                 false alarms")
    for d in sorted({a["language"] for a in lines}):
        here = [a for a in lines if a["language"] == d and a["set"] in YES and a["set"] != "dangerous"]
        pos = [a for a in here if a["label"] in YES[a["set"]]]
        neg = [a for a in here if a["label"] not in YES[a["set"]]]
        print(f"{d:9} {len(here):6} {len(pos):8}  {share(sum(a['held'] is None for a in pos), len(pos)):21}  "
              f"{share(sum(a['held'] is not None for a in neg), len(neg)):21}")


def rare(lines, marsad, folder, model):
    print("\n5. rare harms: the probability that so many of the comments reach, chosen on one half, counted on the other; recall and false "
          "alarms on tests/text/written")
    comments = [a for a in lines if a["set"] in YES and a["set"] != "dangerous" and a["language"] not in ("fr", "en")]
    for task, file in RARE.items():
        pairs = [line.rstrip("\n").split("\t", 1) for line in open(f"{folder}/{file}.tsv", encoding="utf-8")
                 if "\t" in line and line[0] != "#"]
        out = subprocess.run([marsad, "text", "--model", model, "--json"], check=True, stdout=subprocess.PIPE, encoding="utf-8",
                             input="".join(text + "\n" for _, text in pairs)).stdout.splitlines()
        p = [next(list(t["probabilities"].values())[1] for t in json.loads(o)["tasks"] if t["task"] == task) for o in out]
        row = f"{task:14}"
        for alarms in (0.003, 0.005, 0.01):
            bar = cut_for([a["said"][task][2] for a in comments[::2]], alarms)
            other = [a["said"][task][2] >= bar for a in comments[1::2]]
            yes = [q >= bar for q, (label, _) in zip(p, pairs) if label == task]
            no = [q >= bar for q, (label, _) in zip(p, pairs) if label != task]
            row += (f"  {100 * alarms:.1f} %: {bar:.3f}, {100 * sum(other) / len(other):.2f} %, {sum(yes)} of {len(yes)}, "
                    f"{sum(no)} of {len(no)}")
        print(row)


def main():
    if len(sys.argv) not in (2, 5):
        sys.exit(__doc__)
    lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8") if line.endswith("}\n")]
    print(f"{len(lines)} lines, folds {dict(collections.Counter(a['fold'] for a in lines))}")
    false_alarms(lines)
    everyday(lines)
    recall(lines)
    calibration(lines)
    by_dialect(lines)
    if len(sys.argv) == 5:
        rare(lines, *sys.argv[2:])


main()
