"""Clips that are drawn, for bench/see_edits.py: ten kinds of scenes as short videos have them, each clip different by its
number alone. Nothing here is a picture of anybody.

Two numbers never share a texture, a word or a face; clips of one kind are as alike as clips of one kind are (the same
font, the same layout of a news studio), which is what a matcher must not be taken in by.
"""
import subprocess

import numpy as np

FPS, SECONDS = 24, 6
SIZES = [(320, 568)] * 7 + [(568, 320)] * 2 + [(400, 400)]
KINDS = ["landscape", "head", "crowd", "cards", "cartoon", "dark", "cuts", "chat", "news", "still"]
SYLLABLES = ["ba", "ri", "no", "sel", "tam", "ko", "dun", "la", "mir", "zay", "hu", "fen", "ost", "qa", "wel", "ith"]
# What a platform and a habit put on a fifth of the clips, as the edits and the negatives have it.
MARKED = ("drawtext=text='@somebody':fontsize={points}:fontcolor=white@0.8:x=w-tw-12:y=12,"
          "drawtext=text='Watch before they delete it':fontsize={points}:fontcolor=white:borderw=2:x=(w-tw)/2:y=h*0.76")


def texture(rng, h, w, slope=None):
    """Noise whose power falls with the frequency as in photographs; mean 0, deviation 1."""
    fy, fx = np.fft.fftfreq(h)[:, None], np.fft.rfftfreq(w)[None, :]
    r = np.hypot(fy, fx)
    r[0, 0] = 1
    spectrum = np.exp(2j * np.pi * rng.random(r.shape)) / r ** (slope or rng.uniform(1.2, 1.7))
    spectrum[0, 0] = 0
    t = np.fft.irfft2(spectrum, s=(h, w))
    return ((t - t.mean()) / t.std()).astype(np.float32)


def colour(rng, low=40, high=215):
    return rng.uniform(low, high, 3).astype(np.float32)


def words(rng, n):
    return " ".join("".join(rng.choice(SYLLABLES, rng.integers(1, 4))) for _ in range(n)).capitalize()


def ellipse(h, w):
    yy, xx = np.mgrid[-1:1:h * 1j, -1:1:w * 1j]
    return np.clip((1 - np.hypot(yy, xx)) * min(h, w) / 4, 0, 1)[..., None].astype(np.float32)


