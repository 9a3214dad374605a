#!/usr/bin/env python3
"""How many edits of known clips are recognised, at no false match: JSON objects a line, then a table on stderr.

    /usr/bin/python3 bench/see_edits.py BUILD [--keep DIR] [--quick] [--first N] [--sources N] [--negatives N] [--pairs N]
                                        [--share S] [--edits a,b,…] [--vpdq PROGRAM]

Sources are drawn (see_draw.py), put into a bank with `marsad bank add`, edited with ffmpeg one way at a time and two ways
one after the other, and asked of with `marsad scan`. Of a source each edit is one query: it is found when a finding names
it that is surer than every wrong one: every finding in the negatives (which carry the same captions, frames and marks as
the edits do) and every finding that names another source than was edited.

Beside each share stands Wilson's interval of 95 %. --first is the number of the first source: what was tuned on 0 and
after it is to be reported on others, say --first 500. --keep leaves all that was drawn in DIR for the next run. --quick:
ten sources, 100 negatives, fewer edits. --vpdq: the path of vpdq-hash-video (ThreatExchange, vpdq/cpp), run on the same
files at one frame a second, matched by its own rule: 80 % of the query's frames of quality 50 within 31 bits.

Two processes at a time (--jobs); run it with nice.
"""
import argparse
import concurrent.futures
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np

import see_draw

NEGATIVE_FIRST, CLIPS_PER_NEGATIVE, NEGATIVE_FPS = 1000000, 20, 2


def even(x):
    return max(2, int(round(x / 2)) * 2)


class Clip:
    """A filter graph under way: the pad's name, its size, and what it runs on."""

    def __init__(self, w, h, others):
        self.w, self.h, self.pad, self.graph, self.n, self.options, self.others, self.used = w, h, "0:v", [], 0, [], others, 0

    def then(self, chain, w=None, h=None):
        self.n += 1
        self.graph.append(f"[{self.pad}]{chain}[p{self.n}]")
        self.pad, self.w, self.h = f"p{self.n}", w or self.w, h or self.h

    def other(self, w, h):
        """Another clip, which is in no bank, as large as asked for."""
        self.used += 1
        self.n += 1
        self.graph.append(f"[{self.used}:v]scale={w}:{h},setsar=1[o{self.n}]")
        return f"o{self.n}"

    def with_other(self, pad, chain, w, h):
        """chain takes [A], ours, and [B]."""
        self.n += 1
        self.graph.append(chain.replace("[A]", f"[{self.pad}]").replace("[B]", f"[{pad}]") + f"[p{self.n}]")
        self.pad, self.w, self.h = f"p{self.n}", w, h


# ---- the edits: functions of a clip under way ----

def plain(chain, sx=1.0, sy=1.0):
    return lambda c: c.then(chain, even(c.w * sx), even(c.h * sy))


def encode(*options):
    def f(c):
        c.then("null")
        c.options = list(options)
    return f


def crop(left, top, right, bottom):
    def f(c):
        w, h = even(c.w * (1 - left - right)), even(c.h * (1 - top - bottom))
        c.then(f"crop={w}:{h}:{int(c.w * left)}:{int(c.h * top)}", w, h)
    return f


def crop_area(area, at=0.5):
    """Cuts that share of the area away; `at` 0.5 leaves the middle, 0 the left top."""
    side = 1 - math.sqrt(1 - area)
    return crop(side * at, side * at, side * (1 - at), side * (1 - at))


def size(sx, sy):
    return lambda c: c.then(f"scale={even(c.w * sx)}:{even(c.h * sy)},setsar=1", even(c.w * sx), even(c.h * sy))


def pixels(share):
    return lambda c: c.then(f"scale={even(c.w * share)}:{even(c.h * share)},scale={c.w}:{c.h}:flags=neighbor")


def pad(x, y, tone):
    def f(c):
        w, h = even(c.w * (1 + x)), even(c.h * (1 + y))
        c.then(f"pad={w}:{h}:(ow-iw)/2:(oh-ih)/2:color={tone}", w, h)
    return f


