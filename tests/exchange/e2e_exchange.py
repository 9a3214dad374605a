#!/usr/bin/env python3
"""Sharing from end to end: e2e_exchange.py BUILD/src

Two workspaces on loopback: what one shares by a person's decision the other reads over TAXII, quarantined; a person's word
goes back; what is taken back is gone from matching within one sync. Bundles against the published schemas where the machine
has them (MARSAD_STIX_SCHEMAS names the folder). Lists of partners in their own forms, broken ones, cut ones. TAP."""
import base64
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import warnings

MARSAD = os.path.join(os.path.abspath(sys.argv[1]), "marsad")
SCHEMAS = os.environ.get("MARSAD_STIX_SCHEMAS", "")
count = failed = 0
HEX = ["%064x" % (0x123456789abcdef0123456789abcdef * (i + 3) ** 9 % 2**256) for i in range(400)]


def ok(what, fine, why=""):
    global count, failed
    count += 1
    failed += not fine
    print("%sok %d - %s" % ("" if fine else "not ", count, what), flush=True)
    if not fine:
        print("# " + str(why)[:2000].replace("\n", "\n# "), flush=True)


def skip(what, why):
    global count
    count += 1
    print("ok %d - %s # SKIP %s" % (count, what, why), flush=True)


class Desk:
    def __init__(self, name):
        self.dir, self.minutes, self.server = os.path.join(work, name), 0, None
        subprocess.run([MARSAD, "init", self.dir], check=True, capture_output=True)
        with open(os.path.join(self.dir, "exchange.json"), "w") as f:
            json.dump({"authority": {"name": "Desk of " + name}, "id": name + ".example/log", "ask": {"local": True}}, f)

    def run(self, *words, actor=None, code=0, quiet=False):
        when = "2026-01-31T%02d:%02d:00Z" % (10 + self.minutes // 60, self.minutes % 60)
        run = subprocess.run([MARSAD, *words, "-w", self.dir, "--lang", "en"] + (["--actor", actor] if actor else []),
                             capture_output=True, text=True, env={**os.environ, "MARSAD_NOW": when})
        self.said = run.stderr
        if code is not None and run.returncode != code:
            ok("marsad " + " ".join(words), False, "exit %d\n%s%s" % (run.returncode, run.stdout[:500], run.stderr))
        return run.stdout

    def json(self, *words, **kw):
        return [json.loads(line) for line in self.run(*words, "--json", **kw).splitlines()]

    def file(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, "w") as f:
            f.write(text)
        return path

    def items(self, bank):
        out = self.run("bank", "export", bank, "--format", "marsad", code=None)
        return sorted((i["frames"][0]["pdq"] if i.get("frames") else i["value"], i["status"], i.get("label", "")) for i in map(json.loads, out.splitlines()))

    def active(self, bank):
        return {i[0] for i in self.items(bank) if i[1] == "active"}

    def serve(self, command):
        self.server = subprocess.Popen([MARSAD, *command, "-w", self.dir, "--listen", "127.0.0.1:0", "--json"], stdout=subprocess.PIPE, text=True)
        self.root = "http://127.0.0.1:%d/taxii2/marsad" % json.loads(self.server.stdout.readline())["port"]

    def stop(self):
        if self.server:
            self.server.terminate()
            self.server.wait()
            self.server = None


def bank(desk, name, lines):
    desk.run("bank", "new", name, "--category", "terror.propaganda")
    desk.run("bank", "import", name, desk.file(name + ".txt", "\n".join(lines) + "\n"))


def ask(url, token=None, body=None, accept="application/taxii+json;version=2.1", kind="application/taxii+json;version=2.1"):
    r = urllib.request.Request(url, data=body, headers={"Accept": accept, "Content-Type": kind})
    if token:
        r.add_header("Authorization", "Basic " + base64.b64encode(token.encode()).decode())
    try:
        with urllib.request.urlopen(r, timeout=20) as a:
            return a.status, dict(a.headers), json.loads(a.read() or b"{}")
    except urllib.error.HTTPError as e:
        return e.code, dict(e.headers), json.loads(e.read() or b"{}")


def schema_check(bundle, what):
    if not SCHEMAS or not os.path.isdir(SCHEMAS):
        return skip(what + ": against the OASIS schemas", "MARSAD_STIX_SCHEMAS names no folder with cti-stix2-json-schemas/schemas")
    try:
        import jsonschema
    except ImportError:
        return skip(what + ": against the OASIS schemas", "python3-jsonschema is not installed")
    store = {}
    for folder, _, files in os.walk(SCHEMAS):
        for name in files:
            if name.endswith(".json"):
                with open(os.path.join(folder, name)) as f:
                    s = json.load(f)
                s.pop("$id", None)  # each is known by its place, as the references between them are written
                store["file:///s/" + os.path.relpath(os.path.join(folder, name), SCHEMAS)] = s
    where = {os.path.basename(p)[:-5]: p for p in store}
    checker = getattr(jsonschema, "Draft202012Validator", None) or jsonschema.Draft7Validator
    faults = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # The published schema of bundles does not list extension definitions, though there is a schema for them.
        listed = dict(bundle, objects=[o for o in bundle["objects"] if o["type"] != "extension-definition"])
        for o in [listed] + bundle["objects"]:
            place = where.get(o["type"])
            if place is None:
                faults.append("no schema for " + o["type"])
                continue
            resolver = jsonschema.RefResolver(place, store[place], store=store)
            faults += ["%s: %s" % (o["id"], e.message) for e in checker(store[place], resolver=resolver).iter_errors(o)]
    ok(what + ": %d objects hold against the OASIS schemas" % len(bundle["objects"]), not faults, "\n".join(faults[:10]))


def own_check(bundle, what):
    """From the standard's text: what every object must have."""
    import uuid
    faults, ids = [], {o["id"] for o in bundle["objects"]}
    sco = {"file": ["hashes", "name", "extensions"], "url": ["value"], "user-account": ["account_type", "user_id", "account_login"]}
    for o in bundle["objects"]:
        t = o["type"]
        if not re.fullmatch(re.escape(t) + r"--[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", o["id"]):
            faults.append(o["id"])
        if o.get("spec_version") != "2.1":
            faults.append(o["id"] + " spec_version")
        if t in sco:
            part = {k: o[k] for k in sco[t] if k in o}
            if "hashes" in part:
                key = next((k for k in ("MD5", "SHA-1", "SHA-256", "SHA-512") if k in part["hashes"]), next(iter(part["hashes"])))
                part["hashes"] = {key: part["hashes"][key]}
            text = json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            if str(uuid.uuid5(uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7"), text)) != o["id"].split("--")[1]:
                faults.append(o["id"] + " is not computed as the standard says")
        elif t != "marking-definition" and not (o["created"] <= o["modified"]):
            faults.append(o["id"] + " modified")
        for ref in [o[k] for k in o if k.endswith("_ref")] + sum([o[k] for k in o if k.endswith("_refs")], []):
            if ref not in ids:
                faults.append("%s refers to %s, which is not here" % (o["id"], ref))
        for ext in o.get("extensions", {}):
            if ext not in ids and not ext.startswith("extension-definition--60a3c5c5"):
                faults.append("%s uses %s, which is not here" % (o["id"], ext))
    if len(ids) != len(bundle["objects"]):
        faults.append("an id stands twice")
    ok(what + ": holds against what the standard says", not faults, "\n".join(map(str, faults[:10])))


def two_desks(command):
    """A shares with b over TAXII; `command` is what answers: the small server, or the desk's own."""
    kind = "-".join(command)
    a, b = Desk("dune-" + kind), Desk("river-" + kind)
    clip = '["%s,100,0.000000","%s,90,1.234567"]' % (HEX[0], HEX[1])
    bank(a, "clips", ["pdq " + HEX[i] for i in range(10)])
    a.run("bank", "import", "clips", a.file("v.json", clip + "\n"), "--format", "vpdq")
    a.run("bank", "import", "clips", a.file("t.txt", "sha256 %s\nvideo_md5 0123456789abcdef0123456789abcdef\nsound tiktok:701\n" % ("ab" * 32)), "--format", "typed")
    a.run("exchange", "share", "partners", "clips", "--all", code=2)
    ok("without a person nothing is shared", "--actor" in a.said)
    a.run("exchange", "share", "partners", "clips", "--all", actor="lina", code=2)
    ok("nor without a reason", "why" in a.said, a.said)
    n = a.json("exchange", "share", "partners", "clips", "--all", "--why", "case 12", "--tlp", "green", actor="lina")[0]["items"]
    ok("a person's decision shares them", n == 14, n)
    bundle = json.loads(a.run("exchange", "export", "partners", "--format", "stix"))
    ok("a bundle of all", sum(o["type"] == "indicator" for o in bundle["objects"]) == 14)
    own_check(bundle, "the bundle")
    schema_check(bundle, "the bundle")
    again = json.loads(a.run("exchange", "export", "partners", "--format", "stix"))
    ok("written twice it is the same", bundle == again)
    text = json.dumps(bundle)
    ok("where we have it from does not go out", "clips.txt" not in text or all("source" not in json.dumps(o.get("extensions", {})) for o in bundle["objects"]))
    event = json.loads(a.run("exchange", "export", "partners", "--format", "misp"))["Event"]
    ok("a MISP event says the same", len(event["Object"]) == 14 and {x["name"] for x in event["Object"]} == {"perceptual-hash"})
    template = json.load(open(os.path.join(os.environ.get("MARSAD_SOURCE", "."), "docs/formats/misp/perceptual-hash.json")))
    used = {r["object_relation"] for x in event["Object"] for r in x["Attribute"]}
    ok("with nothing that our template does not know", used <= set(template["attributes"]) and event["Object"][0]["template_uuid"] == template["uuid"], used)
    listed = a.run("exchange", "export", "partners", "--format", "hex", code=1).split()
    ok("a hash list has what it can say", sorted(listed) == sorted(HEX[:10]))

    token = a.json("taxii", "user", "river", "--read", "partners", "--write", "partners", actor="lina")[0]["token"]
    a.serve(command)
    ok("discovery is for everybody", ask(a.root.rsplit("/", 1)[0] + "/")[2]["api_roots"] == ["/taxii2/marsad/"])
    ok("the rest is not", ask(a.root + "/")[0] == 401 and ask(a.root + "/", "river:wrong")[0] == 401 and ask(a.root + "/", "other:" + token)[0] == 401)
    status, headers, root = ask(a.root + "/", "river:" + token)
    ok("the API root says its version", status == 200 and "application/taxii+json;version=2.1" in root["versions"] and headers["Content-Type"] == "application/taxii+json;version=2.1")
    ok("another version is not spoken", ask(a.root + "/", "river:" + token, accept="application/vnd.oasis.taxii+json; version=2.0")[0] == 406)
    cols = ask(a.root + "/collections/", "river:" + token)[2]["collections"]
    ok("one collection, by id and by alias", len(cols) == 1 and cols[0]["alias"] == "partners" and ask(a.root + "/collections/%s/" % cols[0]["id"], "river:" + token)[0] == 200)
    seen, url, pages = [], a.root + "/collections/partners/objects/?limit=5", 0
    while True:
        status, headers, page = ask(url, "river:" + token)
        seen += page.get("objects", [])
        pages += 1
        if not page.get("more"):
            break
        url = a.root + "/collections/partners/objects/?limit=5&next=" + page["next"]
    ok("pages together are the bundle", pages > 5 and sorted(o["id"] for o in seen) == sorted(o["id"] for o in bundle["objects"]), pages)
    late = ask(a.root + "/collections/partners/objects/?added_after=" + headers["X-TAXII-Date-Added-Last"], "river:" + token)[2]
    ok("nothing behind the last", late == {})
    manifest = ask(a.root + "/collections/partners/manifest/?match%5Btype%5D=indicator", "river:" + token)[2]["objects"]
    ok("a manifest by type", len(manifest) == 14 and all(m["id"].startswith("indicator--") and m["date_added"] for m in manifest))
    one = ask(a.root + "/collections/partners/objects/%s/" % manifest[0]["id"], "river:" + token)[2]["objects"]
    ok("one object, and its versions", len(one) == 1 and ask(a.root + "/collections/partners/objects/%s/versions/" % manifest[0]["id"], "river:" + token)[2]["versions"] == [one[0]["modified"]])
    ok("what is not there is not there", ask(a.root + "/collections/other/", "river:" + token)[0] == 404 and ask(a.root + "/collections/partners/objects/indicator--x/", "river:" + token)[0] == 404)
    ok("bad queries are told", all(ask(a.root + "/collections/partners/objects/?" + q, "river:" + token)[0] == 400 for q in ("limit=0", "limit=x", "next=-1", "added_after=soon")))
    ok("what is posted must be STIX", ask(a.root + "/collections/partners/objects/", "river:" + token, b"{broken")[0] == 422 and
       ask(a.root + "/collections/partners/objects/", "river:" + token, b"{}", kind="text/plain")[0] == 415)

    secret = b.file("secret", "river:" + token + "\n")
    b.run("exchange", "source", "dune", "--kind", "taxii", "--address", a.root, "--collection", "partners", "--secret", secret, "--category", "terror.propaganda")
    got = b.json("exchange", "sync", "dune")[0]
    ok("the other desk takes them all, quarantined", got["new"] == 14 and not b.active("dune") and len(b.items("dune")) == 14, got)
    ok("and nothing is lost on the way", [(v, l) for v, s, l in b.items("dune")] == [(v, l) for v, s, l in a.items("clips")])
    got = b.json("exchange", "sync", "dune", "--force")[0]
    ok("asked again there is nothing new", got["items"] == 0, got)
    b.run("exchange", "sync", "dune", code=2)
    ok("and it is not asked too soon", "again at" in b.said, b.said)
    first = b.json("exchange", "items", "dune")[0]
    ok("provenance is kept to the item", json.loads(first["origin"])["type"] == "indicator" and first["remote"].startswith("indicator--"))
    for i in range(3):
        b.run("exchange", "confirm", "dune", b.json("exchange", "items", "dune")[i]["remote"], "--why", "seen", actor="omar")
    refuted = b.json("exchange", "items", "dune")[5]
    b.run("exchange", "confirm", "dune", b.json("exchange", "items", "dune")[0]["remote"], "--why", "too near to another", "--threshold", "12", actor="omar")
    near = [json.loads(line) for line in b.run("bank", "export", "dune", "--format", "marsad").splitlines()]
    ok("a threshold for one signal", [i["threshold"] for i in near if "threshold" in i] == [12], near)
    b.run("exchange", "refute", "dune", refuted["remote"], "--why", "a newsroom's emblem", actor="omar")
    ok("confirmed by a person they match", len(b.active("dune")) == 3)
    got = b.json("exchange", "sync", "dune", "--force")[0]
    words = a.json("exchange", "opinions", "partners")
    # An opinion given anew a microsecond later is another version of the same: the last of each counts.
    last = {w["id"]: w["opinion"] for w in sorted(words, key=lambda w: w["modified"])}
    ok("opinions go back to the source", got["opinions_sent"] == len(words) in (4, 5) and sorted(last.values()) == ["strongly-agree"] * 3 + ["strongly-disagree"], words)
    ok("with the reason, and about the right one", any(w["explanation"] == "a newsroom's emblem" and w["object_refs"] == [refuted["remote"]] for w in words))
    ok("and are handed to nobody else", not any(o["type"] == "opinion" for o in ask(a.root + "/collections/partners/objects/?match[type]=opinion", "river:" + token)[2].get("objects", [])))
    got = b.json("exchange", "sync", "dune", "--force")[0]
    ok("once", got["opinions_sent"] == 0 and len(a.json("exchange", "opinions", "partners")) == len(words))

    confirmed = [i for i in b.json("exchange", "items", "dune") if i["state"] == "confirmed"]
    target = confirmed[0]["item"]
    a.run("exchange", "unshare", "partners", "clips", target, "--why", "wrong clip", actor="lina")
    got = b.json("exchange", "sync", "dune", "--force")[0]
    ok("taken back: out of matching within one sync", got["withdrawn"] == 1 and len(b.active("dune")) == 2, got)
    gone = confirmed[1]["item"]
    a.run("bank", "remove", "clips", gone)
    got = b.json("exchange", "sync", "dune", "--force")[0]
    ok("what left its bank is taken back by itself", got["withdrawn"] == 1 and len(b.active("dune")) == 1, got)
    bundle = json.loads(a.run("exchange", "export", "partners", "--format", "stix"))
    ok("the bundle says revoked", sum(o.get("revoked", False) for o in bundle["objects"] if o["type"] == "indicator") == 2)
    own_check(bundle, "with revoked objects")
    schema_check(bundle, "with revoked objects")
    a.run("exchange", "share", "partners", "clips", [i for i in b.json("exchange", "items", "dune") if i["state"] == "new"][0]["item"], "--why", "again", "--tlp", "green", actor="lina")
    ok("sharing what is shared changes nothing", b.json("exchange", "sync", "dune", "--force")[0]["items"] == 0)
    b.run("exchange", "share", "onward", "dune", b.json("exchange", "items", "dune", "--state", "confirmed")[0]["item"], "--why", "x", actor="omar", code=2)
    ok("a partner's item is not passed on without its word", "partner" in b.said, b.said)

    b.run("exchange", "source", "them", "--kind", "taxii", "--category", "hate")
    token2 = b.json("taxii", "user", "dune", "--write", "inbox", "--source", "them", actor="omar")[0]["token"]
    b.serve(command)
    body = json.dumps({"objects": [o for o in bundle["objects"] if not o.get("revoked")]}).encode()
    status, _, answer = ask(b.root + "/collections/inbox/objects/", "dune:" + token2, body)
    ok("what a partner posts lands in its bank, quarantined", status == 202 and answer["status"] == "complete" and len(b.items("them")) == 12 and not b.active("them"), (status, answer))
    ok("who may write need not read", ask(b.root + "/collections/inbox/objects/", "dune:" + token2)[0] == 403)
    a.stop()
    b.run("exchange", "sync", "dune", "--force", code=2)
    ok("a source that does not answer is told, and kept for later", b.json("exchange", "source", "dune")[0]["failures"] == 1)
    b.stop()
    for d in a, b:
        run = subprocess.run([MARSAD, "verify", d.dir], capture_output=True, text=True)
        ok("marsad verify", run.returncode == 0, run.stdout)


def lists():
    d = Desk("lists")
    source = os.environ.get("MARSAD_SOURCE", ".")
    d.run("exchange", "source", "stop", "--kind", "stopncii", "--category", "privacy.intimate", "--trust", "yes")
    got = d.json("exchange", "take", "stop", os.path.join(source, "tests/exchange/data/stopncii.json"), code=1)[0]
    ok("StopNCII: active ones in, withdrawn ones not, the unreadable told", got["new"] == 3 and got["bad"] == 1 and len(d.active("stop")) == 3, got)
    d.run("exchange", "source", "tcap", "--kind", "tcap", "--category", "terror.propaganda")
    got = d.json("exchange", "take", "tcap", os.path.join(source, "tests/exchange/data/tcap.json"))[0]
    ok("TCAP: rows by algorithm, deleted ones out", got["new"] == 3 and got["withdrawn"] == 1, got)
    d.run("exchange", "source", "te", "--kind", "threatexchange-json", "--category", "hate")
    got = d.json("exchange", "take", "te", os.path.join(source, "tests/exchange/data/threatexchange.json"))[0]
    ok("ThreatExchange and HMA", got["new"] == 4 and got["bad"] == 0, got)

    d.run("exchange", "source", "plain", "--category", "hate", "--trust", "yes")
    rows = ["%s,%d,2021-01-31T10:00:00+0000,\"tag\"" % (HEX[i], 1000 + i) for i in range(200)]
    d.json("exchange", "take", "plain", d.file("simple.HASH_PDQ.te", "\n".join(rows) + "\n"))
    ok("a CSV of ThreatExchange", len(d.active("plain")) == 200)
    d.json("exchange", "take", "plain", d.file("simple.HASH_PDQ.te", "\n".join(rows[1:]) + "\n"))
    ok("one row less: that item is out of matching", d.active("plain") == set(HEX[1:200]))
    d.run("exchange", "take", "plain", d.file("simple.HASH_PDQ.te", "\n".join(rows[:20]) + "\n"), code=2)
    ok("a list that was cut short withdraws nothing", "shrunk" in d.said and len(d.active("plain")) == 199, d.said)
    d.run("exchange", "take", "plain", d.file("simple.HASH_PDQ.te", "\n".join(rows[:20]) + "\n"), "--shrunk")
    ok("unless a person says that it is meant", len(d.active("plain")) == 20)
    d.run("exchange", "take", "plain", d.file("simple.HASH_PDQ.te", ""), "--shrunk", code=None)
    first = d.json("exchange", "items", "plain", "--state", "new")
    d.run("exchange", "source", "broken", "--category", "hate", "--trust", "yes")
    with open(os.path.join(d.dir, "million.txt"), "w") as f:
        f.write("pdq %s\n" % HEX[0])
        for i in range(1000000):
            f.write("pdq broken line %d\n" % i)
        f.write("pdq %s\n" % HEX[1])
    got = d.json("exchange", "take", "broken", os.path.join(d.dir, "million.txt"), code=1)[0]
    ok("a million broken lines: told with the first, and the sound ones taken", got["bad"] == 1000000 and got["new"] == 2 and got["first_bad"] == 2, got)
    for name, text in (("empty", ""), ("deep", "[" * 5000), ("other", '{"a":1}'), ("half", '{"hashRecords":[{"signalType":"ImagePDQ"')):
        d.run("exchange", "take", "stop", d.file(name, text), code=None)
        told = d.said
        ok("%s is refused with words" % name, told.count("\n") == 1 and len(d.active("stop")) == 3, told)
    d.run("exchange", "take", "stop", d.file("none", "[]"))
    ok("an empty list is one: all of its source is withdrawn", not d.active("stop"))


work = tempfile.mkdtemp(prefix="marsad-exchange-")
try:
    for part in (lambda: two_desks(["taxii", "serve"]), lambda: two_desks(["serve"]), lists):
        try:
            part()
        except Exception:
            import traceback
            ok(part.__name__ + " ran to its end", False, traceback.format_exc())
finally:
    shutil.rmtree(work, ignore_errors=True)
print("1..%d" % count)
sys.exit(1 if failed else 0)
