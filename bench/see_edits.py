#!/usr/bin/env python3
"""How many edits of known clips are recognised, at no false match: one JSON object a line, then a table on stderr.

    /usr/bin/python3 bench/see_edits.py BUILD [--sources N] [--negatives N] [--edits a,b,…] [--keep DIR]

Draws clips (textures like those of photographs, drifting, with objects that move and cuts between scenes), puts them
into a bank with `marsad bank add`, edits each with ffmpeg and asks `marsad scan` what it sees. Clips that are in no bank
are asked for too: the most probable wrong finding of all sets the threshold for all. Needs ffmpeg and numpy.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np

W, H, FPS, SECONDS = 320, 568, 24, 6


def texture(rng, size):
    """Noise whose power falls with the square of the frequency, as in photographs, with broad patches of tone."""
    f = np.fft.fftfreq(size)
    r = np.hypot(*np.meshgrid(f, f))
    r[0, 0] = 1
    spectrum = np.exp(2j * np.pi * rng.random((size, size))) / r ** rng.uniform(1.2, 1.7)
    spectrum[0, 0] = 0
    t = np.real(np.fft.ifft2(spectrum))
    t = (t - t.mean()) / t.std()
    return t


def scene(rng, frames):
    size = 768
    layers = [np.clip(128 + rng.uniform(35, 60) * texture(rng, size), 0, 255) for _ in range(2)]
    tint = rng.uniform(0.7, 1.1, 3)
    pan = rng.uniform(-2.0, 2.0, 2)
    start = rng.integers(60, 120, 2)
    things = [(rng.uniform(0.1, 0.9, 2), rng.uniform(-0.006, 0.006, 2), rng.uniform(0.08, 0.25, 2), rng.uniform(-90, 90))
              for _ in range(rng.integers(2, 5))]
    yy, xx = np.mgrid[0:H, 0:W]
    for i in range(frames):
        x, y = (start + pan * i).astype(int) % (size - max(W, H) - 1)
        grey = layers[0][y:y + H, x:x + W].copy()
        for place, move, half, tone in things:
            c = place + move * i
            inside = ((xx / W - c[0]) / half[0]) ** 2 + ((yy / H - c[1]) / half[1]) ** 2 < 1
            grey[inside] = layers[1][y:y + H, x:x + W][inside] + tone
        yield np.clip(grey[..., None] * tint, 0, 255).astype(np.uint8)


def draw(path, seed):
    rng = np.random.default_rng(seed)
    p = subprocess.Popen(["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{W}x{H}", "-r",
                          str(FPS), "-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-threads", "1",
                          "-pix_fmt", "yuv420p", path], stdin=subprocess.PIPE)
    left = FPS * SECONDS
    while left > 0:
        n = min(left, int(rng.integers(FPS * 3 // 2, FPS * 3)))
        for frame in scene(rng, n):
            p.stdin.write(frame.tobytes())
        left -= n
    p.stdin.close()
    p.wait()


def root(area):
    return area ** 0.5


def crop(area):
    return f"crop=iw*{root(1 - area):.4f}:ih*{root(1 - area):.4f}"


CAPTION = "drawtext=text='Watch before they delete it':fontsize=20:fontcolor={c}:x=(w-tw)/2:y={y}"
BLUR_BACK = ("split[a][b];[a]scale=640:360,gblur=20[bg];[b]scale=-2:360[fg];[bg][fg]overlay=(W-w)/2:0")
# name: (group, filter graph on [0:v], needs [1:v], further encoder options)
EDITS = {
    "recompress crf 40": ("basic", "null", 0, ["-crf", "40"]),
    "half size": ("basic", "scale=iw/2:-2", 0, []),
    "aspect 0.7": ("basic", "scale=iw:ih*0.7,pad=ceil(iw/2)*2:ceil(ih/2)*2", 0, []),
    "blur 4": ("basic", "gblur=4", 0, []),
    "grey": ("basic", "hue=s=0", 0, []),
    "brightness 0.2": ("basic", "eq=brightness=0.2", 0, []),
    "contrast 1.5": ("basic", "eq=contrast=1.5", 0, []),
    "noise 30": ("basic", "noise=alls=30:allf=t", 0, []),
    "15 frames/s": ("basic", "fps=15", 0, []),
    "speed 0.5": ("basic", "setpts=2*PTS", 0, []),
    "speed 1.25": ("basic", "setpts=PTS/1.25", 0, []),
    "speed 2": ("basic", "setpts=PTS/2", 0, []),
    "mirror": ("basic", "hflip", 0, []),
    "upside down": ("basic", "vflip", 0, []),
    "quarter turn": ("basic", "transpose=1", 0, []),
    "crop 5 %": ("basic", crop(0.05), 0, []),
    "crop 10 %": ("basic", crop(0.10), 0, []),
    "crop 20 %": ("basic", crop(0.20), 0, []),
    "pad 20 %": ("basic", "pad=iw*1.2:ih*1.2:(ow-iw)/2:(oh-ih)/2:color=navy", 0, []),
    "letterbox": ("basic", "scale=-2:360,pad=640:360:(ow-iw)/2:0", 0, []),
    "blurred background": ("basic", BLUR_BACK, 0, []),
    "caption bar": ("basic", "pad=iw:ih*1.18:0:oh-ih:color=white," + CAPTION.format(c="black", y="h*0.06"), 0, []),
    "caption low": ("basic", CAPTION.format(c="white:borderw=2", y="h*0.78") + "," +
                    CAPTION.format(c="white:borderw=2", y="h*0.83"), 0, []),
    "watermark": ("basic", "drawtext=text='@somebody':fontsize=22:fontcolor=white@0.8:x=w-tw-12:y=12", 0, []),
    "first 3 s": ("basic", "trim=1:4,setpts=PTS-STARTPTS", 0, []),
    "backwards": ("basic", "reverse", 0, []),
    "split top/bottom": ("hard", "[0:v][1:v]vstack", 1, []),
    "side by side": ("hard", "[0:v][1:v]hstack", 1, []),
    "picture in picture 70 %": ("hard", "[0:v]scale=iw*0.7:-2[a];[1:v][a]overlay=30:80", 1, []),
    "picture in picture 40 %": ("hard", "[0:v]scale=iw*0.4:-2[a];[1:v][a]overlay=150:300", 1, []),
    "reaction corner": ("hard", "[1:v]scale=iw*0.3:-2[a];[0:v][a]overlay=W-w:H-h", 1, []),
    "blend 30 %": ("hard", "[1:v][0:v]blend=all_mode=normal:all_opacity=0.3", 1, []),
    "rotate 5": ("hard", "rotate=5*PI/180", 0, []),
    "rotate 15": ("hard", "rotate=15*PI/180", 0, []),
    "crop 50 %": ("hard", crop(0.50), 0, []),
    "crop left 15 %": ("hard", "crop=iw*0.85:ih:iw*0.15:0", 0, []),
    "mirror + crop 10 %": ("pair", "hflip," + crop(0.10), 0, []),
    "letterbox + crf 40": ("pair", "scale=-2:360,pad=640:360:(ow-iw)/2:0", 0, ["-crf", "40"]),
    "blurred background + mirror": ("pair", "hflip," + BLUR_BACK, 0, []),
    "split + mirror": ("pair", "[0:v]hflip[a];[a][1:v]vstack", 1, []),
    "picture in picture 40 % + speed 1.25": ("pair", "[0:v]scale=iw*0.4:-2,setpts=PTS/1.25[a];[1:v][a]overlay=150:300",
                                             1, []),
    "caption bar + grey": ("pair", "hue=s=0,pad=iw:ih*1.18:0:oh-ih:color=white," +
                           CAPTION.format(c="black", y="h*0.06"), 0, []),
    "pad 20 % + speed 2": ("pair", "setpts=PTS/2,pad=iw*1.2:ih*1.2:(ow-iw)/2:(oh-ih)/2:color=navy", 0, []),
}


def edit(source, other, to, how):
    _, graph, two, options = how
    inputs = ["-i", source] + (["-i", other] if two else [])
    flag = "-filter_complex" if two or ";" in graph else "-vf"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-threads", "1", *inputs, flag, graph, "-c:v", "libx264", "-preset",
                    "veryfast", "-threads", "1", "-pix_fmt", "yuv420p", "-an", "-shortest", *options, to], check=True)


def marsad(build, *args):
    env = dict(os.environ, MARSAD_WORKER=f"{build}/src/media/marsad-worker")
    p = subprocess.run([f"{build}/src/marsad", *args], capture_output=True, text=True, env=env, check=False)
    if p.returncode > 1:
        sys.exit(f"marsad {args[0]}: {p.stderr}")
    return p.stdout


def scan(build, bank, files):
    found = {f: {} for f in files}
    for line in marsad(build, "scan", "--json", "--bank", f"terror.propaganda={bank}", *files).splitlines():
        o = json.loads(line)
        if o.get("kind") == "match.media":
            hits = found.setdefault(o["source"], {})
            hits[o["label"]] = max(hits.get(o["label"], 0), o["probability"])
    return found


def main():
    a = argparse.ArgumentParser()
    a.add_argument("build")
    a.add_argument("--sources", type=int, default=8)
    a.add_argument("--negatives", type=int, default=8)
    a.add_argument("--edits", default="")
    a.add_argument("--keep")
    a = a.parse_args()
    folder = a.keep or tempfile.mkdtemp(prefix="see.")
    os.makedirs(folder, exist_ok=True)

    def path(name):
        return os.path.join(folder, name)

    names = [e for e in EDITS if not a.edits or e in a.edits.split(",")]
    sources = [path(f"source{i}.mp4") for i in range(a.sources)]
    negatives = [path(f"negative{i}.mp4") for i in range(max(a.negatives, 1))]
    for i, p in enumerate(sources + negatives):
        if not os.path.exists(p):
            draw(p, 1000 + i if p in sources else 900000 + i - a.sources)
    workspace, bank = path("workspace"), path("bank.ndjson")
    shutil.rmtree(workspace, ignore_errors=True)
    marsad(a.build, "init", workspace, "-q")
    marsad(a.build, "bank", "new", "refs", "-w", workspace, "--category", "terror.propaganda", "-q")
    marsad(a.build, "bank", "add", "refs", "-w", workspace, "-q", *sources)
    marsad(a.build, "bank", "export", "refs", "-w", workspace, "--format", "marsad", "-q", "-o", bank)
    wrong, right, spent, files = 0.0, {}, 0.0, 0
    for found in scan(a.build, bank, negatives).values():
        wrong = max([wrong, *found.values()])
    for name in names:
        k, made = list(EDITS).index(name), []
        for i, s in enumerate(sources):
            to = path(f"edit{k}.{i}.mp4")
            if not os.path.exists(to):
                edit(s, negatives[i % len(negatives)], to, EDITS[name])
            made.append(to)
        start = time.time()
        found = scan(a.build, bank, made)
        spent, files = spent + time.time() - start, files + len(made)
        right[name] = []
        for i, f in enumerate(made):
            label = os.path.basename(sources[i])
            right[name].append(found[f].get(label, 0))
            wrong = max([wrong, *(p for n, p in found[f].items() if n != label)])
        if not a.keep:
            for f in made:
                os.unlink(f)
    total = {}
    for name in names:
        hits = sum(p > wrong for p in right[name])
        group = total.setdefault(EDITS[name][0], [0, 0])
        group[0] += hits
        group[1] += len(sources)
        print(json.dumps({"bench": "see_edits", "edit": name, "group": EDITS[name][0], "clips": len(sources), "found": hits}))
        print(f"{name:40} {hits:3} of {len(sources)}", file=sys.stderr)
    for group, (hits, n) in total.items():
        print(json.dumps({"bench": "see_edits", "group": group, "recall": round(hits / n, 3), "of": n,
                          "most_probable_wrong": round(wrong, 4), "negatives": a.negatives,
                          "seconds_per_clip": round(spent / max(files, 1), 3)}))
    if not a.keep:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
