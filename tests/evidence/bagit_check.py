#!/usr/bin/env python3
"""bagit_check.py BAG…: is this a complete and valid bag? Written from RFC 8493, with nothing of Marsad's.

Complete (section 3): every payload file is in the payload manifest, every listed file is there, and bagit.txt is as 2.1.1
wants it. Valid: every checksum agrees. BAG is a folder, or a zip or tar with one folder in it (section 4.2)."""
import hashlib, os, re, sys, tarfile, tempfile, urllib.parse, zipfile


def fail(text):
    sys.exit("%s: %s" % (sys.argv[1], text))


def manifest(path):
    found = {}
    with open(path, encoding="utf-8", newline="") as f:
        for line in f.read().splitlines():
            m = re.fullmatch(r"([0-9a-fA-F]{64})[ \t]+\*?(.+)", line)
            if not m:
                fail("%s: a line that is no checksum and path: %r" % (path, line))
            name = re.sub(r"%(0[aA]|0[dD]|25)", lambda x: urllib.parse.unquote(x.group(0)), m.group(2))
            if name in found or os.path.isabs(name) or ".." in name.split("/") or name.startswith("~"):
                fail("%s: %r twice, or leading out" % (path, name))
            found[name] = m.group(1).lower()
    return found


def checksum(path):
    with open(path, "rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else \
            hashlib.sha256(f.read()).hexdigest()


def check(bag):
    with open(os.path.join(bag, "bagit.txt"), "rb") as f:
        if not re.fullmatch(rb"BagIt-Version: \d+\.\d+\r?\nTag-File-Character-Encoding: UTF-8\r?\n?", f.read()):
            fail("bagit.txt has not the two lines of section 2.1.1")
    payload = manifest(os.path.join(bag, "manifest-sha256.txt"))
    there = {os.path.relpath(os.path.join(d, f), bag): os.path.join(d, f)
             for d, _, files in os.walk(os.path.join(bag, "data")) for f in files}
    if set(payload) != set(there):
        fail("the payload is not what the manifest lists: %r" % (set(payload) ^ set(there)))
    tags = manifest(os.path.join(bag, "tagmanifest-sha256.txt"))
    if any(t.startswith("data/") or re.fullmatch(r"tagmanifest-.*", t) for t in tags):
        fail("the tag manifest lists payload or a tag manifest (section 2.2.1)")
    if "manifest-sha256.txt" not in tags or "bagit.txt" not in tags:
        fail("the tag manifest does not list the manifest and bagit.txt")
    for name, want in list(payload.items()) + list(tags.items()):
        if checksum(os.path.join(bag, name)) != want:
            fail("%s has another checksum" % name)
    with open(os.path.join(bag, "bag-info.txt"), encoding="utf-8") as f:
        info = dict(re.fullmatch(r"([^:]+): *(.*)", line).groups() for line in f.read().splitlines())
    octets = sum(os.path.getsize(p) for p in there.values())
    if info.get("Payload-Oxum") != "%d.%d" % (octets, len(there)):
        fail("Payload-Oxum %s, and there are %d.%d" % (info.get("Payload-Oxum"), octets, len(there)))
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", info.get("Bagging-Date", "")):
        fail("Bagging-Date is no date")
    for wacz in [p for p in there.values() if p.endswith(".wacz")]:
        check_wacz(wacz)


def check_wacz(path):  # WACZ 1.x: what must be there, and the hashes of datapackage.json
    import json
    with zipfile.ZipFile(path) as z:
        if any(i.compress_type != zipfile.ZIP_STORED for i in z.infolist() if i.filename.startswith("archive/")):
            fail("WACZ: an archive that is compressed in the zip")
        package = json.loads(z.read("datapackage.json"))
        digest = json.loads(z.read("datapackage-digest.json"))
        if digest["hash"] != "sha256:" + hashlib.sha256(z.read("datapackage.json")).hexdigest():
            fail("WACZ: datapackage-digest.json is of another datapackage.json")
        for r in package["resources"]:
            if r["hash"] != "sha256:" + hashlib.sha256(z.read(r["path"])).hexdigest() or \
                    r["bytes"] != len(z.read(r["path"])):
                fail("WACZ: %s is not what datapackage.json says" % r["path"])
        warc = z.read("archive/captures.warc")
        for line in z.read("indexes/index.cdxj").decode().splitlines():
            entry = json.loads(line.split(" ", 2)[2])
            at, n = int(entry["offset"]), int(entry["length"])
            record = warc[at:at + n]
            head, _, rest = record.partition(b"\r\n\r\n")
            length = int(re.search(rb"Content-Length: (\d+)", head).group(1))
            if not head.startswith(b"WARC/1.1\r\n") or rest[length:] != b"\r\n\r\n" or \
                    hashlib.sha256(rest[:length]).hexdigest() != entry["digest"] or \
                    ("WARC-Target-URI: %s\r\n" % entry["url"]).encode() not in head + b"\r\n":
                fail("WACZ: the index does not lead to a record: %s" % line)


def main():
    for path in sys.argv[1:]:
        if os.path.isdir(path):
            check(path)
            continue
        with tempfile.TemporaryDirectory() as tmp:
            (zipfile.ZipFile(path) if path.endswith(".zip") else tarfile.open(path)).extractall(tmp)
            if len(os.listdir(tmp)) != 1:
                fail("not one folder in the archive")
            check(os.path.join(tmp, os.listdir(tmp)[0]))


main()