def canvas(c):
    return (640, 360) if c.h >= c.w else (360, 640)


def letterbox(c):
    w, h = canvas(c)
    c.then(f"scale={w}:{h}:force_original_aspect_ratio=decrease,pad={w}:{h}:(ow-iw)/2:(oh-ih)/2,setsar=1", w, h)


def blurred_background(c):
    w, h = canvas(c)
    k, s = c.n, min(w / c.w, h / c.h)
    c.then(f"split[a{k}][b{k}];[a{k}]scale={w}:{h}:force_original_aspect_ratio=increase,crop={w}:{h},gblur=18,setsar=1[c{k}];"
           f"[b{k}]scale={even(c.w * s)}:{even(c.h * s)},setsar=1[d{k}];[c{k}][d{k}]overlay=(W-w)/2:(H-h)/2", w, h)


def text(line, points, tone, y, more=""):
    return f"drawtext=text='{line}':fontsize={points}:fontcolor={tone}:x=(w-tw)/2:y={y}{more}"


def bar(share, top, tone="white", ink="black"):
    def f(c):
        h, b = even(c.h * (1 + share)), even(c.h * share)
        c.then(f"pad={c.w}:{h}:0:{b if top else 0}:color={tone}," + text("Watch before they delete it", c.w // 16, ink,
                                                                          f"{b // 2}-th/2" if top else f"{h - b // 2}-th/2"), c.w, h)
    return f


