#!/usr/bin/env python3
"""Checks Marsad's log with nothing but Python's standard library, for people who trust nobody.

    verify.py LOG KEY [DATABASE]     LOG: the folder with checkpoint and tile/; KEY: a line "name+id+base64", or its file
    verify.py PROOF KEY              PROOF: a file that `marsad log prove` wrote

Prints what does not hold, place by place; the last line is OK or BAD, the exit code 0 or 1. Formats: c2sp.org/signed-note,
tlog-checkpoint, tlog-tiles, tlog-proof; hashing: RFC 6962; signatures: RFC 8032; records: docs/evidence.md."""
import base64, hashlib, json, os, sqlite3, struct, sys

bad = 0


def tell(text):
    global bad
    bad += 1
    if bad <= 1000:
        print(text)


# ---- Ed25519 (RFC 8032, section 5.1), by its formulas: slow and short
P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    A, B = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    C, Z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    E, F, G, H = B - A, Z - C, Z + C, B + A
    return E * F % P, G * H % P, F * G % P, E * H % P


def times(k, a):
    r = (0, 1, 1, 0)
    while k:
        r, a, k = add(r, a) if k & 1 else r, add(a, a), k >> 1
    return r


def point(raw):
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - xx) % P or y >= P or (x == 0 and sign):
        raise ValueError("no point of the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def signed(key, text, sig):
    s = int.from_bytes(sig[32:], "little")
    h = int.from_bytes(hashlib.sha512(sig[:32] + key + text).digest(), "little") % Q
    a = times(s, point(bytes([0x58]) + bytes([0x66]) * 31))
    b = add(point(sig[:32]), times(h, point(key)))
    return s < Q and not (a[0] * b[2] - b[0] * a[2]) % P and not (a[1] * b[2] - b[1] * a[2]) % P


# ---- the signed checkpoint
def checkpoint(note, vkey):
    if os.path.exists(vkey):
        vkey = open(vkey, encoding="utf-8").read()
    name, _, key = vkey.strip().split("+", 2)
    key = base64.b64decode(key, validate=True)
    ident = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    text, _, lines = note.rpartition(b"\n\n")
    text += b"\n"
    good = 0
    for line in lines.decode().splitlines():
        dash, who, sig = line.split(" ")
        sig = base64.b64decode(sig, validate=True)
        if dash == "\u2014" and who == name and sig[:4] == ident and len(sig) == 68:
            good += signed(key[1:], text, sig[4:])
    origin, size, root = text.decode().splitlines()[:3]
    if not good or origin != name or key[0] != 1 or not note.endswith(b"\n"):
        tell("checkpoint: not signed by this key")
    return int(size), base64.b64decode(root, validate=True)


# ---- RFC 6962
def leaf_hash(leaf):
    return hashlib.sha256(b"\0" + leaf).digest()


def node(a, b):
    return hashlib.sha256(b"\1" + a + b).digest()


def root_of(level):
    if not level:
        return hashlib.sha256().digest()
    while len(level) > 1:
        pairs = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2:]
    return level[0]


