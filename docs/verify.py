#!/usr/bin/env python3
"""Checks Marsad's log with Python's standard library alone, for people who trust nobody.
    verify.py LOG KEY [DATABASE]   LOG: the folder with checkpoint and tile/; KEY: "name+id+base64", or a file with it
    verify.py PROOF KEY            PROOF: a file that `marsad log prove` wrote, or one from an evidence package
Prints what does not hold, place by place, then OK or BAD; the exit code is 0 or 1. Formats: docs/evidence.md."""
import base64, hashlib, json, os, sqlite3, struct, sys

faults = []
tell = faults.append
sha = lambda b: hashlib.sha256(b).digest()
leaf_hash, node = lambda leaf: sha(b"\0" + leaf), lambda a, b: sha(b"\1" + a + b)
unbase = lambda s: base64.b64decode(s, validate=True)

# Ed25519 by the formulas of RFC 8032, 5.1: slow and short
P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    A, B = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    C, E = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    return (B - A) * (E - C) % P, (E + C) * (B + A) % P, (E - C) * (E + C) % P, (B - A) * (B + A) % P


def times(k, a):
    return (0, 1, 1, 0) if not k else add(times(k - 1, a), a) if k & 1 else times(k // 2, add(a, a))


def point(raw):
    y = int.from_bytes(raw, "little") & 2**255 - 1
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    x = x if x * x % P == xx else x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != xx or y >= P:
        raise ValueError("no point of the curve")
    x = x if x & 1 == raw[31] >> 7 else P - x
    return x, y, 1, x * y % P


def signed(key, text, sig):
    s, h = int.from_bytes(sig[32:], "little"), hashlib.sha512(sig[:32] + key + text).digest()
    a = times(s, point(b"\x58" + b"\x66" * 31))
    b = add(point(sig[:32]), times(int.from_bytes(h, "little") % Q, point(key)))
    return s < Q and (a[0] * b[2] - b[0] * a[2]) % P == 0 == (a[1] * b[2] - b[1] * a[2]) % P


def checkpoint(note, vkey):  # a signed note: text, an empty line, lines "— name base64(key id, signature)"
    name, _, key = (open(vkey).read() if os.path.exists(vkey) else vkey).strip().split("+", 2)
    text, _, lines = note.rpartition(b"\n\n")
    ours = [unbase(sig) for dash, who, sig in (line.split(" ") for line in lines.decode().splitlines()) if who == name]
    ident = sha(name.encode() + b"\n" + unbase(key))[:4]
    if not any(s[:4] == ident and len(s) == 68 and signed(unbase(key)[1:], text + b"\n", s[4:]) for s in ours) \
            or not note.endswith(b"\n") or unbase(key)[0] != 1 or text.decode().splitlines()[0] != name:
        tell("checkpoint: not signed by this key")
    return int(text.splitlines()[1]), unbase(text.splitlines()[2])


def root_of(level):
    while len(level) > 1:
        level = [node(*level[i:i + 2]) if i + 1 < len(level) else level[i] for i in range(0, len(level), 2)]
    return level[0] if level else sha(b"")


def tile(log, kind, index, width):
    name = "".join("x%03d/" % (index // 1000**k % 1000) for k in (3, 2, 1) if index >= 1000**k) + "%03d" % (index % 1000)
    path = "tile/%s/%s" % (kind, name) + (".p/%d" % width if width < 256 else "")
    try:
        raw = open(os.path.join(log, path), "rb").read()
    except OSError as e:
        return tell("%s: %s" % (path, e.strerror)), path, []
    parts, at = [raw[i:i + 32] for i in range(0, len(raw), 32)], 0
    if kind == "entries":  # two bytes of length before each leaf
        parts = []
        while at + 2 <= len(raw):
            parts.append(raw[at + 2:at + 2 + (raw[at] << 8 | raw[at + 1])])
            at += 2 + (raw[at] << 8 | raw[at + 1])
    if len(parts) != width or len(raw) != (at if kind == "entries" else 32 * width):
        tell("%s: cut, or with something added" % path)
    return None, path, parts


def check_log(log, vkey):
    size, root = checkpoint(open(os.path.join(log, "checkpoint"), "rb").read(), vkey)
    leaves, hashes, level = [], [], 0
    for start in range(0, size, 256):
        width = min(256, size - start)
        found, kept = tile(log, "entries", start // 256, width)[1:], tile(log, 0, start // 256, width)[1:]
        for i in range(width):
            leaf, want = (x[1][i] if i < len(x[1]) else None for x in (found, kept))
            if leaf is None or leaf_hash(leaf) != want:
                tell("entry %d: %s and %s do not agree" % (start + i, found[0], kept[0]))
            leaves.append(leaf)
            hashes.append(want or b"" if leaf is None else leaf_hash(leaf))
    print("%d entries" % size)
    if root_of(hashes) != root:
        tell("checkpoint: its root is not that of the entries")
    while len(hashes) >= 256:  # the tiles above: each hash is the root of a full tile below
        hashes, level = [root_of(hashes[i:i + 256]) for i in range(0, len(hashes) - 255, 256)], level + 1
        for start in range(0, len(hashes), 256):
            want = hashes[start:start + 256]
            _, path, got = tile(log, level, start // 256, len(want))
            for i in (i for i in range(len(want)) if got and got[i:i + 1] != want[i:i + 1]):
                tell("%s: entries %d and on, %d of them" % (path, (start + i) * 256**level, 256**level))
    return leaves


def digest(row):  # a letter of type, eight bytes, the bytes
    part = lambda v: b"n" + bytes(8) if v is None else struct.pack("<cq", b"i", v) if isinstance(v, int) else \
        struct.pack("<cd", b"d", v) if isinstance(v, float) else struct.pack("<cQ", b"b", len(v)) + v
    return sha(b"".join(part(v.encode() if isinstance(v, str) else v) for v in row)).hex()


def check_database(path, leaves):
    db, want, said, erased = sqlite3.connect("file:%s?mode=ro" % path, uri=True), 0, {}, set()
    pepper, size = db.execute("SELECT pepper, size FROM ledger_state").fetchone()
    for n, kind, at, by, subject, salt, record, commitment, leaf in db.execute(
            "SELECT n, kind, at_us, actor, subject, salt, record, commitment, leaf FROM ledger ORDER BY n"):
        for gone in range(want, n):
            tell("entry %d: removed from the database" % gone)
        want = n + 1
        made = b'{"n":%d,"kind":"%s","at":%d,"by":"%s","commitment":"%s"}' % (
            n, kind.encode(), at, by.encode(), commitment.hex().encode())
        kept = leaves[n] if n < len(leaves) and leaves[n] else made
        sound = made == kept and leaf_hash(made) == leaf
        if not record and not salt and sound:
            erased.add(n)
        elif not sound or sha(salt + record) != commitment:
            tell("entry %d (%s): the database's is not the log's" % (n, kind))
        if record and sha(salt + record) == commitment and commitment.hex().encode() in kept:
            lines = [line.split(" ") for line in record.decode(errors="replace").splitlines()]
            step, who, about = (line[1] for line in lines[:3])
            if sound and (step, about.encode(), sha(pepper + who.encode()).hex()[:16]) != (kind, subject, by):
                tell("entry %d (%s): kind, subject or pseudonym is not the record's" % (n, kind))
            said.update({(w[0], w[1]): (n, w[2]) for w in lines[3:] if len(w) == 3 and w[0] != "says"})
    for gone in range(want, max(size, len(leaves))):
        tell("entry %d: removed from the database" % gone)
    if want > max(size, len(leaves)):
        tell("entries %d and on: added to the database" % size)
    for n in sorted(erased - {int(name) for table, name in said if table == "entry"}):
        tell("entry %d: erased, and no purge says so" % n)
    rows, tables = {}, {table for table, _ in said} - {"entry"}
    for t in tables | {"finding", "bank_item"}:  # all columns count, in their order; of a bank not its count of items
        table = {"case": "case_file", "hold": "legal_hold", "grant": "share_grant", "foreign": "foreign_item"}.get(t, t)
        keys = sum(c[5] > 0 for c in db.execute("PRAGMA table_info(%s)" % table))
        for row in db.execute("SELECT * FROM %s" % table):
            d = digest(row[:-1] if t in ("bank", "foreign") else row)
            key = "/".join(v.hex() if isinstance(v, bytes) else str(v) for v in row[:1 if t == "reach" else keys])
            rows[t, key + "/" + d[:16] if t == "reach" else key] = d
    for (t, name) in sorted(set(rows) | {s for s in said if s[0] != "entry"}):
        n, d = said.get((t, name), (-1, "-"))
        parent = said.get(({"finding": "result", "bank_item": "bank"}.get(t), name.rpartition("/")[0]), (-1, ""))
        if rows.get((t, name), "-") != (d if parent[0] <= n else "-"):  # a new parent ends what was said of its children
            tell("%s %s: changed, removed or added; entry %d was the last about it" % (t, name, n))


def check_proof(raw, vkey):
    head, _, note = raw.partition(b"\n\n")
    magic, extra, index, *path = head.decode().splitlines()
    n, extra, (size, root) = int(index.split()[1]), json.loads(unbase(extra.split()[1])), checkpoint(note, vkey)
    h, at, last = leaf_hash(extra["leaf"].encode()), n, size - 1
    for p in map(unbase, path):  # RFC 9162, 2.1.3.2
        h = node(p, h) if at & 1 or at == last else node(h, p)
        while not at & 1 and at == last and at:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    if magic != "c2sp.org/tlog-proof@v1" or h != root or last or n >= size:
        tell("entry %d: not in the signed log" % n)
    if "record" in extra and sha(bytes.fromhex(extra["salt"]) + extra["record"].encode()).hex() != \
            json.loads(extra["leaf"])["commitment"]:
        tell("entry %d: the record is not the one committed to" % n)
    print(extra["leaf"], extra.get("record", ""), sep="\n")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        if not os.path.isdir(sys.argv[1]):
            check_proof(open(sys.argv[1], "rb").read(), sys.argv[2])
        else:
            entries = check_log(sys.argv[1], sys.argv[2])
            if len(sys.argv) > 3:
                check_database(sys.argv[3], entries)
    except (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, sqlite3.Error, RecursionError) as e:
        tell("not what it should be: %r" % e)
    print("\n".join(faults[:1000] + ["BAD: %d" % len(faults) if faults else "OK"]))
    sys.exit(bool(faults))