def caption(c):
    more = ":borderw=2"
    c.then(text("Watch before they delete it", c.w // 14, "white", int(c.h * 0.76), more) + "," +
           text("share with everyone", c.w // 14, "white", int(c.h * 0.82), more))


def big_words(c):
    c.then(text("NO WAY", c.w // 5, "yellow", int(c.h * 0.4), ":borderw=3"))


def watermark(c):
    c.then(f"drawtext=text='@somebody':fontsize={c.w // 14}:fontcolor=white@0.8:x=w-tw-12:y=12")


def emoji(share, opacity):
    return lambda c: c.then(f"drawtext=text='☻':font=DejaVu Sans:fontsize={int(c.w * share)}:fontcolor=yellow@{opacity}:x=w*0.3:y=h*0.25")


def shapes(c):
    c.then("drawbox=x=iw*0.1:y=ih*0.15:w=iw*0.25:h=ih*0.12:color=red@0.9:t=fill,"
           "drawbox=x=iw*0.6:y=ih*0.55:w=iw*0.22:h=ih*0.15:color=lime@0.9:t=fill")


def dots(c):
    rng = random.Random(5)
    c.then(",".join(f"drawbox=x=iw*{rng.random():.3f}:y=ih*{rng.random():.3f}:w=5:h=5:color={rng.choice(['red', 'white', 'blue'])}:t=fill"
                    for _ in range(100)))


def rotate(degrees):
    return lambda c: c.then(f"rotate={degrees}*PI/180")


def perspective(k):
    """Corners moved by up to k of the sides, as a screen that is filmed."""
    def f(c):
        w, h = c.w, c.h
        at = [k * w, k * 0.5 * h, w - 0.3 * k * w, 0, 0, h, w - k * w, h - 0.7 * k * h]
        c.then("perspective=" + ":".join(f"{v:.1f}" for v in at) + ":sense=destination")
    return f


def shake(c):
    c.then(f"crop={even(c.w * 0.92)}:{even(c.h * 0.92)}:iw*0.04*(1+sin(n*0.9)):ih*0.04*(1+cos(n*1.3))", even(c.w * 0.92), even(c.h * 0.92))


def split(vertical, first):
    def f(c):
        o = c.other(c.w, c.h)
        ours, theirs = ("[A]", "[B]") if first else ("[B]", "[A]")
        c.with_other(o, f"{ours}{theirs}{'vstack' if vertical else 'hstack'}=shortest=1", c.w * (1 if vertical else 2), c.h * (2 if vertical else 1))
    return f


def grid(c):
    w, h = c.w, c.h
    o1, o2, o3 = c.other(w, h), c.other(w, h), c.other(w, h)
    c.with_other(o1, f"[{o2}][{o3}][B][A]xstack=inputs=4:layout=0_0|w0_0|0_h0|w0_h0:shortest=1", 2 * w, 2 * h)


def inside(share, x, y):
    """Ours small within another."""
    def f(c):
        w, h, sw, sh = c.w, c.h, even(c.w * share), even(c.h * share)
        o = c.other(w, h)
        c.then(f"scale={sw}:{sh},setsar=1", w, h)
        c.with_other(o, f"[B][A]overlay={int((w - sw) * x)}:{int((h - sh) * y)}:shortest=1", w, h)
    return f


def reaction(share, x, y):
    """Another small in a corner of ours."""
    def f(c):
        o = c.other(even(c.w * share), even(c.h * share))
        c.with_other(o, f"[A][B]overlay=(W-w)*{x}:(H-h)*{y}:shortest=1", c.w, c.h)
    return f


def blend(opacity):
    def f(c):
        o = c.other(c.w, c.h)
        c.then("fps=24,format=yuv420p")
        c.graph[-2] = c.graph[-2].replace("setsar=1", "fps=24,format=yuv420p,setsar=1")
        c.with_other(o, f"[B][A]blend=all_mode=normal:all_opacity={opacity}:shortest=1", c.w, c.h)
    return f


def background(c):
    """Small on a still that is no part of it, with a frame."""
    inside(0.75, 0.5, 0.35)(c)


BASIC, HARD, BEYOND, TIME, PAIR, STILL = "basic", "hard", "beyond", "time", "pair", "still"
EDITS = {
    "recompress crf 35": (BASIC, encode("-crf", "35")),
    "recompress crf 45": (BASIC, encode("-crf", "45")),
    "half size": (BASIC, size(0.5, 0.5)),
    "aspect 0.7": (BASIC, size(1, 0.7)),
    "aspect 1.6": (BASIC, size(1.6, 1)),
    "blur 4": (BASIC, plain("gblur=4")),
    "blur 8": (BASIC, plain("gblur=8")),
    "pixels 0.2": (BASIC, pixels(0.2)),
    "grey": (BASIC, plain("hue=s=0")),
    "saturation 2.5": (BASIC, plain("eq=saturation=2.5")),
    "sepia": (BASIC, plain("colorchannelmixer=.393:.769:.189:0:.349:.686:.168:0:.272:.534:.131")),
    "brightness +0.25": (BASIC, plain("eq=brightness=0.25")),
    "brightness -0.25": (BASIC, plain("eq=brightness=-0.25")),
    "contrast 0.5": (BASIC, plain("eq=contrast=0.5")),
    "contrast 1.7": (BASIC, plain("eq=contrast=1.7")),
    "noise 40": (BASIC, plain("noise=alls=40:allf=t")),
    "10 frames/s": (BASIC, plain("fps=10")),
    "15 frames/s": (BASIC, plain("fps=15")),
    "speed 0.5": (BASIC, plain("setpts=2*PTS")),
    "speed 0.8": (BASIC, plain("setpts=1.25*PTS")),
    "speed 1.25": (BASIC, plain("setpts=PTS/1.25")),
    "speed 2": (BASIC, plain("setpts=PTS/2")),
    "mirror": (BASIC, plain("hflip")),
    "upside down": (BASIC, plain("vflip")),
    "quarter turn": (BASIC, lambda c: c.then("transpose=1", c.h, c.w)),
    "quarter turn back": (BASIC, lambda c: c.then("transpose=2", c.h, c.w)),
    "crop 5 %": (BASIC, crop_area(0.05)),
    "crop 10 %": (BASIC, crop_area(0.10)),
    "crop 20 %": (BASIC, crop_area(0.20)),
    "crop 20 % left top": (BASIC, crop_area(0.20, 0)),
    "crop 10 % right": (BASIC, crop(0, 0, 0.10, 0)),
    "crop 15 % bottom": (BASIC, crop(0, 0, 0, 0.15)),
    "pad 20 %": (BASIC, pad(0.2, 0.2, "navy")),
    "pad 50 % white": (BASIC, pad(0.5, 0.5, "white")),
    "letterbox": (BASIC, letterbox),
    "blurred background": (BASIC, blurred_background),
    "caption bar": (BASIC, bar(0.18, True)),
    "caption bar below": (BASIC, bar(0.25, False, "black", "white")),
    "caption low": (BASIC, caption),
    "watermark": (BASIC, watermark),
    "split top": (HARD, split(True, True)),
    "split right": (HARD, split(False, False)),
    "grid of four": (HARD, grid),
    "picture in picture 70 %": (HARD, inside(0.7, 0.3, 0.4)),
    "picture in picture 55 %": (HARD, inside(0.55, 0.8, 0.1)),
    "picture in picture 40 %": (HARD, inside(0.4, 0.6, 0.7)),
    "reaction 30 % right": (HARD, reaction(0.3, 1, 1)),
    "reaction 40 % left": (HARD, reaction(0.4, 0, 0.1)),
    "blend 30 %": (HARD, blend(0.3)),
    "rotate 5": (HARD, rotate(5)),
    "rotate -10": (HARD, rotate(-10)),
    "rotate 15": (HARD, rotate(15)),
    "crop 50 %": (HARD, crop_area(0.5)),
    "crop 50 % left top": (HARD, crop_area(0.5, 0)),
    "crop 40 % right": (HARD, crop(0, 0, 0.4, 0)),
    "perspective 0.1": (HARD, perspective(0.1)),
    "perspective 0.2": (BEYOND, perspective(0.2)),
    "shake": (HARD, shake),
    "emoji": (HARD, emoji(0.5, 1)),
    "big words": (HARD, big_words),
    "shapes": (HARD, shapes),
    "dots": (HARD, dots),
    "rotate 25": (BEYOND, rotate(25)),
    "blend 50 %": (BEYOND, blend(0.5)),
    "picture in picture 25 %": (BEYOND, inside(0.25, 0.5, 0.5)),
    "crop 75 %": (BEYOND, crop_area(0.75, 0.3)),
}
# What pairs are made of: the target's edits, one value each.
IN_PAIRS = ["recompress crf 35", "aspect 0.7", "blur 4", "grey", "brightness +0.25", "contrast 0.5", "noise 40", "15 frames/s",
            "speed 1.25", "speed 0.8", "mirror", "quarter turn", "crop 10 %", "crop 20 % left top", "pad 20 %", "letterbox",
            "blurred background", "caption bar", "caption low", "watermark", "split top", "picture in picture 70 %",
            "picture in picture 55 %", "reaction 30 % right", "blend 30 %", "rotate 5", "crop 50 %"]
# Of these a picture is made from one frame of a clip too, which is asked for in the bank of clips.
STILLS = ["recompress crf 35", "mirror", "crop 20 % left top", "crop 50 %", "letterbox", "caption low", "picture in picture 55 %",
          "rotate 15", "perspective 0.1", "emoji"]
QUICK = ["recompress crf 35", "speed 1.25", "mirror", "quarter turn", "crop 20 %", "crop 20 % left top", "letterbox",
         "blurred background", "caption bar", "split top", "picture in picture 40 %", "reaction 30 % right", "blend 30 %",
         "rotate 15", "crop 50 %", "crop 50 % left top", "perspective 0.1", "emoji"]


def run_edit(job):
    """(names of edits, source, sources of other clips, to)"""
    names, source, others, to = job
    if os.path.exists(to):
        return
    p = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "stream=width,height", "-of",
                        "csv=p=0:s=x", source], capture_output=True, text=True, check=True)
    w, h = (int(x) for x in p.stdout.strip().split("x"))
    c = Clip(w, h, others)
    options = []
    for n in names:
        EDITS[n][1](c)
        options += c.options
        c.options = []
    still = to.endswith(".jpg")
    inputs = (["-ss", "2"] if still else []) + ["-i", source]
    for i in range(c.used):
        inputs += ["-i", others[i % len(others)]]
    part = to[:-4] + ".part" + to[-4:]
    coder = ["-frames:v", "1", "-q:v", "5", "-pix_fmt", "yuvj420p"] if still else [
        "-c:v", "libx264", "-preset", "superfast", "-threads", "1", "-pix_fmt", "yuv420p", "-an", "-t", "12", *options]
    try:
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-threads", "1", "-filter_threads", "1", "-filter_complex_threads", "1",
                        *inputs, "-filter_complex", ";".join(c.graph), "-map", f"[{c.pad}]", *coder, part], check=True)
    except subprocess.CalledProcessError:
        sys.exit(f"{names} of {source}: ffmpeg failed on {';'.join(c.graph)}")
    os.rename(part, to)


def cut_together(job):
    """([(file, from, seconds), …], to): pieces one after the other, each at most 320 × 568, framed to the first's size."""
    pieces, to = job
    if os.path.exists(to):
        return
    inputs, graph = [], []
    for i, (f, start, seconds) in enumerate(pieces):
        inputs += ["-ss", str(start), "-t", str(seconds), "-i", f]
        graph.append(f"[{i}:v]scale=320:568:force_original_aspect_ratio=decrease,pad=320:568:(ow-iw)/2:(oh-ih)/2,setsar=1,fps=24[v{i}]")
    graph.append("".join(f"[v{i}]" for i in range(len(pieces))) + f"concat=n={len(pieces)}:v=1")
    part = to[:-4] + ".part.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-threads", "1", *inputs, "-filter_complex", ";".join(graph), "-c:v", "libx264",
                    "-preset", "superfast", "-threads", "1", "-pix_fmt", "yuv420p", "-an", part], check=True)
    os.rename(part, to)


