#!/usr/bin/env python3
"""What is said in a clip, from end to end: e2e_recognise.py BUILD/src

A clip that hums and then speaks goes through the worker, its speech through recognisers of the test's own (a program that
answers as whisper.cpp's does, a server that answers as OpenAI's and whisper.cpp's do, and several that misbehave), and what they say becomes
findings at the second it was said. Speech is made by espeak-ng: skipped where that or ffmpeg is missing. TAP on standard output."""
import http.server
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

MARSAD = os.path.join(os.path.abspath(sys.argv[1]), "marsad")
HUM = 8.0
count = failed = 0

WHISPER = r"""#!%s
import json, sys, wave
a = sys.argv[1:]
get = lambda k: a[a.index(k) + 1]
w = wave.open(get("-f"))
assert (w.getframerate(), w.getnchannels(), w.getsampwidth()) == (16000, 1, 2)
words = ["we", "will", "raise", "the", "Dusk", "Ban", "ner", "again"]
out = [{"offsets": {"from": 0, "to": 0}, "text": "[_BEG_]"}]
for i, x in enumerate(words):
    out.append({"offsets": {"from": i * 400, "to": i * 400 + 300}, "text": ("" if x == "ner" else " ") + x})
json.dump({"transcription": out, "result": {"language": "en"}}, open(get("-of") + ".json", "w"))
with open(%r, "a") as f:
    f.write(json.dumps({"args": a, "seconds": w.getnframes() / 16000}) + "\n")
"""


def ok(what, fine, why=""):
    global count, failed
    count += 1
    failed += not fine
    print("%sok %d - %s" % ("" if fine else "not ", count, what), flush=True)
    if not fine:
        print("# " + str(why)[:2000].replace("\n", "\n# "), flush=True)


def run(*args, env=None, text=None):
    e = dict(os.environ)
    e.pop("MARSAD_RECOGNISER", None)
    e.update(env or {})
    return subprocess.run([MARSAD, *args], capture_output=True, text=True, env=e, input=text, timeout=120)


def make_clip(path):
    speech = path + ".speech.wav"
    subprocess.run(["espeak-ng", "-v", "en", "-s", "140", "-w", speech,
                    "Good evening. This is a long sentence about the weather and the market in our town, and nobody "
                    "should worry about anything at all today."], check=True)
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "sine=f=440:d=%g" % HUM, "-i", speech,
                    "-filter_complex",
                    "[0]aformat=sample_rates=22050:channel_layouts=mono,volume=0.3[a];"
                    "[1]aformat=sample_rates=22050:channel_layouts=mono[b];[a][b]concat=n=2:v=0:a=1", path], check=True)
    os.remove(speech)


def terms(out):
    found = [json.loads(line) for line in out.splitlines()]
    return [f for f in found if f["kind"] == "term" and f["places"][0].get("field") == "transcript"]


