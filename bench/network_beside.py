#!/usr/bin/env python3
"""Side by side, in one run: `marsad network --compat coortweet`, the sliding window in plain Python (network_sweep.py), and
CooRTweet itself where R has it. Each reads the same file; the edges must be the same.

network_beside.py MARSAD [FILE [WINDOW_S [MIN_PARTICIPATION]]] [--python PATH] [--rscript PATH] [--repeat N] [--json]

Without FILE a world is made by network_gen beside MARSAD's build folder (a million posts, Zipf 0.7). --python is the
interpreter for the sweep (Debian's python3 by default), --rscript one that has CooRTweet. Times are processor seconds of the whole
program, reading included; the best of N runs. Memory is the largest resident set.
"""
import argparse
import csv
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

R_PROGRAM = r"""
args <- commandArgs(TRUE)
suppressMessages({library(CooRTweet); library(data.table)})
x <- fread(args[1])
found <- detect_groups(x, time_window = as.numeric(args[2]), min_participation = as.numeric(args[3]))
net <- generate_coordinated_network(found, edge_weight = 0.5)
edges <- igraph::as_data_frame(net, "edges")
fwrite(data.frame(a = pmin(edges$from, edges$to), b = pmax(edges$from, edges$to), weight = edges$weight), args[4])
"""


def run(command, repeat):
    """(best processor seconds, peak MB); None when it failed."""
    best, peak = None, 0
    for _ in range(repeat):
        pid = os.fork()
        if pid == 0:
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            try:
                os.execvp(command[0], command)
            except OSError as e:
                sys.stderr.write(f"{command[0]}: {e}\n")
                os._exit(127)
        _, status, usage = os.wait4(pid, 0)
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            return None
        cpu = usage.ru_utime + usage.ru_stime
        best = cpu if best is None else min(best, cpu)
        peak = max(peak, usage.ru_maxrss / 1024)
    return best, peak


def edges_of(path):
    with open(path, encoding="utf-8", newline="") as f:
        return {(r["a"], r["b"]): int(float(r["weight"])) for r in csv.DictReader(f)}


def make_world(build, folder):
    path = os.path.join(folder, "world.csv")
    with open(path, "wb") as f:
        subprocess.run([os.path.join(build, "bench", "network_gen"), "-n", "1000000"], stdout=f, check=True)
    return path


def has_coortweet(rscript):
    if not rscript or not shutil.which(rscript):
        return False
    return subprocess.run([rscript, "-e", "library(CooRTweet)"], capture_output=True, check=False).returncode == 0


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("marsad")
    p.add_argument("file", nargs="?")
    p.add_argument("window", nargs="?", default="60")
    p.add_argument("participation", nargs="?", default="2")
    p.add_argument("--python", default="/usr/bin/python3")
    p.add_argument("--rscript", default="Rscript")
    p.add_argument("--repeat", type=int, default=3)
    p.add_argument("--json", action="store_true")
    a = p.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        data = a.file or make_world(os.path.dirname(os.path.dirname(os.path.abspath(a.marsad))), folder)
        out = {name: os.path.join(folder, name + ".csv") for name in ("marsad", "python", "coortweet")}
        commands = {
            "marsad": [a.marsad, "network", data, "--window", a.window, "--min-participation", a.participation, "--compat",
                       "coortweet", "--edges", out["marsad"], "--limit", "0", "--quiet"],
            "python": [a.python, os.path.join(HERE, "network_sweep.py"), data, a.window, a.participation, out["python"]],
        }
        if has_coortweet(a.rscript):
            program = os.path.join(folder, "run.R")
            with open(program, "w", encoding="utf-8") as f:
                f.write(R_PROGRAM)
            plain = data
            if data.endswith(".gz"):
                plain = os.path.join(folder, "plain.csv")
                with gzip.open(data, "rb") as src, open(plain, "wb") as dst:
                    shutil.copyfileobj(src, dst)
            commands["coortweet"] = [a.rscript, program, plain, a.window, a.participation, out["coortweet"]]
        rows, edges = [], {}
        for name, command in commands.items():
            got = run(command, a.repeat if name != "coortweet" else 1)
            if got is None:
                rows.append({"program": name, "failed": True})
                continue
            edges[name] = edges_of(out[name])
            rows.append({"program": name, "cpu_s": round(got[0], 3), "peak_mb": round(got[1], 1), "edges": len(edges[name]),
                         "same_edges": edges[name] == edges.get("marsad")})
    for r in rows:
        if a.json:
            print(json.dumps(r))
        elif "failed" in r:
            print(f"{r['program']:10} failed")
        else:
            print(f"{r['program']:10} {r['cpu_s']:9.3f} s {r['peak_mb']:9.1f} MB {r['edges']:9} edges"
                  f"{'' if r['same_edges'] else '  NOT THE SAME'}")
    if "coortweet" not in commands and not a.json:
        print("coortweet  not measured: no R with that package (--rscript PATH)")
    return 0 if all(r.get("same_edges", True) for r in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