def draw_source(job):
    path, number = job
    if not os.path.exists(path):
        see_draw.draw(path + ".part.mp4", number)
        os.rename(path + ".part.mp4", path)


def draw_negative(job):
    """Twenty clips' worth of frames in one file; two of three files carry what edits carry."""
    path, number = job
    if os.path.exists(path):
        return
    raw = path + ".raw.mp4"
    see_draw.draw(raw, number, NEGATIVE_FPS, see_draw.SECONDS, CLIPS_PER_NEGATIVE, [(180, 320), (320, 180), (240, 240)][number % 3])
    how = [None, "caption low", "blurred background", None, "watermark", "caption bar", None, "big words", "letterbox"][number % 9]
    if how:
        c = Clip(*[(180, 320), (320, 180), (240, 240)][number % 3], [])
        EDITS[how][1](c)
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-threads", "1", "-i", raw, "-filter_complex", ";".join(c.graph), "-map",
                        f"[{c.pad}]", "-c:v", "libx264", "-preset", "superfast", "-threads", "1", "-pix_fmt", "yuv420p", path], check=True)
        os.unlink(raw)
    else:
        os.rename(raw, path)


def marsad(build, *args):
    env = dict(os.environ, MARSAD_WORKER=f"{build}/src/media/marsad-worker")
    p = subprocess.run([f"{build}/src/marsad", *args], capture_output=True, text=True, env=env, check=False)
    if p.returncode > 1:
        sys.exit(f"marsad {args[0]}: {p.stderr}")
    return p.stdout