def blit(frame, picture, alpha, x, y):
    h, w = picture.shape[:2]
    x, y = int(x), int(y)
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + w, frame.shape[1]), min(y + h, frame.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    p = picture[y0 - y:y1 - y, x0 - x:x1 - x]
    if alpha is None:
        frame[y0:y1, x0:x1] = p
        return
    a = alpha[y0 - y:y1 - y, x0 - x:x1 - x]
    frame[y0:y1, x0:x1] += a * (p - frame[y0:y1, x0:x1])


def thing(rng, h, w, contrast=30):
    """A textured body with its mask."""
    body = colour(rng) + contrast * texture(rng, h, w)[..., None]
    return body, ellipse(h, w)


class Landscape:
    """A sky, ridges of mountains or roofs one before the other, the camera drifting."""

    def __init__(self, rng, w, h):
        self.w, self.h, wide = w, h, w + 200
        sky = np.linspace(0, 1, h)[:, None, None] * (colour(rng, 120, 240) - colour(rng, 60, 200)) + colour(rng, 90, 200)
        self.sky = sky + 14 * texture(rng, h, wide, 1.8)[..., None]
        self.layers = []
        for k in range(rng.integers(2, 5)):
            line = h * (0.3 + 0.17 * k) + h * 0.07 * texture(rng, 1, wide, 1.5)[0]
            if rng.random() < 0.4:
                line = np.repeat(line[::24], 24)[:wide]
            mask = np.clip(np.arange(h)[:, None] - line[None, :len(line)], 0, 1)[..., None].astype(np.float32)
            ground = colour(rng, 30, 190) + rng.uniform(15, 40) * texture(rng, h, mask.shape[1])[..., None]
            self.layers.append((ground, mask, rng.uniform(-1.5, 1.5)))
        self.start = rng.uniform(60, 140)

    def frame(self, t):
        x = int(self.start)
        f = self.sky[:, x:x + self.w].copy()
        for ground, mask, speed in self.layers:
            x = int(np.clip(self.start + speed * t * FPS, 0, ground.shape[1] - self.w))
            f += mask[:, x:x + self.w] * (ground[:, x:x + self.w] - f)
        return f


class Head:
    """Somebody who speaks before a wall with things on it; only the head and the mouth move."""

    def __init__(self, rng, w, h):
        self.w, self.h = w, h
        self.wall = colour(rng) + rng.uniform(3, 12) * texture(rng, h, w)[..., None]
        for _ in range(rng.integers(4, 12)):
            bh, bw = int(h * rng.uniform(0.05, 0.25)), int(w * rng.uniform(0.05, 0.3))
            box = colour(rng) + rng.uniform(5, 40) * texture(rng, bh, bw)[..., None]
            blit(self.wall, box, None, rng.uniform(0, w - bw), rng.uniform(0, h - bh))
        self.shoulders = thing(rng, int(h * 0.5), int(w * rng.uniform(0.7, 0.95)), 10)
        self.face = thing(rng, int(h * rng.uniform(0.26, 0.34)), int(min(w, h) * rng.uniform(0.3, 0.42)), 6)
        self.hair = thing(rng, self.face[0].shape[0] // 2, self.face[0].shape[1] + 10, 12)
        self.eye = thing(rng, 8, 14, 4)
        self.mouth = thing(rng, 12, 34, 3)
        self.c = np.array([w * rng.uniform(0.4, 0.6), h * rng.uniform(0.35, 0.45)])
        self.sway, self.speed = rng.uniform(4, 14, 2), rng.uniform(1, 3, 2)

    def frame(self, t):
        f = self.wall.copy()
        x, y = self.c + self.sway * np.sin(self.speed * t)
        fh, fw = self.face[0].shape[:2]
        sh, sw = self.shoulders[0].shape[:2]
        blit(f, *self.shoulders, x - sw / 2, y + fh * 0.45)
        blit(f, *self.face, x - fw / 2, y - fh / 2)
        blit(f, *self.hair, x - fw / 2 - 5, y - fh * 0.6)
        blit(f, *self.eye, x - fw * 0.25 - 7, y - 8)
        blit(f, *self.eye, x + fw * 0.25 - 7, y - 8)
        opening = int(3 + 9 * abs(np.sin(7 * t)))
        blit(f, self.mouth[0][:opening], self.mouth[1][:opening], x - 17, y + fh * 0.25)
        return f


class Crowd:
    """Figures that walk over a square."""

    def __init__(self, rng, w, h):
        self.w, self.h = w, h
        self.ground = colour(rng, 80, 200) + rng.uniform(10, 25) * texture(rng, h, w)[..., None]
        self.people = []
        for _ in range(rng.integers(25, 60)):
            y = rng.uniform(0.15, 0.95) * h
            size = int(10 + 34 * y / h)
            self.people.append((rng.uniform(0, w), y, rng.uniform(-25, 25), thing(rng, int(size * 1.8), size, 25),
                                thing(rng, size * 2 // 3, size * 2 // 3, 8)))
        self.people.sort(key=lambda p: p[1])

    def frame(self, t):
        f = self.ground.copy()
        for x, y, v, body, head in self.people:
            x = (x + v * t + 40) % (self.w + 80) - 40
            blit(f, *body, x, y)
            blit(f, *head, x + body[0].shape[1] / 6, y - head[0].shape[0] * 0.8)
        return f


class Cards:
    """Words on a plain or shaded ground; the words are put on by ffmpeg."""

    def __init__(self, rng, w, h):
        self.card = np.linspace(0, 1, h)[:, None, None] * (colour(rng) - colour(rng)) * rng.uniform(0, 1) + colour(rng) + \
            np.zeros((h, w, 3), np.float32)
        for _ in range(rng.integers(0, 3)):
            bh, bw = int(h * rng.uniform(0.02, 0.3)), int(w * rng.uniform(0.3, 1))
            blit(self.card, np.broadcast_to(colour(rng), (bh, bw, 3)), None, rng.uniform(0, w - bw + 1), rng.uniform(0, h - bh))
        self.text = [(words(rng, rng.integers(2, 4)), rng.integers(18, 40), rng.uniform(0.1, 0.85)) for _ in range(rng.integers(2, 6))]
        self.ink = "white" if self.card.mean() < 128 else "black"

    def frame(self, t):
        return self.card.copy()


class Cartoon:
    """Flat shapes with dark outlines."""

    def __init__(self, rng, w, h):
        self.ground = np.zeros((h, w, 3), np.float32) + colour(rng, 120, 250)
        blit(self.ground, np.broadcast_to(colour(rng), (h // 3, w, 3)), None, 0, h * 2 // 3)
        self.shapes = []
        for _ in range(rng.integers(6, 16)):
            sh, sw = int(h * rng.uniform(0.05, 0.3)), int(w * rng.uniform(0.08, 0.35))
            mask = ellipse(sh, sw) if rng.random() < 0.6 else np.ones((sh, sw, 1), np.float32)
            inner = np.zeros_like(mask)
            inner[3:-3, 3:-3] = ellipse(sh - 6, sw - 6) if mask[0, 0, 0] < 1 else 1
            self.shapes.append((inner * colour(rng, 60, 255), mask, rng.uniform(0, (w, h)), rng.uniform(-20, 20, 2)))

    def frame(self, t):
        f = self.ground.copy()
        for p, mask, at, v in self.shapes:
            blit(f, p, mask, *(at - np.array(p.shape[1::-1]) / 2 + v * np.sin(t + at[0])))
        return f


class Dark:
    """Little light: one of the others, dimmed, with a lamp that wanders and the noise of a small sensor."""

    def __init__(self, rng, w, h):
        self.of = rng.choice([Landscape, Head, Crowd])(rng, w, h)
        self.rng, self.w, self.h = np.random.default_rng(rng.integers(1 << 30)), w, h
        self.level, self.phase = rng.uniform(0.12, 0.3), rng.uniform(0, 6)
        self.light = ellipse(h, w) * 0.25

    def frame(self, t):
        shift = int(self.w * 0.3 * np.sin(t + self.phase))
        f = self.of.frame(t) * (self.level + np.roll(self.light, shift, axis=1))
        return f + self.rng.normal(0, 2.5, (self.h, self.w, 1))


class Chat:
    """A conversation on a screen, scrolling now and then."""

    def __init__(self, rng, w, h):
        self.w, self.h = w, h
        self.page = np.zeros((h * 2, w, 3), np.float32) + colour(rng, 200, 245)
        tones, y, self.text = [colour(rng, 150, 230), colour(rng, 150, 230)], 10.0, []
        while y < h * 2 - 60:
            bh, bw, mine = int(rng.uniform(28, 70)), int(w * rng.uniform(0.3, 0.75)), int(rng.random() < 0.5)
            x = w - bw - 10 if mine else 10
            blit(self.page, np.broadcast_to(tones[mine], (bh, bw, 3)), None, x, y)
            for k in range(bh // 16):
                at = x + 8
                while at < x + bw - 24:
                    n = int(rng.integers(8, 26))
                    bars = (rng.random((9, n // 2, 1)) < 0.55).astype(np.float32)
                    ink = np.repeat(np.repeat(bars, 2, 1)[:, :n], 1, 0)
                    blit(self.page, np.broadcast_to(np.float32(40), (9, ink.shape[1], 3)), ink, at, y + 6 + 15 * k)
                    at += n + 6
            y += bh + rng.uniform(6, 16)
        self.jumps = np.sort(rng.uniform(0, 6, 3))

    def frame(self, t):
        y = int(min(np.searchsorted(self.jumps, t) * 90, self.h))
        return self.page[y:y + self.h].copy()


class News:
    """A speaker beside a picture, a strip below with words that run."""

    def __init__(self, rng, w, h):
        self.w, self.h, self.head = w, h, Head(rng, w, h)
        self.inset = Landscape(rng, max(int(w * 0.42), 64), max(int(h * 0.25), 64))
        self.strip = np.zeros((h // 9, w * 3, 3), np.float32) + colour(rng, 20, 120)
        bars = np.repeat((rng.random((1, w * 3 // 5, 1)) < 0.6).astype(np.float32), 5, 1)
        sh = self.strip.shape[0]
        blit(self.strip, np.broadcast_to(np.float32(235), (sh // 3, bars.shape[1], 3)), np.repeat(bars, sh // 3, 0), 0, sh // 3)

    def frame(self, t):
        f = self.head.frame(t)
        blit(f, self.inset.frame(t), None, self.w * 0.52, self.h * 0.08)
        x = int(60 * t) % (self.w * 2)
        blit(f, self.strip[:, x:x + self.w], None, 0, self.h * 0.82)
        return f


class Still:
    """A picture over which the camera closes in."""

    def __init__(self, rng, w, h):
        self.w, self.h = w, h
        of = rng.choice([Landscape, Crowd, Head, Cartoon])(rng, w * 3 // 2, h * 3 // 2)
        self.picture = of.frame(rng.uniform(0, 3))
        self.zoom, self.way = rng.uniform(-0.05, 0.05), rng.uniform(-6, 6, 2)

    def frame(self, t):
        z = 1.25 + self.zoom * t
        cx, cy = self.w * 0.75 + self.way[0] * t, self.h * 0.75 + self.way[1] * t
        x = np.clip((cx + (np.arange(self.w) - self.w / 2) * z).astype(int), 0, self.picture.shape[1] - 1)
        y = np.clip((cy + (np.arange(self.h) - self.h / 2) * z).astype(int), 0, self.picture.shape[0] - 1)
        return self.picture[y[:, None], x[None, :]]


SCENES = {"landscape": Landscape, "head": Head, "crowd": Crowd, "cards": Cards, "cartoon": Cartoon, "dark": Dark, "chat": Chat,
          "news": News, "still": Still}


def shots(rng, kind, seconds):
    """(scene class, from, to) one after the other."""
    t = 0.0
    while t < seconds:
        long = {"cuts": (0.4, 0.9), "cards": (1.5, 2.5), "head": (3, 6), "chat": (6, 6), "dark": (2, 5)}.get(kind, (1.5, 4))
        end = min(t + rng.uniform(*long), seconds)
        if seconds - end < 0.4:
            end = seconds
        yield SCENES[kind if kind != "cuts" else str(rng.choice(list(SCENES)))], t, end
        t = end


def encoder(path, w, h, fps, graph="null"):
    return subprocess.Popen(
        ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{w}x{h}", "-r", str(fps), "-i", "-",
         "-vf", graph, "-c:v", "libx264", "-preset", "superfast", "-crf", "20", "-threads", "1", "-pix_fmt", "yuv420p", path],
        stdin=subprocess.PIPE)


def draw(path, number, fps=FPS, seconds=SECONDS, clips=1, size=None):
    """Draws clip `number`; with clips > 1 that many, one after the other in one file, of the kinds in turn."""
    rng = np.random.default_rng([20261122, number])
    w, h = size or SIZES[number % len(SIZES)]
    scenes, text = [], []
    for k in range(clips):
        for make, a, b in shots(rng, KINDS[(number + number // 10 + k) % len(KINDS)], seconds):
            scene = make(rng, w, h)
            a, b = a + k * seconds, b + k * seconds
            scenes.append((scene, a, b))
            for line, points, y in getattr(scene, "text", []):
                text.append(f"drawtext=text='{line}':fontsize={points * w // 320}:fontcolor={scene.ink}:x=(w-tw)/2:y=h*{y:.3f}:"
                            f"enable='between(t,{a:.3f},{b - 0.001:.3f})'")
    if number % 5 == 1 and clips == 1:
        text.append(MARKED.format(points=w // 14))
    p = encoder(path, w, h, fps, ",".join(text) or "null")
    for scene, a, b in scenes:
        for i in range(int(np.ceil(a * fps - 1e-6)), int(np.ceil(b * fps - 1e-6))):
            p.stdin.write(np.clip(scene.frame(i / fps - a), 0, 255).astype(np.uint8).tobytes())
    p.stdin.close()
    if p.wait():
        raise RuntimeError(f"{path}: ffmpeg failed")
