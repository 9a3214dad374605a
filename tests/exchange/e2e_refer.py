#!/usr/bin/env python3
"""Referrals from end to end: e2e_refer.py BUILD/src

A case becomes a removal order, the order a mail that is caught by a server of our own, the platform's answer a record, and
its page disappears: state, times and the log are looked at after each step. Then what goes wrong: refusals for now and for
good, a server that breaks off, a process that is killed in between, a platform that refuses, ignores, or puts it back.
TAP on standard output; Python's standard library and nothing else."""
import base64
import email
import email.policy
import http.server
import json
import os
import random
import re
import shutil
import signal
import socket
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
import time

MARSAD = os.path.join(os.path.abspath(sys.argv[1]), "marsad")
VERIFY = os.path.join(os.environ.get("MARSAD_SOURCE", "."), "docs", "verify.py")
count = 0
failed = 0


def ok(what, fine, why=""):
    global count, failed
    count += 1
    failed += not fine
    print("%sok %d - %s" % ("" if fine else "not ", count, what), flush=True)
    if not fine:
        print("# " + str(why)[:2000].replace("\n", "\n# "), flush=True)


class Mail(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a sender needs; answers are bent by server.mode."""

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        try:
            self.talk()
        except OSError:
            pass

    def talk(self):
        s = self.server
        self.say("220 caught.example ESMTP")
        while True:
            line = self.rfile.readline().decode("ascii", "replace").strip()
            word = line.split(" ")[0].upper()
            if not line:
                return
            if word in ("EHLO", "HELO"):
                self.say("250 caught.example")
            elif word == "RCPT" and s.mode == "no-such-box":
                self.say("550 no such mailbox")
            elif word == "RCPT" and s.mode == "busy":
                self.say("451 try again later")
            elif word == "DATA" and s.mode == "breaks-before-the-end":
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            elif word == "DATA":
                self.say("354 go on")
                data = b""
                while not data.endswith(b"\r\n.\r\n"):
                    more = self.rfile.readline()
                    if not more:
                        return
                    data += more
                if s.mode == "busy-at-the-end":
                    self.say("452 disk full")
                    continue
                with s.lock:
                    s.caught.append(data[:-5].replace(b"\r\n..", b"\r\n."))
                if s.mode == "breaks-at-the-end":
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                if s.mode == "slow":
                    time.sleep(0.004)
                self.say("250 taken")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")


class SecureMail(Mail):
    """The same behind STARTTLS, and only for whom it knows. server.words: each command, and whether it came under TLS."""

    def talk(self):
        s, secure, known = self.server, False, False
        self.say("220 secure.example ESMTP")
        while True:
            line = self.rfile.readline().decode("ascii", "replace").strip()
            word = line.split(" ")[0].upper()
            s.words.append((line, secure))
            if not line:
                return
            if word == "EHLO":
                self.say("250-secure.example")
                self.say("250 AUTH PLAIN" if secure or s.mode == "no-tls" else "250 STARTTLS")
            elif word == "STARTTLS" and s.mode != "no-tls":
                self.say("220 go on")
                self.connection = s.context.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile, secure = self.connection.makefile("rb"), self.connection.makefile("wb", 0), True
            elif word == "AUTH":
                if line.upper() == "AUTH PLAIN":
                    self.say("334 ")
                    line = self.rfile.readline().decode("ascii", "replace").strip()
                known = line.split(" ")[-1] == base64.b64encode(b"\0unit\0the right one").decode()
                self.say("454 ask later" if s.mode == "auth-busy" else "235 known" if known else "535 not known")
            elif word == "QUIT":
                return self.say("221 bye")
            elif not known:
                self.say("530 who is it?")
            elif word == "DATA":
                self.say("354 go on")
                data = b""
                while not data.endswith(b"\r\n.\r\n"):
                    data += self.rfile.readline()
                s.caught.append(data[:-5])
                self.say("250 taken")
            else:
                self.say("250 fine")


class Platform(http.server.BaseHTTPRequestHandler):
    """A site whose pages are there or gone as server.gone says, and which takes referrals by API."""
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        s = self.server
        s.asked.append((self.path, self.headers.get("User-Agent", "")))
        if self.path == "/robots.txt":
            return self.answer(200, s.robots)
        if s.mode == "later":
            return self.answer(429, b"", [("Retry-After", "600")])
        if self.path in s.gone:
            return self.answer(404, b"gone")
        self.answer(200, b"<html>a clip</html>")

    def do_POST(self):
        s = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        s.posted.append((self.headers.get("Idempotency-Key"), self.headers.get("Marsad-Signature"), body))
        if s.mode == "api-lost":  # taken, but the answer never arrives
            s.mode = ""
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if s.mode == "api-busy":
            return self.answer(503)
        self.answer(202, b"{}")

    def log_message(self, *args):
        pass


def serve(kind, handler):
    server = kind(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Threaded(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True


mail = serve(Threaded, Mail)
mail.caught, mail.mode, mail.lock = [], "", threading.Lock()
site = serve(http.server.ThreadingHTTPServer, Platform)
site.gone, site.asked, site.posted, site.mode, site.robots = set(), [], [], "", b"User-agent: *\nDisallow: /private/\n"
HOST = "http://127.0.0.1:%d" % site.server_address[1]


class Desk:
    """A workspace whose clock is ours."""

    def __init__(self, name):
        self.dir = os.path.join(work, name)
        self.minutes = 0
        run = subprocess.run([MARSAD, "init", self.dir], capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        config = {"authority": {"name": "Unit of the River", "country": "MA", "type": "law enforcement", "representative": "L. Example, head",
                                "email": "unit@river.example"},
                  "notifier": {"name": "River Watch", "email": "watch@river.example", "status": "trusted flagger no. 7"},
                  "redress": {"body": "Administrative court of the River", "deadline": "60 days"},
                  "mail": {"server": "smtp://127.0.0.1:%d" % mail.server_address[1], "from": "unit@river.example", "tls": "none"},
                  "ask": {"local": True, "every": "1s", "agent": "Marsad"}}
        with open(os.path.join(self.dir, "exchange.json"), "w") as f:
            json.dump(config, f)

    def run(self, *words, actor=None, code=0, env=None):
        when = "2026-01-31T%02d:%02d:00Z" % (10 + self.minutes // 60, self.minutes % 60)
        args = [MARSAD, *words, "-w", self.dir, "--lang", "en"] + (["--actor", actor] if actor else [])
        run = subprocess.run(args, capture_output=True, text=True, env={**os.environ, "MARSAD_NOW": when, **(env or {})})
        if code is not None and run.returncode != code:
            ok("marsad " + " ".join(words), False, "exit %d\n%s%s" % (run.returncode, run.stdout, run.stderr))
        self.said = run.stderr
        return run.stdout

    def json(self, *words, **kw):
        out = self.run(*words, "--json", **kw)
        out = re.sub(r"(\d\d:\d\d:\d\d)\.\d+Z", r"\1Z", out)  # the clock starts on the second and runs on
        return [json.loads(line) for line in out.splitlines()]

    def refer(self, *words, **kw):
        return self.json("refer", *words, **kw)

    def show(self, ref):
        return self.refer("show", ref)[0]

    def state(self, ref):
        return self.show(ref)["state"]


def post_record(n):
    return json.dumps({"kind": "video", "platform": "clips", "native_id": "70%d" % n, "url": "%s/v/%d" % (HOST, n),
                       "account": {"handle": "river_%d" % n, "native_id": "9%d" % n}, "created": "2026-01-31T08:00:00Z",
                       "collected": "2026-01-31T09:00:00Z", "texts": [{"field": "caption", "text": "a clip"}]})


FACTS = ["--facts", "The clip shows the banner of the Dusk Column and calls to join it.", "--law", "Act 1, section 2",
         "--category", "terror.propaganda"]


def order(desk, n, *more, kind="tco-order", to="clips"):
    """Drafted by lina, about one address."""
    return desk.refer("draft", to, "%s/v/%d" % (HOST, n), "--kind", kind, *FACTS, *more, actor="lina")[0]["referral"]


def recipient(desk):
    desk.refer("to", "clips", "--title", "Clips Ltd", "--email", "notices@clips.example", "--country", "IE", "--contact-point",
               "tco@clips.example")
    desk.refer("to", "byapi", "--title", "Clips Ltd", "--api", HOST + "/referrals")


def parts(message):
    m = email.message_from_bytes(message, policy=email.policy.default)
    return m, {p.get_filename() or "text": p.get_content() for p in m.walk() if not p.is_multipart()}


def whole_story():
    desk = Desk("story")
    recipient(desk)
    case = desk.json("case", "new", "The clip of the Dusk Column", "--reference", "2026/7", actor="lina")[0]["case"]
    ref = order(desk, 1, "--case", "2026/7", "--letter", "fr")
    ok("a draft goes nowhere", desk.refer("send") and not mail.caught and desk.state(ref) == "draft")
    desk.run("refer", "approve", ref, code=2)
    ok("without a person nothing is approved", "--actor" in desk.said, desk.said)
    desk.refer("approve", ref, actor="omar")
    desk.refer("send")
    ok("one mail was caught", len(mail.caught) == 1)
    m, p = parts(mail.caught[-1])
    ok("it is a removal order, in French, with its annexes",
       "Injonction de retrait" in m["Subject"] and "une heure" in p["text"] and "annexe II" in p["annex-II.txt"] and
       "annexe III" in p["annex-III.txt"] and "%s/v/1" % HOST in p["text"] and "[x] incite" in p["text"], p.get("text"))
    fields = json.loads(p["referral.json"].decode() if isinstance(p["referral.json"], bytes) else p["referral.json"])
    ok("what a machine reads says the same", fields["urls"][0]["url"] == "%s/v/1" % HOST and fields["reference"] == m["X-Marsad-Reference"])
    ok("a page for the printer comes along", "<html lang=\"fr\"" in p["letter.html"])
    desk.refer("send")
    ok("sent once, however often it is asked", len(mail.caught) == 1 and desk.state(ref) == "sent")
    desk.minutes = 5
    answer = os.path.join(work, "answer.json")
    with open(answer, "w") as f:
        json.dump({"reference": fields["reference"], "answer": "received", "at": "2026-01-31T10:04:00Z"}, f)
    desk.refer("answer", answer, actor="lina")
    x = desk.show(ref)
    ok("acknowledged: the hour runs from the receipt", x["state"] == "received" and x["due"] == "2026-01-31T11:04:00Z", x)
    desk.refer("watch")
    ok("asked, and still there", desk.show(ref)["targets"][0]["state"] == "online", desk.show(ref)["targets"])
    desk.minutes = 40
    site.gone.add("/v/1")
    desk.refer("watch")
    x = desk.show(ref)
    ok("the platform takes it down: offline, with its time", x["state"] == "offline" and x["offline"] == "2026-01-31T10:40:00Z", x)
    row = desk.refer("league")[0]
    ok("the time to act is measured", row["acted"] == 1 and round(row["median_seconds"]) == 36 * 60 and row["addresses_offline"] == 1, row)
    with open(answer, "w") as f:
        json.dump({"reference": fields["reference"], "measure": "removed", "time": "2026-01-31T10:38:00Z"}, f)
    desk.refer("answer", answer, actor="lina")
    ok("annex II is taken, and what was seen stands", desk.state(ref) == "offline" and desk.show(ref)["answered"] == "2026-01-31T10:38:00Z")
    custody = desk.run("case", "custody", "2026/7", "--json")
    ok("the case's custody tells of sending and answer", '"sent"' in custody and '"answered"' in custody, custody)
    site.gone.clear()
    desk.minutes = 110
    desk.refer("watch", code=1)
    ok("back up again is seen", desk.state(ref) == "back" and desk.show(ref)["targets"][0]["back"] == "2026-01-31T11:50:00Z", desk.show(ref))
    site.gone.add("/v/1")
    desk.minutes = 175
    desk.refer("watch")
    ok("and gone again; the first time counts", desk.state(ref) == "offline" and desk.show(ref)["offline"] == "2026-01-31T10:40:00Z")
    site.gone.clear()
    log = desk.json("log", "list", ref)
    kinds = [line["record"] for line in log]
    ok("every step is in the log", len(log) >= 7 and all("referral_event" in "".join(kinds) for _ in [0]), len(log))
    run = subprocess.run([MARSAD, "verify", desk.dir], capture_output=True, text=True)
    ok("the log proves it: marsad verify", run.returncode == 0, run.stdout + run.stderr)
    key = os.path.join(desk.dir, "log", "key.pub")
    run = subprocess.run([sys.executable, VERIFY, os.path.join(desk.dir, "log"), key, os.path.join(desk.dir, "marsad.db")],
                         capture_output=True, text=True)
    ok("and docs/verify.py", run.returncode == 0, run.stdout + run.stderr)
    import sqlite3
    db = sqlite3.connect(os.path.join(desk.dir, "marsad.db"))
    db.execute("UPDATE referral SET offline_us = offline_us - 60000000")
    db.commit()
    db.close()
    run = subprocess.run([MARSAD, "verify", desk.dir], capture_output=True, text=True)
    ok("a time that was made nicer is found", run.returncode == 1 and "referral" in run.stdout, run.stdout)
    return case


def two_people():
    desk = Desk("two")
    recipient(desk)
    before = len(mail.caught)
    ref = order(desk, 2, "--account", HOST + "/@river_2", kind="national")
    desk.refer("approve", ref, actor="lina")
    desk.refer("send")
    ok("closing an account: one is not enough", desk.state(ref) == "reviewed" and len(mail.caught) == before)
    desk.run("refer", "approve", ref, actor="lina", code=2)
    ok("nor is the same one twice", "two" in desk.said, desk.said)
    desk.refer("edit", ref, "--facts", "Other words.", actor="lina")
    ok("a change takes approvals back", desk.state(ref) == "draft")
    desk.refer("approve", ref, actor="lina")
    desk.refer("approve", ref, actor="omar")
    desk.refer("send")
    ok("two people: it goes", desk.state(ref) == "sent" and len(mail.caught) == before + 1)


def what_platforms_do():
    desk = Desk("answers")
    recipient(desk)
    refused, ignored, cannot = order(desk, 3, kind="dsa-notice"), order(desk, 4), order(desk, 5)
    for ref in refused, ignored, cannot:
        desk.refer("approve", ref, actor="omar")
    desk.refer("send")
    desk.minutes = 10
    desk.refer("record", refused, "refused", "--note", "they find nothing wrong", actor="lina")
    desk.refer("record", cannot, "cannot", "--note", "insufficient information", actor="lina")
    ok("refused and cannot are told apart", desk.state(refused) == "refused" and desk.state(cannot) == "cannot")
    desk.minutes = 45
    n = desk.refer("watch", "--clock-only")[0]
    ok("a reminder before the hour is over", n["reminders"] == 1, n)
    desk.minutes = 61
    n = desk.refer("watch", "--clock-only", code=1)[0]
    ok("ignored past the deadline: still up", n["overdue"] == 1 and desk.state(ignored) == "still-up", n)
    desk.minutes = 125
    n = desk.refer("watch", "--clock-only", code=1)[0]
    ok("and escalated", n["escalations"] == 1, n)
    n = desk.refer("watch", "--clock-only")[0]
    ok("each once", n["escalations"] + n["reminders"] + n["overdue"] == 0, n)
    row = desk.refer("league")[0]
    ok("the league table counts all three", (row["sent"], row["refused"], row["still_up"], row["acted"]) == (3, 2, 1, 0), row)
    desk.run("refer", "record", refused, "received", actor="lina", code=2)
    ok("what cannot follow is refused", "refused" in desk.said, desk.said)


def manners():
    desk = Desk("manners")
    recipient(desk)
    ref = desk.refer("draft", "clips", HOST + "/private/6", "--kind", "dsa-notice", *FACTS, actor="lina")[0]["referral"]
    ref2 = order(desk, 7, kind="dsa-notice")
    for r in ref, ref2:
        desk.refer("approve", r, actor="omar")
    desk.refer("send")
    desk.minutes = 1
    del site.asked[:]
    n = desk.refer("watch")[0]
    ok("robots.txt is respected: the address is left to a person", n["robots"] == 1 and "/private/6" not in [p for p, _ in site.asked], (n, site.asked))
    ok("robots.txt is asked once, and we say who we are", [p for p, _ in site.asked].count("/robots.txt") == 1 and all(a == "Marsad" for _, a in site.asked))
    desk.refer("seen", ref, "offline", actor="lina")
    ok("a person's look counts", desk.state(ref) == "offline")
    site.mode = "later"
    desk.minutes = 250
    desk.refer("watch")
    ok("“later” is no verdict", desk.show(ref2)["targets"][0]["state"] == "online", desk.show(ref2)["targets"])
    site.mode = ""
    del site.asked[:]
    desk.minutes = 255
    desk.refer("watch", code=None)
    ok("and is waited for", site.asked == [], site.asked)
    desk.minutes = 800
    fetcher = os.path.join(work, "fetcher")
    with open(fetcher, "w") as f:
        f.write('#!/bin/sh\necho \'{"status":410,"address":"\'"$1"\'"}\'\n')
    os.chmod(fetcher, 0o700)
    desk.refer("watch", "--fetcher", fetcher, code=None)
    ok("another program can ask in our place", desk.state(ref2) == "offline", desk.show(ref2))


def refusals():
    desk = Desk("refusals")
    recipient(desk)
    before = len(mail.caught)
    for mode, code, state in (("busy", 0, "queued"), ("breaks-before-the-end", 0, "queued"), ("busy-at-the-end", 0, "queued")):
        ref = order(desk, 8)
        desk.refer("approve", ref, actor="omar")
        mail.mode = mode
        n = desk.refer("send", code=code)[0]
        ok("%s: it waits" % mode, desk.state(ref) == state and n["waiting"] == 1, n)
        n = desk.refer("send", code=code)[0]
        ok("%s: and is not tried again at once" % mode, n["waiting"] + n["sent"] == 0, n)
        mail.mode = ""
        desk.minutes += 10
        desk.refer("send")
        ok("%s: later it goes, once" % mode, desk.state(ref) == "sent" and len(mail.caught) == before + 1)
        before = len(mail.caught)
    ref = order(desk, 9)
    desk.refer("approve", ref, actor="omar")
    mail.mode = "no-such-box"
    desk.refer("send", code=1)
    ok("refused for good: a person must look", desk.state(ref) == "failed" and desk.show(ref)["messages"][0]["state"] == "failed")
    mail.mode = ""
    desk.refer("settle", ref, "again", actor="lina")
    desk.refer("send")
    ok("and can have it sent again", desk.state(ref) == "sent" and len(mail.caught) == before + 1)
    before = len(mail.caught)
    ref = order(desk, 10)
    desk.refer("approve", ref, actor="omar")
    mail.mode = "breaks-at-the-end"
    n = desk.refer("send", code=1)[0]
    mail.mode = ""
    desk.minutes += 600
    desk.refer("send")
    ok("broken off after the end: unsure, never again by itself", n["unsure"] == 1 and len(mail.caught) == before + 1 and desk.show(ref)["messages"][0]["state"] == "unsure", n)
    desk.refer("settle", ref, "sent", actor="lina")
    ok("a person settles it", desk.state(ref) == "sent")


def make_certificate(folder, name):
    """An authority of our own and a certificate for 127.0.0.1 that it signed; the authority's file is returned."""
    path = lambda what: os.path.join(folder, name + what)
    config = path(".cnf")
    with open(config, "w") as f:
        f.write("[req]\ndistinguished_name=dn\nprompt=no\n[dn]\nCN=%s\n[ca]\nbasicConstraints=critical,CA:true\n"
                "[leaf]\nsubjectAltName=IP:127.0.0.1\n" % name)
    openssl = lambda *words: subprocess.run(["openssl", *words], check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path(".ca.key"), "-out",
            path(".ca.pem"), "-days", "2", "-config", config, "-extensions", "ca")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path(".key"), "-out", path(".csr"),
            "-config", config)
    openssl("x509", "-req", "-in", path(".csr"), "-CA", path(".ca.pem"), "-CAkey", path(".ca.key"), "-CAcreateserial", "-days", "2",
            "-extfile", config, "-extensions", "leaf", "-out", path(".pem"))
    return path(".ca.pem"), path(".pem"), path(".key")