class Server(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_POST(self):
        s = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        s.asked.append((dict(self.headers), body))
        word = [{"word": w, "start": 1 + i / 2, "end": 1.4 + i / 2} for i, w in enumerate(["the", "Dusk", "Banner"])]
        answers = {"words": {"text": "x", "words": word},
                   "nested": {"segments": [{"start": 0, "end": 4, "text": "x", "words": word}]},
                   "segments": {"segments": [{"start": 1.0, "end": 3.0, "text": " the Dusk Banner"}]}}
        data = json.dumps(answers[s.mode]).encode() if s.mode in answers else s.mode.encode()
        self.send_response(s.status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def manifest(folder, name, command, timeout=60):
    path = os.path.join(folder, name + ".json")
    with open(path, "w") as f:
        json.dump({"name": name, "command": command, "timeout_s": timeout, "language": "en"}, f)
    return path


def script(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, 0o700)
    return path


def whisper(folder, clip):
    log = os.path.join(folder, "asked")
    program = script(folder, "whisper-cli", WHISPER % (sys.executable, log))
    m = manifest(folder, "stand-in", ["marsad", "recognise", "--program", program, "--model", "m.bin"])
    r = run("scan", "--json", clip, env={"MARSAD_RECOGNISER": m, "TMPDIR": folder})
    t = terms(r.stdout)
    ok("a word of the program is a finding", len(t) == 1 and t[0]["quote"] == "Dusk Banner", r.stdout + r.stderr)
    place = t[0]["places"][0] if t else {"start_us": 0, "end_us": 0}
    asked = [json.loads(line) for line in open(log)]
    ok("only the speech was given to it, once", len(asked) == 1 and 5 < asked[0]["seconds"] < 12, asked)
    ok("in the language asked for", "en" == asked[0]["args"][asked[0]["args"].index("-l") + 1], asked)
    # 1.6 s and 2.7 s into the speech, which is told to begin within a second of where it does
    ok("the finding points to the words' own seconds",
       HUM - 1 <= place["start_us"] / 1e6 - 1.6 <= HUM + 1 and abs(place["end_us"] - place["start_us"] - 1100000) < 2000, place)
    left = [x for x in os.listdir(folder) if x.startswith("marsad-")]
    ok("nothing is left behind", left == [], left)
    return m


def workspace(folder, clip, m):
    w = os.path.join(folder, "ws")
    run("init", w)
    shutil.copy(m, os.path.join(w, "policy", "recogniser.json"))
    log = os.path.join(folder, "asked")
    before = len(open(log).readlines())
    r = run("ingest", "-w", w, clip)
    with sqlite3.connect("file:%s?mode=ro" % os.path.join(w, "marsad.db"), uri=True) as db:
        post = db.execute("SELECT id FROM post").fetchone()[0].hex()
    shown = run("show", "-w", w, post)
    ok("what was said is shown with the post", "raise the Dusk Banner again" in shown.stdout, shown.stdout + shown.stderr + r.stderr)
    run("analyse", "-w", w, "--all")
    ok("it is kept with the medium: nobody is asked again", len(open(log).readlines()) == before + 1, "")
    again = run("show", "-w", w, post)
    ok("and found as before", "Dusk Banner" in again.stdout and again.stdout.count("Dusk Banner") == shown.stdout.count("Dusk Banner"),
       again.stdout)
    ok("the log holds", run("verify", w).returncode == 0)


def server(folder, clip):
    s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    s.asked, s.mode, s.status = [], "words", 200
    threading.Thread(target=s.serve_forever, daemon=True).start()
    key = os.path.join(folder, "key")
    with open(key, "w") as f:
        f.write("not-a-real-key\n")
    m = manifest(folder, "server", ["marsad", "recognise", "--url", "http://127.0.0.1:%d/v1/audio/transcriptions" % s.server_port,
                                    "--model", "base", "--key-file", key])
    env = {"MARSAD_RECOGNISER": m, "TMPDIR": folder}
    for mode in ("words", "nested", "segments"):
        s.mode = mode
        r = run("scan", "--json", clip, env=env)
        t = terms(r.stdout)
        place = t[0]["places"][0] if t else {"start_us": 0}
        ok("a server that tells %s is heard" % mode, len(t) == 1 and HUM <= place["start_us"] / 1e6 <= HUM + 3, r.stdout + r.stderr)
    headers, body = s.asked[0]
    ok("the form has the sound and asks for words",
       b'name="file"' in body and b"RIFF" in body and b"verbose_json" in body and b'name="model"\r\n\r\nbase' in body
       and b'name="language"\r\n\r\nen' in body and headers["Content-Type"].startswith("multipart/form-data"), headers)
    ok("the key goes where it belongs", headers.get("Authorization") == "Bearer not-a-real-key", headers)
    for mode, status in (("{}", 200), ("<html>", 200), ('{"words":[]}', 500), ("", 200)):
        s.mode, s.status = mode, status
        r = run("scan", "--json", clip, env=env)
        ok("an answer of %d %r costs the words, not the clip" % (status, mode),
           terms(r.stdout) == [] and r.returncode in (0, 1) and "server" in r.stderr, r.stdout + r.stderr)
    s.shutdown()


def hostile(folder, clip):
    for name, text in (("dies", "#!/bin/sh\nexit 1\n"), ("babbles", "#!/bin/sh\nread -r l; echo yes\n"),
                       ("floods", "#!/bin/sh\nread -r l; exec cat /dev/zero\n"),
                       ("sleeps", "#!/bin/sh\nread -r l; sleep 300\n")):
        m = manifest(folder, name, [script(folder, name, text)], timeout=2)
        began = time.time()
        r = run("scan", "--json", clip, env={"MARSAD_RECOGNISER": m, "TMPDIR": folder})
        ok("a recogniser that %s costs the words, not the clip" % name,
           r.returncode in (0, 1) and name in r.stderr and time.time() - began < 60, r.stdout + r.stderr)
    m = os.path.join(folder, "bad.json")
    with open(m, "w") as f:
        f.write('{"name":7}')
    r = run("scan", "--json", clip, env={"MARSAD_RECOGNISER": m})
    ok("a manifest that makes no sense is refused with its path", r.returncode == 2 and m in r.stderr, r.stderr)
    r = run("recognise", "--program", "/nowhere", "--model", "m", text='{"id":4,"path":"/nowhere.wav"}\nnonsense\n')
    lines = [json.loads(x) for x in r.stdout.splitlines()]
    ok("the adapter answers every line", len(lines) == 2 and lines[0]["id"] == 4 and all("error" in x for x in lines), r.stdout)


def main():
    if not shutil.which("espeak-ng") or not shutil.which("ffmpeg"):
        print("1..0 # SKIP espeak-ng and ffmpeg make the clip")
        return 0
    folder = tempfile.mkdtemp(prefix="marsad-recognise-")
    try:
        clip = os.path.join(folder, "clip.wav")
        make_clip(clip)
        m = whisper(folder, clip)
        workspace(folder, clip, m)
        server(folder, clip)
        hostile(folder, clip)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("1..%d" % count)
    return 1 if failed else 0


sys.exit(main())
