#!/usr/bin/env python3
"""Six sets, each alone and together with all others, on texts not learned from: read_together.py MARSAD SHARED OUT [FOLD …]

Fold k (0 to 4; all of 0, 1, 2 when none is named) leaves lines k, k + 5, k + 10 … of the six sets out, and their texts out of every file.
Alone: `marsad train text --data`. Together: the shipped recipe's first part, which mixes each set's answer from the scores of every column, without the sets
that it calls extra. One JSON object a line: set, fold, and of both macro_f1 and calibration_error. About 4 minutes
of one core a fold. None of the texts is written but into OUT.
"""
import glob
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SIX = {"omcd": "omcd_dedup", "darija20k": "darija20k_dd", "osact4A": "osact4A", "osact4B": "osact4B", "lhsab": "lhsab3",
       "dangerous": "dangerous_dd"}


def first_part(lines):
    """The recipe's lines less the part that follows, which learns nothing of these sets."""
    return [line for line in lines if line.split("\t")[0] != "then"]


def divide(shared, out, fold):
    """Training files under out, and the six sets' lines that are left out under out/test."""
    shutil.rmtree(out, ignore_errors=True)
    for folder in ("train", "test"):
        os.makedirs(f"{out}/{folder}")
    os.symlink(os.path.abspath(f"{shared}/negatives"), f"{out}/negatives")
    files = {os.path.basename(p)[: -len(".train.tsv")]: [x for x in open(p, encoding="utf-8", newline="\n").read().split("\n") if x]
             for p in glob.glob(f"{shared}/train/*.train.tsv")}
    left_out = {s: files[s][fold::5] for s in SIX.values()}
    texts = {line.partition("\t")[2].strip() for lines in left_out.values() for line in lines}
    for name, lines in files.items():
        kept = [x for i, x in enumerate(lines) if not (name in left_out and i % 5 == fold) and x.partition("\t")[2].strip() not in texts]
        for path, what in ((f"{out}/train/{name}.train.tsv", kept), (f"{out}/test/{name}.tsv", left_out.get(name))):
            if what is not None:
                with open(path, "w", encoding="utf-8", newline="\n") as into:
                    into.writelines(x + "\n" for x in what)


def measure(marsad, model, task, file):
    said = json.loads(subprocess.run([marsad, "eval", "text", "--model", model, "--json", *task, file], check=True, stdout=subprocess.PIPE,
                                     encoding="utf-8").stdout)
    return {k: round(said[k], 4) for k in ("macro_f1", "calibration_error")}


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    marsad, shared, out = sys.argv[1:4]
    for fold in map(int, sys.argv[4:] or ["0", "1", "2"]):
        folder = f"{out}/{fold}"
        divide(shared, folder, fold)
        for path in glob.glob(HERE + "/policy/models/*.tsv"):
            shutil.copy(path, folder)
        with open(folder + "/mixed.recipe", "w", encoding="utf-8") as into:
            recipe = open(HERE + "/policy/models/read.recipe", encoding="utf-8").read().split("\n")
            into.writelines(line + "\n" for line in first_part(recipe))
        model = folder + "/together.model"
        subprocess.run([marsad, "train", "text", "--recipe", folder + "/mixed.recipe", "--dir", folder, "--out", model], check=True)
        for task, name in SIX.items():
            test, alone = f"{folder}/test/{name}.tsv", folder + "/alone.model"
            subprocess.run([marsad, "train", "text", "--data", f"{folder}/train/{name}.train.tsv", "--out", alone], check=True)
            print(json.dumps({"set": name, "fold": fold, "alone": measure(marsad, alone, [], test),
                              "together": measure(marsad, model, ["--task", task], test)}), flush=True)


if __name__ == "__main__":
    main()