def secure_mail():
    ca, certificate, key = make_certificate(work, "right")
    other, _, _ = make_certificate(work, "other")
    server = serve(Threaded, SecureMail)
    server.caught, server.words, server.mode = [], [], ""
    server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.context.load_cert_chain(certificate, key)
    desk = Desk("secure")
    recipient(desk)
    secret = os.path.join(work, "mail.secret")

    def settings(password="the right one", **more):
        with open(secret, "w") as f:
            f.write(password + "\n")
        with open(os.path.join(desk.dir, "exchange.json")) as f:
            config = json.load(f)
        config["mail"] = {"server": "smtp://127.0.0.1:%d" % server.server_address[1], "from": "unit@river.example", "user": "unit",
                          "secret": secret, **more}
        with open(os.path.join(desk.dir, "exchange.json"), "w") as f:
            json.dump(config, f)

    def send(code=0):
        desk.minutes += 200
        del server.words[:]
        return desk.refer("send", code=code)[0]

    ref = order(desk, 30)
    desk.refer("approve", ref, actor="omar")
    server.mode = "no-tls"
    settings(ca=ca)
    n = send()
    ok("a server without TLS gets neither letter nor password", n["waiting"] == 1 and not server.caught and
       not any(w.startswith(("AUTH", "MAIL")) for w, _ in server.words), (n, server.words))
    server.mode = ""
    settings()
    ok("nor one whose certificate nobody vouches for", send()["waiting"] == 1 and not any(w.startswith("AUTH") for w, _ in server.words),
       server.words)
    settings(ca=other)
    n = send()
    ok("or an authority that was not named", n["waiting"] == 1 and not any(w.startswith("AUTH") for w, _ in server.words), server.words)
    ok("and the words say why", "certificate" in desk.show(ref)["messages"][0]["said"].lower(), desk.show(ref)["messages"])
    settings(ca=ca)
    server.mode = "auth-busy"
    ok("refused for now at the door: it waits", send()["waiting"] == 1 and desk.state(ref) == "queued")
    server.mode = ""
    settings("a wrong one", ca=ca)
    n = send(code=1)
    ok("a wrong password is told, with the server's number", n["failed"] == 1 and desk.state(ref) == "failed" and
       "535" in desk.show(ref)["messages"][0]["said"], desk.show(ref)["messages"])
    settings(ca=ca)
    desk.refer("settle", ref, "again", actor="lina")
    n = send()
    ok("with TLS and the right password it goes, once", n["sent"] == 1 and len(server.caught) == 1 and desk.state(ref) == "sent", n)
    ok("the password only under TLS", all(secure for w, secure in server.words if w.startswith("AUTH")) and
       any(w.startswith("AUTH") for w, _ in server.words), server.words)
    send()
    ok("and never again", len(server.caught) == 1)
    with open(os.path.join(desk.dir, "marsad.db"), "rb") as f:
        ok("it is nowhere in the workspace", b"the right one" not in f.read())


