#!/usr/bin/env python3
"""Our classifier beside two peers on the same lines: read_peers.py MARSAD TRAIN.tsv TEST.tsv

Peers that are installed are measured, none is installed: scikit-learn's LinearSVC (characters 2-5, words 1-2, tf-idf,
with and without class weights) and the fasttext program (dim 16, 200,000 buckets). Times are CPU seconds of one core.
"""
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata

FOLD = str.maketrans("أإآٱىة", "اااايه")


def normal(text):
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"https?://\S+|@\w+", " ", text)
    text = re.sub("[\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e]", "", text).translate(FOLD)
    return " ".join(re.findall(r"\w+|[^\w\s]", re.sub(r"(.)\1{2,}", r"\1\1", text)))


def read(path):
    with open(path, encoding="utf-8", errors="replace") as lines:
        pairs = [line.rstrip("\n").split("\t", 1) for line in lines if "\t" in line]
    return [p[0] for p in pairs], [normal(p[1]) for p in pairs]


def macro_f1(truth, said):
    total = 0.0
    labels = sorted(set(truth) | set(said))
    for label in labels:
        right = sum(t == s == label for t, s in zip(truth, said))
        total += 2 * right / max(1, sum(t == label for t in truth) + sum(s == label for s in said))
    return 100 * total / len(labels)


def child_seconds(command, **how):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **how).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return out, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours(marsad, train, test, folder):
    model = os.path.join(folder, "m.model")
    _, seconds = child_seconds([marsad, "train", "text", "--data", train, "--out", model])
    out, scoring = child_seconds([marsad, "eval", "text", "--model", model, test])
    figures = json.loads(out)
    print(f"marsad       macro-F1 {100 * figures['macro_f1']:.1f} "
          f"[{100 * figures['macro_f1_95'][0]:.1f}, {100 * figures['macro_f1_95'][1]:.1f}]  train {seconds:.1f} s  "
          f"test {scoring:.2f} s")


def fasttext(train, test, folder):
    if not shutil.which("fasttext"):
        return print("fasttext     not installed")
    files = []
    for name, path in (("train", train), ("test", test)):
        labels, texts = read(path)
        files.append(os.path.join(folder, name))
        with open(files[-1], "w", encoding="utf-8") as out:
            out.writelines(f"__label__{label} {text}\n" for label, text in zip(labels, texts))
    model = os.path.join(folder, "ft")
    _, seconds = child_seconds(["fasttext", "supervised", "-input", files[0], "-output", model, "-minn", "2", "-maxn", "5",
                                "-wordNgrams", "2", "-dim", "16", "-epoch", "25", "-lr", "0.5", "-bucket", "200000",
                                "-thread", "1"])
    out, scoring = child_seconds(["fasttext", "predict", model + ".bin", files[1]])
    said = [line[len("__label__"):] for line in out.decode().split("\n") if line]
    print(f"fasttext     macro-F1 {macro_f1(read(test)[0], said):.1f}  train {seconds:.1f} s  test {scoring:.2f} s")


def svc(train, test):
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_union
        from sklearn.svm import LinearSVC
    except ImportError:
        return print("LinearSVC    scikit-learn is not installed")
    (labels, texts), (truth, lines) = read(train), read(test)
    for weights in (None, "balanced"):
        start = time.process_time()
        features = make_union(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2),
                              TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\S+", sublinear_tf=True))
        model = LinearSVC(C=0.5, class_weight=weights).fit(features.fit_transform(texts), labels)
        trained = time.process_time()
        said = list(model.predict(features.transform(lines)))
        print(f"LinearSVC    macro-F1 {macro_f1(truth, said):.1f}  train {trained - start:.1f} s  "
              f"test {time.process_time() - trained:.2f} s  ({weights or 'plain'})")


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        ours(sys.argv[1], sys.argv[2], sys.argv[3], folder)
        fasttext(sys.argv[2], sys.argv[3], folder)
        svc(sys.argv[2], sys.argv[3])


main()
