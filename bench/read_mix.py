#!/usr/bin/env python3
"""How the answers for single data sets are joined to one, by dialect (src/detect/mix.h): read_mix.py LINES.jsonl > src/detect/mix_body.h

LINES.jsonl is what bench/read_folds.py wrote: every answer is of a model that had not learned the line. For each group of dialects
a logistic regression over the log odds of the answers and the logarithm of how many words there are is fitted on the lines of the abuse sets, of everyday talk and of the news, newspapers and verses
that are in it, the last three counting 24 times. On standard error: what each half of the lines gives when fitted on the other half, at
the bars that mix.c asks, beside the linear SVC at 0 and the SVC's and ours at equal false alarms. Needs scikit-learn.
"""
import hashlib
import json
import math
import re
import sys

import numpy
from sklearn.linear_model import LogisticRegression

YES = {"omcd": {"1"}, "lhsab": {"abusive", "hate"}, "thsab": {"abusive", "hate"}, "osact4A": {"OFF"}, "mpold": {"Offensive"},
       "darija20k": {"1"}, "dziri": {"abusive", "offensive"}, "alakrot": {"1"}}
NEGATIVES = ("headlines", "news_darija", "newspapers", "verses")
EVERYDAY = ("everyday_doda", "everyday_hub", "everyday_arsarcasm", "everyday_ia2d")
ANSWERS = ("offensive", "hate", "threat", "omcd", "darija20k", "osact4A", "osact4B", "dangerous")
GROUPS = (("MIX_STANDARD", ("ar",)), ("MIX_MAGHREBI", ("ar-ma",)), ("MIX_LEVANTINE", ("ar-levant",)), ("MIX_LATIN", ("ar-latn",)),
          ("MIX_OTHER", ("ar-iq", "ar-gulf", "ar-eg")), ("MIX_UNSURE", ()))
# As in mix.c: log odds from which on it is said.
BARS = {"MIX_STANDARD": 0.5, "MIX_MAGHREBI": -1.1, "MIX_LEVANTINE": -0.15, "MIX_LATIN": -1.0, "MIX_OTHER": 0.2, "MIX_UNSURE": 0.0}
# As in classify.c: a dialect less likely than this may be the Standard.
A_DIALECT = 0.6


def log_odds(p):
    p = min(max(p, 1e-4), 1 - 1e-4)
    return math.log(p / (1 - p))


def words(text):
    """As in classify.c: of two letters and more, no names and tags, at most 255."""
    return min(255, len(re.findall(r"[^\W\d_]{2,}", re.sub(r"[@#]\S+", " ", text))))


def features(said, text):
    return ([log_odds(said[t][2]) for t in ANSWERS] + [log_odds(1 - said["lhsab"][1]), log_odds(said["lhsab"][3])] +
            [math.log(1 + words(text))])


def fit(x, y, weight):
    return LogisticRegression(C=0.1, max_iter=1000).fit(x, y, sample_weight=weight)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8") if line.endswith("}\n")]
    lines = [a for a in lines if a["set"] in NEGATIVES + EVERYDAY or a["set"] in YES]
    group_of = {d: name for name, dialects in GROUPS for d in dialects}
    group = numpy.array([group_of.get(a["language"], "") for a in lines])
    unsure = numpy.array([a["sure"] < A_DIALECT for a in lines]) & numpy.isin(group, ("MIX_MAGHREBI", "MIX_LEVANTINE", "MIX_OTHER"))
    group[unsure] = "MIX_UNSURE"
    sets = numpy.array([a["set"] for a in lines])
    half = numpy.array([hashlib.md5(a["text"].encode()).digest()[0] % 2 for a in lines])
    y = numpy.array([a["label"] in YES.get(a["set"], ()) for a in lines])
    x = numpy.array([features(a["said"], a["text"]) for a in lines])
    weight = numpy.where(numpy.isin(sets, NEGATIVES), 24.0, 1.0)
    over = numpy.full(len(lines), -9.0)
    print("/* Made by bench/read_mix.py: bias, then the weights of the answers in the order of mix.c. */")
    for name, _ in GROUPS:
        for h in (0, 1):
            here = group == name
            model = fit(x[here & (half != h)], y[here & (half != h)], weight[here & (half != h)])
            over[here & (half == h)] = model.decision_function(x[here & (half == h)]) - BARS[name]
        model = fit(x[group == name], y[group == name], weight[group == name])
        print(f"[{name}] = {{{model.intercept_[0]:.3f}f, {{{', '.join(f'{w:.3f}f' for w in model.coef_[0])}}}}},")
    svc = numpy.array([a["svc"] if a["svc"] is not None else -9 for a in lines])
    for s in NEGATIVES + EVERYDAY + tuple(YES):
        yes, no = (sets == s) & y, (sets == s) & ~y
        text = f"{s:12} false alarms {100 * (over[no] > 0).mean():5.2f} %  SVC at 0 {100 * (svc[no] > 0).mean():5.2f} %"
        if yes.any():
            cut = numpy.quantile(over[no], 1 - (svc[no] > 0).mean())
            same = numpy.quantile(svc[no], 1 - (over[no] > 0).mean())
            text += (f"  recall {100 * (over[yes] > 0).mean():.1f} %, SVC {100 * (svc[yes] > 0).mean():.1f} %; at its false alarms "
                     f"{100 * (over[yes] > cut).mean():.1f} %; the SVC at ours {100 * (svc[yes] > same).mean():.1f} %")
        print(text, file=sys.stderr)


main()
