#!/usr/bin/env python3
"""What disguises cost: read_evasion.py MARSAD LABELLED.tsv [MODEL TASK]

Without MODEL one is made from four of five of the lines (one in five is held out by the hash of its text). The lines held out are read as
they are, then written in each way to hide them; macro-F1 by `marsad eval text`. The same disguise goes over both classes; the draws are
fixed. Arabizi is written by the usual Moroccan habits, not by the program's own tables.
"""
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import unicodedata

# As the converters in use do it: by place in the word.
DOTLESS = str.maketrans("بتثقفجخذزضظغشةيئؤإأآ", "ٮٮٮٯڡححدرصطعسهىىوااا")
PLAIN = str.maketrans("بتثقفجخذزضظغشة", "ٮٮٮٯڡححدرصطعسه")
LOOKALIKE = str.maketrans("كيهرعاوa eoxcpi", "کیہرعاوа еохсрі")
ARABIZI = dict(zip("ابتثجحخدذرزسشصضطظعغفقكلمنهويءىةأإآئؤ", (
    "a", "b", "t", "t", "j", "7", "kh", "d", "d", "r", "z", "s", "ch", "s", "d", "t", "d", "3", "gh", "f", "9", "k", "l", "m", "n", "h",
    "o", "i", "2", "a", "a", "a", "i", "a", "2", "o")))
MARKS = "\u064b\u064c\u064e\u064f\u0650\u0652"
FORMS = {}
for code in list(range(0xFB50, 0xFDFD)) + list(range(0xFE70, 0xFEFD)):
    whole = unicodedata.normalize("NFKC", chr(code))
    if len(whole) == 1:
        FORMS.setdefault(whole, {})[unicodedata.decomposition(chr(code)).split(" ")[0]] = chr(code)
ARABIC = set("ابتثجحخدذرزسشصضطظعغفقكلمنهويءىةأإآئؤ")


def undotted(word, _):
    out = []
    for i, c in enumerate(word):
        last = i + 1 == len(word) or word[i + 1] not in ARABIC
        if c in "ني":
            out.append(("ں" if c == "ن" else "ى") if last else "ٮ")
        elif c == "ق":
            out.append("ٯ" if last else "ڡ")
        else:
            out.append(c.translate(PLAIN))
    return "".join(out)


def some(share, change):
    return lambda word, draw: change(word, draw) if draw.random() < share else word


def between(sign):
    return lambda word, draw: (sign if isinstance(sign, str) else draw.choice(sign)).join(word) if len(word) > 2 else word


def elongated(word, draw):
    i = draw.randrange(len(word))
    return word[:i] + word[i] * 4 + word[i:]


def vowelled(word, draw):
    return "".join(c + draw.choice(MARKS) if c in ARABIC else c for c in word)


def presented(word, _):
    out = []
    joins = set("بتثجحخسشصضطظعغفقكلمنهيئ")
    for i, c in enumerate(word):
        before, after = i > 0 and word[i - 1] in joins, c in joins and i + 1 < len(word) and word[i + 1] in ARABIC
        form = {(0, 0): "<isolated>", (0, 1): "<initial>", (1, 0): "<final>", (1, 1): "<medial>"}[(int(before), int(after))]
        out.append(FORMS.get(c, {}).get(form, c))
    return "".join(out)


WAYS = {
    "as written": lambda w, d: w,
    "without dots, by place": undotted,
    "without dots, letter by letter": lambda w, d: w.translate(DOTLESS),
    "without dots, half of the words": some(0.5, undotted),
    "tatweel in half of the words": some(0.5, between("ـ")),
    "zero-width in half of the words": some(0.5, between(list("\u200b\u200c\u200d\u2060"))),
    "elongation in 30 %": some(0.3, elongated),
    "separators in 30 %": some(0.3, between(list(".*-_"))),
    "spaces in 30 %": some(0.3, between(" ")),
    "look-alikes of other scripts": lambda w, d: w.translate(LOOKALIKE),
    "presentation forms": presented,
    "vowel marks in half": some(0.5, vowelled),
    "Latin letters and digits": lambda w, d: "".join(ARABIZI.get(c, c) for c in w),
}


def run(command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8").stdout


def main():
    if len(sys.argv) not in (3, 5):
        sys.exit(__doc__)
    marsad, data = sys.argv[1:3]
    with open(data, encoding="utf-8", errors="replace") as lines:
        pairs = [line.rstrip("\n").split("\t", 1) for line in lines if "\t" in line]
    held = [hashlib.sha256(" ".join(text.split()).encode()).digest()[0] % 5 == 0 for _, text in pairs]
    with tempfile.TemporaryDirectory() as folder:
        model, task = sys.argv[3:] if len(sys.argv) == 5 else (folder + "/m.model", None)
        if task is None:
            with open(folder + "/train.tsv", "w", encoding="utf-8") as out:
                out.writelines("\t".join(p) + "\n" for p, h in zip(pairs, held) if not h)
            run([marsad, "train", "text", "--data", folder + "/train.tsv", "--out", model])
            if os.environ.get("KEEP_MODEL"):
                run(["cp", model, os.environ["KEEP_MODEL"]])
        clean = 0.0
        for name, way in WAYS.items():
            draw = random.Random(7)
            with open(folder + "/test.tsv", "w", encoding="utf-8") as out:
                for (label, text), h in zip(pairs, held):
                    if h:
                        out.write(label + "\t" + " ".join(way(w, draw) for w in text.split()) + "\n")
            a = json.loads(run([marsad, "eval", "text", "--model", model, *(["--task", task] if task else []), folder + "/test.tsv"]))
            f1 = 100 * a["macro_f1"]
            clean = clean or f1
            print(f"{name:32} {f1:5.1f}  {f1 - clean:+5.1f}   {a['lines']} lines", flush=True)


main()