def scan(job):
    """{file: {label: its best finding}}"""
    build, bank, files = job
    found = {f: {} for f in files}
    for line in marsad(build, "scan", "--json", "--bank", f"terror.propaganda={bank}", *files).splitlines():
        o = json.loads(line)
        if o.get("kind") == "match.media":
            hits = found.setdefault(o["source"], {})
            if o["probability"] > hits.get(o["label"], {"probability": -1})["probability"]:
                hits[o["label"]] = o
    return found


def vpdq_hash(job):
    program, f, to = job
    if not os.path.exists(to):
        subprocess.run([program, "-i", f, "-o", to, "-r", "1"], capture_output=True, check=False)
    bits = []
    with open(to, encoding="ascii") as lines:
        for line in lines:
            _, quality, text, *_ = line.strip().split(",")
            if int(quality) >= 50:
                bits.append(np.unpackbits(np.frombuffer(bytes.fromhex(text), np.uint8)))
    return np.array(bits, np.int32).reshape(-1, 256)


def vpdq_matches(query, reference):
    """The rule of the field's program: the share of the query's frames that are within 31 bits of one of the other's."""
    if not len(query) or not len(reference):
        return False
    near = (query[:, None, :] != reference[None, :, :]).sum(2).min(1) < 31
    return near.mean() >= 0.8


