"""What verify.py does when a DATABASE is named: each entry against its leaf in the log, and each row that is evidence
against the last entry about it. Faults are added to verify.faults. Formats: docs/evidence.md."""
import sqlite3, struct
from verify import faults, raw, sha, text

TABLES = dict({name: name for name in "post account reach aside media post_media result finding bank bank_item "
               "decision case_object case_text custody retention referral referral_target referral_event".split()},
              case="case_file", hold="legal_hold", grant="share_grant", foreign="foreign_item")
PARENTS = {"finding": "result", "bank_item": "bank"}  # with a parent's new version all that was said of its rows ends
COUNTED = ("bank", "foreign")  # their last column counts, and is no evidence


def digest(row):  # of each column a letter of its type, eight bytes, the bytes
    column = {int: lambda v: struct.pack("<cq", b"i", v), float: lambda v: struct.pack("<cd", b"d", v),
              type(None): lambda v: b"n" + bytes(8)}
    return sha(*(column.get(type(v), lambda v: struct.pack("<cQ", b"b", len(raw(v))) + raw(v))(v) for v in row)).hex()


def check_entries(db, leaves):  # each against its leaf. Returns entry and digest of what was last said about each row
    (pepper, size), said, erased = db.execute("SELECT pepper, size FROM ledger_state").fetchone(), {}, set()
    for n in range(max(size, len(leaves))):
        kind, at, by, about, salt, record, commitment, leaf = db.execute(
            "SELECT kind, at_us, actor, subject, salt, record, commitment, leaf FROM ledger WHERE n = ?", (n,)
        ).fetchone() or [None] * 8
        made = raw(f'{{"n":{n},"kind":"{kind}","at":{at},"by":"{by}","commitment":"{raw(commitment).hex()}"}}')
        kept, opened = n < len(leaves) and leaves[n] or made, sha(raw(salt), raw(record))
        sound = made == kept and sha(b"\0", made) == leaf
        if sound and salt == record == b"":  # by a purge, as a later entry says
            erased.add(n)
        elif not sound or opened != commitment:
            faults.append(f"entry {n}: the database's is " + ("gone" if leaf is None else "not the log's"))
        if raw(opened.hex()) in kept:
            step, who, subject, *lines = [line.split(" ") for line in text(record).splitlines()]
            if sound and (step[1], raw(subject[1]), sha(pepper, raw(who[1])).hex()[:16]) != (kind, about, by):
                faults.append(f"entry {n}: kind, subject or pseudonym is not the record's")
            said.update({(line[0], line[1]): (n, line[2]) for line in lines if line[0] != "says"})
    for n, in db.execute("SELECT n FROM ledger WHERE n < 0 OR n >= ?", (max(size, len(leaves)),)):
        faults.append(f"entry {n}: added to the database")
    faults.extend(f"entry {n}: erased, and no purge says so" for n in erased if ("entry", str(n)) not in said)
    return said


def check_rows(db, said):
    rows = {}
    for name, table in TABLES.items():
        keys = 1 if name == "reach" else sum(c[5] > 0 for c in db.execute(f"PRAGMA table_info({table})"))
        for row in db.execute(f"SELECT * FROM {table}"):
            d = digest(row[:-1] if name in COUNTED else row)
            key = "/".join(v.hex() if isinstance(v, bytes) else str(v) for v in row[:keys])
            rows[name, f"{key}/{d[:16]}" if name == "reach" else key] = d
    for name, key in sorted(rows.keys() | {row for row in said if row[0] != "entry"}):
        n, d = said.get((name, key), (-1, "-"))
        ended, _ = said.get((PARENTS.get(name), key.rpartition("/")[0]), (-1, "-"))
        if rows.get((name, key), "-") != (d if n >= ended else "-"):
            faults.append(f"{name} {key}: changed, removed or added; entry {n} was the last about it")


def check_database(path, leaves):
    try:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        db.text_factory = text
        check_rows(db, check_entries(db, leaves))
    except sqlite3.Error as e:
        faults.append(f"{path}: {e}")