def read_tile(log, kind, index, width):
    path = "tile/%s/%s" % (kind, "/".join(
        ["x%03d" % (index // 1000**k % 1000) for k in range(3, 0, -1) if index >= 1000**k] + ["%03d" % (index % 1000)]))
    path += "" if width == 256 else ".p/%d" % width
    try:
        return path, open(os.path.join(log, path), "rb").read()
    except OSError as e:
        tell("%s: %s (entries of this tile)" % (path, e.strerror))
        return path, None


def check_log(log, vkey):
    size, root = checkpoint(open(os.path.join(log, "checkpoint"), "rb").read(), vkey)
    leaves, hashes = [], []
    for start in range(0, size, 256):
        width = min(256, size - start)
        path, raw = read_tile(log, "entries", start // 256, width)
        found, at = [], 0
        while raw is not None and at + 2 <= len(raw):
            n = raw[at] << 8 | raw[at + 1]
            found.append(raw[at + 2:at + 2 + n])
            at += 2 + n
        if raw is not None and (at != len(raw) or len(found) != width):
            tell("%s: cut, or with something added, in entries %d to %d" % (path, start, start + width - 1))
        leaves += (found + [None] * width)[:width]
        tile_path, tile = read_tile(log, 0, start // 256, width)
        tile = tile or b""
        if tile and len(tile) != 32 * width:
            tell("%s: of another length" % tile_path)
        for i in range(width):
            a, b = leaves[start + i], tile[32 * i:32 * i + 32]
            if a is None or leaf_hash(a) != b:
                tell("entry %d: %s and %s do not agree" % (start + i, path, tile_path))
            hashes.append(leaf_hash(a) if a is not None else b)
    signed_root = root_of(hashes) == root
    print("%d entries; root of the entries is %sthe signed one" % (size, "" if signed_root else "NOT "))
    if not signed_root:
        tell("checkpoint: the root is not that of the entries")
    level, below = 1, hashes
    while len(below) >= 256:
        below = [root_of(below[i:i + 256]) for i in range(0, len(below) - 255, 256)]
        for start in range(0, len(below), 256):
            want = below[start:start + 256]
            path, tile = read_tile(log, level, start // 256, len(want))
            for i, h in enumerate(want if tile is not None else []):
                if tile[32 * i:32 * i + 32] != h:
                    tell("%s: hash %d is not that of entries %d to %d" % (
                        path, i, (start + i) * 256**level, (start + i + 1) * 256**level - 1))
            if tile is not None and len(tile) != 32 * len(want):
                tell("%s: of another length" % path)
        level += 1
    return leaves


# ---- the database: entries against the log, rows against what the entries say
def digest(row):
    out = hashlib.sha256()
    for v in row:
        v = v.encode() if isinstance(v, str) else v
        out.update(b"n" + bytes(8) if v is None else b"i" + struct.pack("<q", v) if isinstance(v, int) else
                   b"d" + struct.pack("<d", v) if isinstance(v, float) else b"b" + struct.pack("<Q", len(v)) + v)
    return out.hexdigest()


ROWS = {  # columns as docs/evidence.md lists them; how many of them are the key
    "post": (1, "id account platform native_id url url_key created_us collected_us known_us content fingerprint "
                "origin_format origin_file origin_line origin_record body raw"),
    "account": (1, "id platform native_id handle name bio sec_id verified is_private created_us followers following "
                   "likes posts seen_us fingerprint"),
    "reach": (0, "post at_us views likes comments shares saves"),
    "aside": (1, "id file format line record code reason bytes at_us"),
    "media": (1, "sha256 bytes path state failure_code failure signals"),
    "post_media": (2, "post position sha256 path state failure_code failure"),
    "result": (1, "post category severity probability expected_views priority deadline_us findings dropped body"),
    "finding": (2, "post position kind body"),
    "bank": (1, "name category negative threshold source reason created_us"),
    "bank_item": (2, "bank id type frames value other_type label source reason status threshold added_us")}


def check_database(path, leaves):
    db = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    pepper, size = db.execute("SELECT pepper, size FROM ledger_state").fetchone()
    said, erased, purged, want = {}, set(), set(), 0
    for n, kind, at, by, subject, salt, record, commitment, leaf in db.execute(
            "SELECT n, kind, at_us, actor, subject, salt, record, commitment, leaf FROM ledger ORDER BY n"):
        for gone in range(want, n):
            tell("entry %d: removed from the database" % gone)
        want = n + 1
        made = json.dumps({"n": n, "kind": kind, "at": at, "by": by, "commitment": commitment.hex()},
                          separators=(",", ":")).encode()
        kept = leaves[n] if n < len(leaves) and leaves[n] is not None else made
        commits = hashlib.sha256(salt + record).digest() == commitment and commitment.hex().encode() in kept
        if made != kept or leaf_hash(made) != leaf:
            tell("entry %d (%s): the database's row is not the log's" % (n, kind))
        if not record and not salt:
            erased.add(n)
        elif not commits and made == kept:
            tell("entry %d (%s): the record is not the one committed to" % (n, kind))
        elif commits:
            lines = [line.split(" ") for line in record.decode(errors="replace").splitlines()]
            words = {line[0]: line[1] for line in lines[:3]}
            if made == kept and (words["step"], words["subject"].encode()) != (kind, subject) or made == kept and \
                    hashlib.sha256(pepper + words["by"].encode()).hexdigest()[:16] != by:
                tell("entry %d (%s): kind, subject or pseudonym is not the record's" % (n, kind))
            for line in lines[3:]:
                if line[0] == "entry":
                    purged.add(int(line[1]))
                elif line[0] in ROWS:
                    said[line[0], line[1]] = n, line[2]
    for gone in range(want, max(size, len(leaves))):
        tell("entry %d: removed from the database" % gone)
    if want > max(size, len(leaves)):
        tell("entries %d and on: added to the database" % size)
    for n in erased - purged:
        tell("entry %d: erased, and no purge says so" % n)
    for table, (nkeys, columns) in ROWS.items():
        columns = columns.split()
        for row in db.execute("SELECT %s FROM %s" % (", ".join(columns), table)):
            d = digest(row)
            name = "/".join(v.hex() if isinstance(v, bytes) else str(v) for v in row[:nkeys or 1])
            name += "/" + d[:16] if not nkeys else ""
            n, wanted = said.pop((table, name), (None, None))
            if wanted is None or wanted == "-":
                tell("%s %s: added, no entry records it" % (table, name))
            elif d != wanted:
                tell("%s %s: changed, entry %d recorded it" % (table, name, n))
            if table in ("result", "bank"):
                said[table, name] = n, "seen"
    for (table, name), (n, d) in said.items():
        parent = said.get(({"finding": "result", "bank_item": "bank"}.get(table), name.rpartition("/")[0]))
        if d not in ("-", "seen") and not (parent and (parent[0] or 0) > n):
            tell("%s %s: removed, entry %d recorded it" % (table, name, n))


def check_proof(raw, vkey):
    head, _, note = raw.partition(b"\n\n")
    lines = head.decode().splitlines()
    extra = json.loads(base64.b64decode(lines[1].split(" ")[1]))
    n, path = int(lines[2].split(" ")[1]), [base64.b64decode(x) for x in lines[3:]]
    size, root = checkpoint(note, vkey)
    h, fn, sn = leaf_hash(extra["leaf"].encode()), n, size - 1
    for p in path:
        if fn & 1 or fn == sn:
            h = node(p, h)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            h = node(h, p)
        fn, sn = fn >> 1, sn >> 1
    if lines[0] != "c2sp.org/tlog-proof@v1" or h != root or sn or n >= size:
        tell("entry %d: not in the signed log" % n)
    leaf = json.loads(extra["leaf"])
    if "record" in extra and hashlib.sha256(bytes.fromhex(extra["salt"]) + extra["record"].encode()).hexdigest() != \
            leaf["commitment"]:
        tell("entry %d: the record is not the one committed to" % n)
    print(extra["leaf"] + "\n" + extra.get("record", ""))


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        if os.path.isdir(sys.argv[1]):
            entries = check_log(sys.argv[1], sys.argv[2])
            if len(sys.argv) > 3:
                check_database(sys.argv[3], entries)
        else:
            check_proof(open(sys.argv[1], "rb").read(), sys.argv[2])
    except (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, sqlite3.Error) as e:
        tell("not what it should be: %r" % e)
    print("BAD: %d" % bad if bad else "OK")
    sys.exit(bad > 0)
