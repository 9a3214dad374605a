#!/usr/bin/env python3
"""verify_proof.py PROOF KEY: is this entry in the signed log? PROOF is a file that `marsad log prove` wrote, or one from
an evidence package; KEY "name+id+base64", or a file with it. Prints the entry, then OK or BAD; the exit code is 0 or 1."""
import json, sys
from base64 import b64decode

sys.dont_write_bytecode = True
from verify import checkpoint, raw, sha


def check(proof, key):
    head, _, note = proof.partition(b"\n\n")
    magic, extra, index, *path = head.decode().split("\n")
    n, extra = int(index.split(" ")[1]), json.loads(b64decode(extra.split(" ")[1]))
    size, signed = checkpoint(note, key)
    print(extra["leaf"], extra.get("record", ""), sep="\n")
    h, at, last = sha(b"\0", raw(extra["leaf"])), n, size - 1
    for other in map(b64decode, path):  # RFC 9162, 2.1.3.2
        left = at % 2 or at == last
        h = sha(b"\1", other, h) if left else sha(b"\1", h, other)
        while left and at % 2 == 0 and at:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    opened = sha(bytes.fromhex(extra["salt"]), raw(extra["record"])).hex() if "record" in extra else None
    if magic != "c2sp.org/tlog-proof@v1" or index != f"index {n}" or h != signed or last or not 0 <= n < size:
        return "BAD: not in the signed log"
    if opened not in (None, json.loads(extra["leaf"])["commitment"]):
        return "BAD: the record is not the one committed to"
    return "OK"


if __name__ == "__main__":
    try:
        with open(sys.argv[1], "rb") as file:
            verdict = check(file.read(), sys.argv[2])
    except (OSError, ValueError, IndexError, KeyError, TypeError) as e:
        verdict = f"BAD: not what it should be: {e!r}"
    print(verdict)
    sys.exit(verdict != "OK")
