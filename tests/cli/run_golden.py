#!/usr/bin/env python3
"""Runs golden cases of the command line and reports in TAP.

run_golden.py [--update] BIN_FOLDER CASE...

A case is a text file of steps, run one after the other in an empty folder of their own:

    # a comment
    $ command, by bash, with BIN_FOLDER in front of PATH
    > its second line, and so on
    | a line of standard output
    ! a line of standard error
    = 2            exit code, where it is not 0

"[..]" in an expected line stands for any text; the case's own folder reads as $DIR. Each step is one test: its name
is the command's first line. "? shared" at the top skips the case where MARSAD_SHARED names no folder. With --update
the expectations are written anew (lines that still match keep their "[..]").
"""
import os
import re
import subprocess
import sys
import tempfile


STEP_SECONDS = 120  # so that a program that hangs is a failure with a name, and not a silence


class Step:
    def __init__(self):
        self.before, self.command, self.out, self.err, self.code = [], [], [], [], 0


def read_case(path):
    steps, before, needs = [], [], []
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f.read().split("\n"), 1):
            mark, text = line[:1], line[2:]
            if mark in ("", "#"):
                before.append(line)
            elif mark == "?":
                needs.append(text)
                before.append(line)
            elif mark == "$":
                step = Step()
                step.before, before = before, []
                step.command.append(text)
                steps.append(step)
            elif mark == ">":
                steps[-1].command.append(text)
            elif mark == "|":
                steps[-1].out.append(text)
            elif mark == "!":
                steps[-1].err.append(text)
            elif mark == "=":
                steps[-1].code = int(text)
            else:
                sys.exit(f"{path}:{number}: a line begins with '{mark}'")
    return steps, before, needs


def lines_of(data, folder):
    """Bytes as lines of text, the folder's own name left out; broken UTF-8 and a missing last newline are seen."""
    text = data.decode("utf-8", "backslashreplace").replace(folder, "$DIR")
    lines = text.split("\n")
    if lines[-1]:
        lines[-1] += "[no newline]"
    else:
        lines.pop()
    return lines


def is_as_expected(want, got):
    parts = want.split("[..]")
    return re.fullmatch(".*".join(re.escape(p) for p in parts), got, re.S) is not None


def differences(what, want, got):
    if len(want) == len(got) and all(is_as_expected(w, g) for w, g in zip(want, got)):
        return []
    return [f"{what}:"] + [f"  want {w!r}" for w in want] + [f"  got  {g!r}" for g in got]


def environment(bin_folder, folder):
    env = {"PATH": bin_folder + os.pathsep + os.environ.get("PATH", ""), "HOME": folder, "TMPDIR": folder,
           "LANG": "C.UTF-8", "MARSAD_LANG": "en", "MARSAD_NOW": "2026-01-02T03:04:05Z", "TZ": "UTC"}
    for name in ("MARSAD_SOURCE", "MARSAD_SHARED", "MARSAD_WORKER", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS",
                 "TSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    return env


def run_step(step, env, folder):
    try:
        done = subprocess.run(["bash", "-c", "\n".join(step.command)], cwd=folder, env=env,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=STEP_SECONDS)
    except subprocess.TimeoutExpired:
        return [], [f"[no end after {STEP_SECONDS} s]"], -1
    return lines_of(done.stdout, folder), lines_of(done.stderr, folder), done.returncode


def merged(want, got):
    return [next((w for w in want if "[..]" in w and is_as_expected(w, g)), g) for g in got]


def write_case(path, steps, after):
    with open(path, "w", encoding="utf-8") as f:
        lines = []
        for s in steps:
            lines += s.before + ["$ " + s.command[0]] + ["> " + c for c in s.command[1:]]
            lines += ["| " + o for o in s.out] + ["! " + e for e in s.err]
            lines += [f"= {s.code}"] if s.code else []
        f.write("\n".join(lines + after))


def main():
    args = sys.argv[1:]
    update = args and args[0] == "--update"
    bin_folder, cases = os.path.abspath(args[1 if update else 0]), args[2 if update else 1:]
    count, failed = 0, 0
    for path in cases:
        steps, after, needs = read_case(path)
        skip = "shared" in needs and not os.environ.get("MARSAD_SHARED")
        with tempfile.TemporaryDirectory(prefix="marsad-golden-") as folder:
            folder = os.path.realpath(folder)
            env = environment(bin_folder, folder)
            for step in steps:
                count += 1
                name = step.command[0].replace("#", " ")
                if skip:
                    print(f"ok {count} {name} # SKIP no shared data here")
                    continue
                out, err, code = run_step(step, env, folder)
                if update:
                    step.out, step.err, step.code = merged(step.out, out), merged(step.err, err), code
                wrong = differences("standard output", step.out, out) + differences("standard error", step.err, err)
                if code != step.code:
                    wrong.append(f"exit code {code}, not {step.code}")
                failed += bool(wrong)
                print(f"{'not ' if wrong else ''}ok {count} {name}")
                for line in wrong:
                    print("# " + line)
        if update and not skip:
            write_case(path, steps, after)
    print(f"1..{count}")
    return 1 if failed else 0


sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
sys.exit(main())