def wilson(k, n):
    if n == 0:
        return 0.0, 1.0
    z, p = 1.96, k / n
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def spread(pool, function, jobs, note):
    start = time.time()
    out = list(pool.map(function, jobs, chunksize=1))
    print(f"{note}: {len(jobs)} in {time.time() - start:.0f} s", file=sys.stderr, flush=True)
    return out


def batches(files, n=24):
    return [files[i:i + n] for i in range(0, len(files), n)]


def time_queries(path, sources, fillers, rng):
    """name -> [(file, {labels that must be named})], and the jobs that make them."""
    jobs, queries = [], {"3 s within 40 s": [], "five put together": [], "backwards": [], "first 3 s": []}
    base = os.path.basename
    for i, s in enumerate(sources):
        start = rng.uniform(0.5, 2.5)
        around = [(rng.choice(fillers), 0, 6) for _ in range(7)]
        at = rng.randrange(1, 7)
        to = path(f"time-long-{base(s)}")
        jobs.append((around[:at] + [(s, start, 3)] + around[at:], to))
        queries["3 s within 40 s"].append((to, {base(s)}))
        to = path(f"time-first-{base(s)}")
        jobs.append(([(s, 0, 3)], to))
        queries["first 3 s"].append((to, {base(s)}))
        if i % 5 == 0 and len(sources) >= 5:
            five = [sources[(i + k) % len(sources)] for k in range(5)]
            to = path(f"time-five-{base(s)}")
            jobs.append(([(f, rng.uniform(0, 3), 3) for f in five], to))
            queries["five put together"].append((to, {base(f) for f in five}))
    return queries, jobs