def by_api():
    desk = Desk("api")
    recipient(desk)
    ref = order(desk, 11, "--set", "recipient.contact_point=x", to="byapi")
    desk.refer("approve", ref, actor="omar")
    site.mode = "api-lost"
    n = desk.refer("send")[0]
    ok("the answer was lost: it waits", n["waiting"] == 1 and desk.state(ref) == "queued", n)
    desk.minutes = 10
    desk.refer("send")
    ok("tried again under the same key", desk.state(ref) == "sent" and len({k for k, _, _ in site.posted}) == 1 and len(site.posted) == 2, site.posted)
    key, signature, body = site.posted[-1]
    kind, public, sig = signature.split(" ")
    with open(os.path.join(desk.dir, "exchange.key.pub")) as f:
        ok("signed with the key that others have", kind == "ed25519" and f.read().strip() == public)
    ok("over the key and the body", check_signature(public, sig, key.encode() + b"\n" + body))
    ok("the body says what it is", json.loads(body)["kind"] == "tco-order" and json.loads(body)["fields"]["urls"][0]["url"].endswith("/v/11"))


def check_signature(public, sig, message):
    """Ed25519 from its definition (RFC 8032), to be independent."""
    import hashlib
    p, q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
    d = -121665 * pow(121666, p - 2, p) % p
    i = pow(2, (p - 1) // 4, p)

    def recover(y, sign):
        x2 = (y * y - 1) * pow(d * y * y + 1, p - 2, p) % p
        x = pow(x2, (p + 3) // 8, p)
        if (x * x - x2) % p:
            x = x * i % p
        if x & 1 != sign:
            x = p - x
        return x

    def add(a, b):
        x1, y1, x2, y2 = *a, *b
        k = d * x1 * x2 * y1 * y2
        return ((x1 * y2 + x2 * y1) * pow(1 + k, p - 2, p) % p, (y1 * y2 + x1 * x2) * pow(1 - k, p - 2, p) % p)

    def mul(n, a):
        r = (0, 1)
        while n:
            if n & 1:
                r = add(r, a)
            a, n = add(a, a), n >> 1
        return r

    def point(b):
        y = int.from_bytes(b, "little")
        return recover(y & (2**255 - 1), y >> 255), y & (2**255 - 1)

    sig, public = base64.b64decode(sig), bytes.fromhex(public)
    h = int.from_bytes(hashlib.sha512(sig[:32] + public + message).digest(), "little") % q
    base = (recover(4 * pow(5, p - 2, p) % p, 0), 4 * pow(5, p - 2, p) % p)
    return mul(int.from_bytes(sig[32:], "little"), base) == add(point(sig[:32]), mul(h, point(public)))


def killed():
    """Processes that send are killed at random moments: nothing twice, nothing lost."""
    desk = Desk("killed")
    recipient(desk)
    refs = [order(desk, 100 + i) for i in range(12)]
    for ref in refs:
        desk.refer("approve", ref, actor="omar")
    first = len(mail.caught)
    mail.mode = "slow"
    kills, lived = 0, 0.002
    for _ in range(60):
        desk.minutes += 1
        when = "2026-01-31T%02d:%02d:00Z" % (10 + desk.minutes // 60, desk.minutes % 60)
        p = subprocess.Popen([MARSAD, "refer", "send", "-w", desk.dir, "--quiet"], env={**os.environ, "MARSAD_NOW": when},
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            p.wait(lived)
            if all(desk.state(r) in ("sent", "failed") for r in refs):
                break
        except subprocess.TimeoutExpired:
            p.send_signal(signal.SIGKILL)
            p.wait()
            kills += 1
            lived *= 1.2  # each gets a little further, on whatever machine
    mail.mode = ""
    for _ in range(3):
        desk.minutes += 30
        desk.refer("send", code=None)
    time.sleep(0.2)
    ids = [parts(m)[0]["Message-ID"] for m in mail.caught[first:]]
    ok("killed %d times: no message arrived twice" % kills, len(ids) == len(set(ids)) and kills > 3, ids)
    states = {r: (desk.state(r), desk.show(r)["messages"][0]["state"]) for r in refs}
    ok("each is sent, or a person is told that nobody knows", all(s in (("sent", "sent"), ("queued", "unsure"), ("failed", "unsure")) for s in states.values()), states)
    sent = sum(s[1] == "sent" for s in states.values())
    unsure = sum(s[1] == "unsure" for s in states.values())
    ok("none was lost: %d sent, %d not known, %d arrived" % (sent, unsure, len(ids)), sent <= len(ids) <= sent + unsure)
    run = subprocess.run([MARSAD, "verify", desk.dir], capture_output=True, text=True)
    ok("after every kill the log holds", run.returncode == 0, run.stdout)


def clocks():
    desk = Desk("clocks")
    recipient(desk)
    ref = order(desk, 20)
    desk.refer("approve", ref, actor="omar")
    desk.refer("send")
    due = desk.show(ref)["due"]
    desk.minutes = -300
    desk.refer("record", ref, "received", actor="lina")
    x = desk.show(ref)
    times = [e["at"] for e in x["events"]]
    ok("a clock set back does not turn history around", times == sorted(times) and x["due"] >= due, x)


work = tempfile.mkdtemp(prefix="marsad-refer-")
try:
    for part in (whole_story, two_people, what_platforms_do, manners, refusals, secure_mail, by_api, killed, clocks):
        try:
            part()
        except Exception as e:  # the parts after it still run
            import traceback
            ok(part.__name__ + " ran to its end", False, traceback.format_exc())
finally:
    shutil.rmtree(work, ignore_errors=True)
print("1..%d" % count)
sys.exit(1 if failed else 0)
