#!/usr/bin/env python3
"""tsa.py FOLDER [MODE…]: a time-stamping authority for tests, on 127.0.0.1: OpenSSL's `ts -reply` behind a small server.

Makes a CA and an authority's certificate in FOLDER (ca.pem), writes FOLDER/port when it listens, and ends when FOLDER/stop
is there. One request after another is answered as the modes say, the last one for ever: ok, busy (503), refuse (404),
nonsense (200 and no timestamp), other (a timestamp of another request), hang (no answer until the other side gives up)."""
import http.server, os, subprocess, sys, threading, time

CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = River Test {name}
[ca]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
[tsa]
basicConstraints = CA:false
extendedKeyUsage = critical,timeStamping
[ts]
default_tsa = tsa_config
[tsa_config]
serial = {dir}/serial
crypto_device = builtin
signer_cert = {dir}/tsa.pem
certs = {dir}/ca.pem
signer_key = {dir}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def openssl(*args, stdin=b""):
    return subprocess.run(("openssl",) + args, input=stdin, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def make(d):
    for name in ("CA", "Authority"):
        with open("%s/%s.cnf" % (d, name), "w") as f:
            f.write(CONFIG.format(name=name, dir=d))
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-config", d + "/CA.cnf", "-extensions", "ca",
            "-keyout", d + "/ca.key", "-out", d + "/ca.pem")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-config", d + "/Authority.cnf", "-keyout", d + "/tsa.key",
            "-out", d + "/tsa.csr")
    openssl("x509", "-req", "-in", d + "/tsa.csr", "-CA", d + "/ca.pem", "-CAkey", d + "/ca.key", "-CAcreateserial",
            "-days", "30", "-extfile", d + "/Authority.cnf", "-extensions", "tsa", "-out", d + "/tsa.pem")
    with open(d + "/serial", "w") as f:
        f.write("01\n")


class Authority(http.server.BaseHTTPRequestHandler):
    folder, modes, asked = "", ["ok"], 0

    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        mode = Authority.modes[min(Authority.asked, len(Authority.modes) - 1)]
        Authority.asked += 1
        if mode == "hang":
            time.sleep(60)
        if mode in ("busy", "refuse"):
            self.send_error(503 if mode == "busy" else 404)
            return
        if mode == "other":
            query = openssl("ts", "-query", "-digest", "00" * 32, "-sha256", "-cert")
        body = b"not a timestamp" if mode == "nonsense" else self.stamp(query)
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stamp(self, query):
        d = Authority.folder
        with open(d + "/query.tsq", "wb") as f:
            f.write(query)
        return openssl("ts", "-reply", "-config", d + "/Authority.cnf", "-section", "tsa_config", "-queryfile",
                       d + "/query.tsq")

    def log_message(self, *args):
        pass


def main():
    Authority.folder = os.path.abspath(sys.argv[1])
    Authority.modes = sys.argv[2:] or ["ok"]
    os.makedirs(Authority.folder, exist_ok=True)
    if not os.path.exists(Authority.folder + "/tsa.pem"):
        make(Authority.folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Authority)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(Authority.folder + "/port.new", "w") as f:
        f.write(str(server.server_address[1]))
    os.rename(Authority.folder + "/port.new", Authority.folder + "/port")
    end = time.time() + 110
    while time.time() < end and not os.path.exists(Authority.folder + "/stop"):
        time.sleep(0.05)
    os.remove(Authority.folder + "/port")


main()