def backwards(job):
    source, to = job
    if not os.path.exists(to):
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-threads", "1", "-i", source, "-vf", "reverse", "-c:v", "libx264", "-preset",
                        "superfast", "-threads", "1", to + ".part.mp4"], check=True)
        os.rename(to + ".part.mp4", to)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("build")
    a.add_argument("--keep")
    a.add_argument("--quick", action="store_true")
    a.add_argument("--first", type=int, default=0)
    a.add_argument("--sources", type=int)
    a.add_argument("--negatives", type=int, help="clips' worth of frames")
    a.add_argument("--pairs", type=int, help="random pairs of edits a source")
    a.add_argument("--share", type=float, default=1, help="of each source, that share of the edits, drawn by lot")
    a.add_argument("--edits", default="")
    a.add_argument("--vpdq")
    a.add_argument("--jobs", type=int, default=2)
    a.add_argument("--prepare", action="store_true", help="draw and edit only, into --keep")
    a.add_argument("--dump", help="every finding in full, a JSON object a line")
    a = a.parse_args()
    nsources = a.sources or (10 if a.quick else 40)
    nnegatives = a.negatives if a.negatives is not None else (100 if a.quick else 5000)
    npairs = a.pairs if a.pairs is not None else (2 if a.quick else 12)
    names = [e for e in (QUICK if a.quick else EDITS) if not a.edits or e in a.edits.split(",")]
    folder = a.keep or tempfile.mkdtemp(prefix="see.")
    os.makedirs(folder, exist_ok=True)
    pool = concurrent.futures.ProcessPoolExecutor(a.jobs)
    threads = concurrent.futures.ThreadPoolExecutor(a.jobs)

    def path(name):
        return os.path.join(folder, name)

    base = os.path.basename
    sources = [path(f"source{i}.mp4") for i in range(a.first, a.first + nsources)]
    fillers = [path(f"filler{i}.mp4") for i in range(a.first + 300000, a.first + 300000 + 20)]
    spread(pool, draw_source, [(p, int("".join(filter(str.isdigit, base(p)[:-4])))) for p in sources + fillers], "sources")
    files = (nnegatives + CLIPS_PER_NEGATIVE - 1) // CLIPS_PER_NEGATIVE
    negatives = [path(f"negative{NEGATIVE_FIRST + i}.mp4") for i in range(files)]
    spread(pool, draw_negative, [(p, NEGATIVE_FIRST + i) for i, p in enumerate(negatives)], "negatives")

    queries, jobs = {}, []  # (group, name) -> [(file, {labels})]
    for k, s in enumerate(sources):
        others = [fillers[(k + i) % len(fillers)] for i in range(4)]
        lot = random.Random(f"lot {base(s)}")
        for n in names:
            if lot.random() >= a.share:
                continue
            to = path(f"edit-{n.replace(' ', '_').replace('/', '')}-{base(s)}")
            jobs.append(([n], s, others, to))
            queries.setdefault((EDITS[n][0], n), []).append((to, {base(s)}))
            if n in STILLS:
                jobs.append(([n], s, others, to[:-4] + ".jpg"))
                queries.setdefault((STILL, n + ", a picture"), []).append((to[:-4] + ".jpg", {base(s)}))
        rng = random.Random(f"pairs {base(s)}")
        for _ in range(npairs):
            pair = rng.sample(IN_PAIRS, 2)
            to = path(f"pair-{'+'.join(pair).replace(' ', '_').replace('/', '')}-{base(s)}")
            jobs.append((pair, s, others, to))
            queries.setdefault((PAIR, " + ".join(pair)), []).append((to, {base(s)}))
    spread(pool, run_edit, jobs, "edits")
    if not a.edits:
        times, jobs = time_queries(path, sources, fillers, random.Random(f"time {a.first}"))
        spread(pool, cut_together, jobs, "cut together")
        times["backwards"] = [(path(f"time-back-{base(s)}"), {base(s)}) for s in sources]
        spread(pool, backwards, [(s, q[0]) for s, q in zip(sources, times["backwards"])], "backwards")
        queries.update({(TIME, n): q for n, q in times.items()})

    if a.prepare:
        return

    workspace, bank = path(f"workspace{os.getpid()}"), path(f"bank{os.getpid()}.ndjson")
    marsad(a.build, "init", workspace, "-q")
    marsad(a.build, "bank", "new", "refs", "-w", workspace, "--category", "terror.propaganda", "-q")
    marsad(a.build, "bank", "add", "refs", "-w", workspace, "-q", *sources)
    marsad(a.build, "bank", "export", "refs", "-w", workspace, "--format", "marsad", "-q", "-o", bank)
    print(f"bank: {os.path.getsize(bank) / nsources / 1000:.0f} kB a clip", file=sys.stderr)
    shutil.rmtree(workspace)

    found, wrong = {}, []
    for part in spread(threads, scan, [(a.build, bank, b) for b in batches(negatives, 8)], "negatives scanned"):
        found.update(part)
    wrong += [(o["probability"], base(f), o) for f, hits in found.items() for o in hits.values()]
    asked = [f for q in queries.values() for f, _ in q]
    seconds = time.time()
    for part in spread(threads, scan, [(a.build, bank, b) for b in batches(asked)], "edits scanned"):
        found.update(part)
    seconds = (time.time() - seconds) * a.jobs / max(len(asked), 1)
    right = {}
    for key, q in queries.items():
        right[key] = []
        for f, labels in q:
            hits = found[f]
            right[key] += [(hits[n]["probability"] if n in hits else 0.0, f, hits.get(n)) for n in sorted(labels)]
            wrong += [(o["probability"], base(f), o) for n, o in hits.items() if n not in labels]
    limit = max([p for p, _, _ in wrong], default=0.0)
    if a.dump:
        with open(a.dump, "w", encoding="utf-8") as out:
            for key, v in right.items():
                for p, f, o in v:
                    print(json.dumps({"right": True, "group": key[0], "edit": key[1], "file": base(f), "finding": o}), file=out)
            for p, f, o in wrong:
                print(json.dumps({"right": False, "file": f, "finding": o}), file=out)

    peer = {}
    if a.vpdq:
        every = sorted({s for s in sources} | set(asked))
        hashes = dict(zip(every, spread(threads, vpdq_hash, [(a.vpdq, f, f[:-4] + ".vpdq.txt") for f in every], "vPDQ")))
        for key, q in queries.items():
            peer[key] = [vpdq_matches(hashes[f], hashes[path(n)]) for f, labels in q for n in sorted(labels)]

    def speed_of(name):
        return -1.0 if name == "backwards" else float(name.split()[1]) if name.startswith("speed ") else None

    def tell(name, group, v, beside):
        k, n = sum(p > limit for p, _, _ in v), len(v)
        low, high = wilson(k, n)
        o = {"bench": "see_edits", "edit": name, "group": group, "queries": n, "found": k, "recall": round(k / max(n, 1), 4),
             "low": round(low, 4), "high": round(high, 4)}
        shown = f"{name:46} {k:5} of {n:5}  {100 * k / max(n, 1):5.1f} %  ({100 * low:.1f}-{100 * high:.1f})"
        want = speed_of(name) if " + " not in name else None
        told = [f["reference"].get("speed") for p, _, f in v if p > limit and f]
        if want is not None:
            told = [t for t in told if t]
            o["speed_told"], o["speed_right"] = len(told), sum(abs(t - want) <= 0.15 * abs(want) for t in told)
            shown += f"   speed right {o['speed_right']} of {o['speed_told']} told"
        if beside:
            o["vpdq_found"] = int(sum(beside))
            shown += f"   vPDQ {sum(beside):5}"
        print(json.dumps(o), flush=True)
        print(shown, file=sys.stderr)

    groups = {}
    for key, v in right.items():
        g = groups.setdefault(key[0], ([], []))
        g[0].extend(v)
        g[1].extend(peer.get(key, []))
        if key[0] != PAIR:
            tell(key[1], key[0], v, peer.get(key))
    for g, (v, beside) in groups.items():
        tell(f"all: {g}", g, v, beside)
    in_pair = {}
    for key, v in right.items():
        for n in key[1].split(" + ") if key[0] == PAIR else []:
            in_pair.setdefault(n, []).extend(v)
    for n, v in in_pair.items():
        tell(f"pairs with {n}", "pairs", v, None)
    os.unlink(bank)
    print(json.dumps({"bench": "see_edits", "sources": nsources, "first": a.first, "negative_clips": files * CLIPS_PER_NEGATIVE,
                      "surest_wrong": round(limit, 4), "wrong_findings": len(wrong), "seconds_per_clip": round(seconds, 3),
                      "load": os.getloadavg()[0]}))
    for p, f, o in sorted(wrong, key=lambda x: -x[0])[:5]:
        print(f"wrong: {p:.3f} {f} → {o['label']}", file=sys.stderr)
    if not a.keep:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
