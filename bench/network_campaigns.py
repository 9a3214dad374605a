#!/usr/bin/env python3
"""Campaigns of pasted captions, each copy edited, told from ordinary posts: network_campaigns.py MARSAD SHARED

Captions of 8 to 30 words from SHARED/train. For each kind of edit six campaigns: six accounts post four captions each, the first as it
is and the others edited anew, within forty seconds; among 4,000 posts of 1,200 other accounts in the same week, two captions of which
many share. Pairs of one campaign that stand in one group, of 90 a kind, with equal captions and with near ones (--near). Seed 4.
"""
import collections
import csv
import io
import json
import random
import subprocess
import sys
import time
import unicodedata

UNDOTTED = str.maketrans("بتثنيجخذزضظغشةقف", "ٮٮٮںىححدرصطعسهٯڡ")
PERSIAN, DIGITS = str.maketrans("يكهىة", "یکەیۃ"), str.maketrans("عحقخط", "37956")
FILLERS = ("اليوم", "زوين", "والله", "بصح", "يعني", "راه")


def some(share, edit):
    return lambda text: " ".join(edit(w) if random.random() < share and len(w) > 2 else w for w in text.split(" "))


def each(mark):
    return lambda w: "".join(c + mark() for c in w)


def drawn_out(w):
    i = random.randrange(len(w))
    return w[:i] + w[i] * 4 + w[i:]


def replaced(text, most=1):
    words = text.split()
    for _ in range(most):
        words[random.randrange(len(words))] = random.choice(FILLERS)
    return " ".join(words)


def added(text):
    words = text.split()
    words.insert(random.randrange(len(words)), random.choice(FILLERS))
    return " ".join(words)


def dropped(text):
    words = text.split()
    words.pop(random.randrange(len(words)))
    return " ".join(words)


def mistyped(text):
    i = random.randrange(1, len(text) - 1)
    return text[:i] + random.choice("ابتنمل") + text[i + 1:]


def presented(text):
    out = ""
    for c in text:
        name = unicodedata.name(c, "") + " ISOLATED FORM"
        try:
            out += unicodedata.lookup(name) if name.startswith("ARABIC LETTER") else c
        except KeyError:
            out += c
    return out


EDITS = {
    "none": lambda t: t,
    "emoji and tag": lambda t: random.choice(("🔥", "😂😂", "❗")) + t + " #" + random.choice(("maroc", "fyp", "foryou")),
    "mention": lambda t: f"@user{random.randrange(99)} {t}",
    "link": lambda t: f"{t} https://x.example/{random.randrange(9999)}",
    "typing error": mistyped, "word replaced": replaced, "two words replaced": lambda t: replaced(t, 2), "word dropped": dropped,
    "word added": added, "no dots": lambda t: t.translate(UNDOTTED),
    "tatweel": some(0.5, each(lambda: random.choice(("", "ـ")))), "zero-width": some(0.5, each(lambda: "\u200b")),
    "elongation": some(0.3, drawn_out), "vowel marks": some(0.5, each(lambda: random.choice("\u064e\u064f\u0650"))),
    "Persian letters": lambda t: t.translate(PERSIAN), "presentation forms": presented, "spaces in words": some(0.3, " ".join),
    "separators": some(0.3, lambda w: random.choice(".-_*").join(w)), "turned round": some(0.4, lambda w: "\u202d" + w[::-1] + "\u202c"),
    "digits for letters": some(0.3, lambda w: w.translate(DIGITS)),
}


def captions(shared):
    out = {}
    for name in ("omcd_dedup", "darija20k_dd", "lhsab3", "osact4A"):
        for line in open(f"{shared}/train/{name}.train.tsv", encoding="utf-8", errors="replace"):
            text = line.rstrip("\n").partition("\t")[2].replace("\r", " ")
            if 8 <= len(text.split()) <= 30:
                out[text] = None
    out = list(out)
    random.shuffle(out)
    return out


def posts(texts):
    rows, truth, week = [], {}, 86400 * 7
    for kind, edit in EDITS.items():
        for campaign in range(6):
            accounts = [f"{kind} {campaign} {i}" for i in range(6)]
            truth.update({a: (kind, campaign) for a in accounts})
            for _ in range(4):
                base, start = texts.pop(), random.randrange(week)
                rows += [(a, base if i == 0 else edit(base), start + random.randrange(40)) for i, a in enumerate(accounts)]
    common = ("صباح الخير عليكم جميعا احبتي الكرام", "جمعة مباركة على الجميع ان شاء الله")
    for _ in range(4000):
        rows.append((f"other {random.randrange(1200)}", random.choice(texts if random.random() < 0.9 else common), random.randrange(week)))
    random.shuffle(rows)
    return rows, truth


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    random.seed(4)
    rows, truth = posts(captions(sys.argv[2]))
    table = io.StringIO()
    out = csv.writer(table)
    out.writerow(("account_id", "caption", "content_id", "timestamp_share"))
    out.writerows((a, text, i, 1700000000 + second) for i, (a, text, second) in enumerate(rows))
    for option in ("--object", "--near"):
        start = time.time()
        said = subprocess.run([sys.argv[1], "network", "-", option, "caption", "--json", "--quiet"], input=table.getvalue(), encoding="utf-8",
                              check=True, stdout=subprocess.PIPE).stdout
        spent, right, wrong = time.time() - start, collections.Counter(), 0
        for group in json.loads(said)["groups"]:
            members = [m if isinstance(m, str) else m.get("account") or m.get("id") for m in group.get("members") or group["accounts"]]
            for i, a in enumerate(members):
                for b in members[:i]:
                    same = a in truth and truth[a] == truth.get(b)
                    wrong += not same
                    right[truth[a][0] if same else ""] += same
        print(f"{option}: {len(rows)} posts, {spent:.2f} s, {sum(right.values())} pairs right, {wrong} wrong; of 90: "
              + ", ".join(f"{k} {right[k]}" for k in EDITS))


main()
