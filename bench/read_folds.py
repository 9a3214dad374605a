#!/usr/bin/env python3
"""The shipped recipe measured on texts that the model has not learned from: read_folds.py MARSAD DIRS OUT [FOLDS [MOST]]

DIRS: the folders in which the recipe's files lie, with ':' between.

Every file of the recipe is divided by its normalised texts (copies stay together, and so does what a grouped file says in several ways) into FOLDS parts (5), of which MOST are run (all). For each part a model is
made by the recipe from the other parts, and, where scikit-learn is installed, a linear SVC (characters 2-5, words 1-2, C 0.5)
from the seven abuse sets of them. What each says of the part left out, and what the shipped model and the whole of Read say of
every line, is written to OUT/lines.jsonl, from which read_report.py makes the tables. Models already in OUT are not made again.
Minutes of one core a fold. None of the texts is written but into OUT.
"""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RECIPE = HERE + "/policy/models/read.recipe"
FOLD = str.maketrans("أإآٱىة", "اااايه")
NEGATIVES = {"headlines", "news_darija", "newspapers", "verses"}
# The sets of the peer: label → 1 when abusive.
ABUSE = {"omcd": {"1"}, "lhsab": {"abusive", "hate"}, "thsab": {"abusive", "hate"}, "osact4A": {"OFF"},
         "mpold": {"Offensive"}, "darija20k": {"1"}, "dziri": {"abusive", "offensive"}}


def normal(text):
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"https?://\S+|@\w+", " ", text)
    text = re.sub("[\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e]", "", text).translate(FOLD)
    return " ".join(re.findall(r"\w+|[^\w\s]", re.sub(r"(.)\1{2,}", r"\1\1", text)))


def read_sets(dirs):
    """Sets of the recipe that lie in one of the folders: name → (file, grouped, [(label, text, first text of its group)])."""
    sets = {}
    for line in open(RECIPE, encoding="utf-8"):
        f = line.rstrip("\n").split("\t")
        found = [os.path.join(d, f[2]) for d in dirs.split(":") if f[0] == "set" and os.path.exists(os.path.join(d, f[2]))]
        if not found:
            continue
        lines, first = [], None
        for text in open(found[0], encoding="utf-8", errors="replace", newline="\n"):
            text = text.rstrip("\r\n")
            label, _, rest = text.partition("\t") if f[3] != "plain" else ("", "", text)
            if not rest.strip():
                first = None
                continue
            first = rest if first is None or f[3] != "grouped" else first
            lines.append((label, rest, first))
        sets[f[1]] = (f[2], f[3] == "grouped", lines)
    return sets


def fold_of(text, folds):
    return hashlib.sha256(normal(text).encode()).digest()[0] % folds


def run(command, lines=None):
    text = None if lines is None else "".join(line + "\n" for line in lines)
    return subprocess.run(command, check=True, input=text, stdout=subprocess.PIPE, encoding="utf-8", errors="replace").stdout


def train(marsad, sets, out, fold, folds):
    folder = f"{out}/{fold}"
    model = folder + "/policy/models/read.model"
    if not os.path.exists(folder):
        run([marsad, "init", folder])
    shutil.copy(HERE + "/policy/default.lua", folder + "/policy")
    shutil.copytree(HERE + "/policy/lexicons", folder + "/policy/lexicons", dirs_exist_ok=True)
    if os.path.exists(model):
        return model
    for file, grouped, lines in sets.values():
        os.makedirs(os.path.dirname(f"{folder}/data/{file}"), exist_ok=True)
        with open(f"{folder}/data/{file}", "w", encoding="utf-8") as into:
            into.writelines(("\n" if grouped and text == first else "") + (label + "\t" if file.endswith("tsv") else "") + text + "\n"
                            for label, text, first in lines if fold_of(first, folds) != fold)
    os.makedirs(os.path.dirname(model), exist_ok=True)
    run([marsad, "train", "text", "--recipe", RECIPE, "--dir", folder + "/data", "--out", model + ".new"])
    os.rename(model + ".new", model)
    return model


def svc_margins(sets, fold, folds, texts):
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_union
        from sklearn.svm import LinearSVC
    except ImportError:
        return [None] * len(texts)
    lines, labels = [], []
    for name, yes in ABUSE.items():
        for label, text, first in sets[name][2]:
            if fold_of(first, folds) != fold:
                lines.append(normal(text))
                labels.append(label in yes)
    features = make_union(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2),
                          TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\S+", sublinear_tf=True))
    model = LinearSVC(C=0.5).fit(features.fit_transform(lines), labels)
    return [round(float(m), 4) for m in model.decision_function(features.transform([normal(t) for t in texts]))]


def answers(marsad, model, texts):
    said = []
    for line in run([marsad, "text", "--model", model, "--json"], texts).splitlines():
        said.append({t["task"]: [t["label"]] + list(t["probabilities"].values()) for t in json.loads(line)["tasks"]})
    return said


def sureness(a):
    """Of the longest stretch in the text's language."""
    spans = [s for s in a["languages"] if s["language"] == a["language"]]
    return max(spans, key=lambda s: s["end"] - s["start"])["probability"] if spans else 1


def flags(marsad, texts, workspace=None):
    """Category of the whole of Read, category of each of the classifier's findings, the language, and how sure it is."""
    command = [marsad, "text", "--json"] + (["--workspace", workspace] if workspace else [])
    said = []
    for line in run(command, texts).splitlines():
        a = json.loads(line)
        said.append((a.get("category"), [[f["label"], round(f["probability"], 3)] for f in a["findings"] if f["kind"] == "classifier"],
                     a["language"], sureness(a)))
    return said


def write_fold(marsad, sets, out, fold, folds, into):
    held = [(name, label, text) for name, (_, _, lines) in sets.items() for label, text, first in lines if fold_of(first, folds) == fold]
    texts = [h[2].replace("\r", " ") for h in held]
    model = train(marsad, sets, out, fold, folds)
    workspace = f"{out}/{fold}"
    said, whole, shipped = answers(marsad, model, texts), flags(marsad, texts, workspace), flags(marsad, texts)
    if not len(said) == len(whole) == len(shipped) == len(texts):
        sys.exit("marsad answered another number of lines")
    margin_file = f"{workspace}/margins.json"
    if not os.path.exists(margin_file):
        json.dump(svc_margins(sets, fold, folds, texts), open(margin_file, "w"))
    margins = json.load(open(margin_file))
    for (name, label, text), s, w, h, m in zip(held, said, whole, shipped, margins):
        into.write(json.dumps({"set": name, "label": label, "fold": fold, "said": s, "held": w[0], "found": w[1], "language": w[2], "sure": w[3],
                               "shipped": h[0], "svc": m, "text": text}, ensure_ascii=False) + "\n")


def main():
    if len(sys.argv) not in (4, 5, 6):
        sys.exit(__doc__)
    marsad, dirs, out = sys.argv[1:4]
    folds = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    most = int(sys.argv[5]) if len(sys.argv) > 5 else folds
    sets = read_sets(dirs)
    os.makedirs(out, exist_ok=True)
    with open(out + "/lines.jsonl.new", "w", encoding="utf-8") as into:
        for fold in range(min(folds, most)):
            write_fold(marsad, sets, out, fold, folds, into)
            print(f"fold {fold + 1} of {min(folds, most)}", file=sys.stderr)
    os.rename(out + "/lines.jsonl.new", out + "/lines.jsonl")


main()
