#!/usr/bin/env python3
"""verify.py LOG KEY [DATABASE]: checks Marsad's log with Python's standard library alone, for people who trust nobody.
LOG is the folder with checkpoint and tile/, KEY "name+id+base64" or a file with it. Prints what does not hold, place by
place, then OK or BAD; the exit code is 0 or 1. Formats: docs/evidence.md. This page checks the log that everybody may
see; verify_rows.py goes on with the database, which few may; verify_proof.py checks the proof of a single entry."""
import base64, hashlib, os, sys

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # Ed25519 as in RFC 8032, 5.1
D = -121665 * pow(121666, -1, P) % P
faults = []
sha = lambda *parts: hashlib.sha256(b"".join(parts)).digest()
text = lambda b: b.decode(errors="surrogateescape")
raw = lambda v: v if isinstance(v, bytes) else str(v).encode(errors="surrogateescape")


def add(a, b):
    k = D * a[0] * a[1] * b[0] * b[1]
    return (a[0] * b[1] + a[1] * b[0]) * pow(1 + k, -1, P) % P, (a[1] * b[1] + a[0] * b[0]) * pow(1 - k, -1, P) % P


def times(n, a):
    return (0, 1) if n == 0 else add(times(n - 1, a), a) if n % 2 else times(n // 2, add(a, a))


def point(b):
    y = int.from_bytes(b, "little") % 2**255
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    x = x if (x * x - xx) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    return x if x % 2 == b[31] >> 7 else P - x, y


def checkpoint(note, key):  # size and root. A signed note is text, an empty line, "— name base64(key id, signature)"
    name, _, key = (open(key).read() if os.path.exists(key) else key).strip().split("+", 2)
    (body, _, lines), key = text(note).partition("\n\n"), base64.b64decode(key)
    sig = base64.b64decode(lines.partition(f"— {name} ")[2].partition("\n")[0])[4:]
    h = int.from_bytes(hashlib.sha512(sig[:32] + key[1:] + raw(body + "\n")).digest(), "little") % Q
    s, (x, y) = int.from_bytes(sig[32:], "little"), point(key[1:])
    x, y = add(times(s, point(b"\x58" + b"\x66" * 31)), times(h, (P - x, y)))
    line = "— %s %s" % (name, base64.b64encode(sha(raw(name), b"\n", key)[:4] + sig).decode())
    if (y | x % 2 << 255).to_bytes(32, "little") != sig[:32] or s >= Q or key[0] != 1 or body.split("\n")[0] != name \
            or line not in lines.split("\n")[:-1] or not lines.endswith("\n"):
        raise ValueError("checkpoint: not signed by this key")
    return int(body.split("\n")[1]), base64.b64decode(body.split("\n")[2])


def path(level, index, count):  # of a tile
    name, width = f"{index % 1000:03}", min(256, count - 256 * index)
    while index >= 1000:
        index //= 1000
        name = f"x{index % 1000:03}/" + name
    return f"tile/{level}/{name}" + (f".p/{width}" if width < 256 else "")


def tiles(log, level, count):  # their hashes, of bundles the leaves; None in the place of what is not there
    found = []
    for i in range(0, count, 256):
        name, parts, at = path(level, i // 256, count), [], 0
        b = open(os.path.join(log, name), "rb").read() if os.path.exists(os.path.join(log, name)) else b""
        while at < len(b):
            end = at + (32 if level != "entries" else 2 + int.from_bytes(b[at:at + 2], "big"))
            parts, at = parts + [b[end - 32 if level != "entries" else at + 2:end]], end
        if len(parts) != min(256, count - i) or at != len(b):
            faults.append(f"{name}: gone, cut, or with something added")
        found += (parts + [None] * 256)[:min(256, count - i)]
    return found


def root(h):  # RFC 6962, 2.1
    k = 1 << (len(h) - 1).bit_length() >> 1
    return h[0] if len(h) == 1 else sha(b"\1", root(h[:k]), root(h[k:])) if h else sha()


def check_log(log, key):  # each hash against what lies below it, from the leaves up to the signed root
    with open(os.path.join(log, "checkpoint"), "rb") as f:
        size, signed = checkpoint(f.read(), key)
    leaves = tiles(log, "entries", size)
    below = [sha(b"\0", leaf) if leaf is not None else None for leaf in leaves]
    for level in range(8):
        hashes, covers = [h or b"" for h in tiles(log, level, len(below))], 256**level
        for n in (n for n, h in enumerate(hashes) if h != below[n]):
            names = [path(l, n // 256, len(below)) for l in (level, "entries")][:1 if level else 2]
            faults.append(f"entry {n * covers}{f' to {(n + 1) * covers - 1}' if level else ''}: " + ", ".join(names))
        if level == 0 and root(hashes) != signed:
            faults.append("checkpoint: its root is not that of tile/0")
        below = [root(hashes[i:i + 256]) for i in range(0, len(hashes) - 255, 256)]
    return leaves


def main(log, key, database=None):
    try:
        leaves = check_log(log, key)
        print(len(leaves), "entries")
        if database:
            import verify_rows
            verify_rows.check_database(database, leaves)
    except (OSError, ValueError, IndexError) as e:
        faults.append(f"not what it should be: {e}")
    print("\n".join(faults + [f"BAD: {len(faults)}" if faults else "OK"]))
    return bool(faults)


if __name__ == "__main__":
    sys.modules["verify"], sys.dont_write_bytecode = sys.modules["__main__"], True
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) in (3, 4) else __doc__)
