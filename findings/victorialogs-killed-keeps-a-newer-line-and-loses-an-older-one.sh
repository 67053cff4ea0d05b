#!/usr/bin/env bash
# VictoriaLogs 1.52.1: killed, it has lost an older line and kept a newer one, and both had been answered with 200.
#
# That a kill takes the lines of the last seconds is documented (`-inmemoryDataFlushInterval`, 5s, "guaranteed saving"): a
# good engineer would send again what is newer than the newest line that is there, and from 5 s before the kill on. Both
# is too little. Lines wait for up to a second in one of several buffers, one for each processor, taken in turn; what
# such a buffer held becomes a part, which is written at the first of the moments every five seconds at which it is
# five seconds old. So a line may be lost for 11 s, and of two lines the one that came first may be lost alone.
#
# Output seen, on two processors (GOMAXPROCS=2), lines by the seconds before the kill at which their answer was there:
#   10.3 s: kept
#   6.6 s: kept
#   6.1 s: lost
#   5.7 s: kept
#   0.5 s: lost
#
# Needs Go 1.26 or later, Python 3, and a machine that isn't late by a fifth of a second.
set -euo pipefail

work=$(mktemp -d)
trap 'kill ${server:-} 2>/dev/null || true; wait; rm -rf "$work"' EXIT
cd "$work"
GOBIN=$work/bin GOPATH=$work/go GOFLAGS=-modcacherw go install \
  github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs@v1.52.1 2>go.log || { cat go.log; exit 1; }

cat >send.py <<'PY'
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

LINES = "application/stream+json"
# When lines are sent: the first makes the day's partition, from when on the moments come every five seconds; the
# second and the fourth are in one buffer, and the third is in the other.
MOMENTS = (0.0, 3.75, 4.25, 4.65, 9.8)
KILLED = 10.3


def post(port: int, path: str, body: bytes, content: str) -> bytes:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, {"Content-Type": content})
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200, answer.status
        return answer.read()


def started(program: str) -> tuple[subprocess.Popen[bytes], int]:
    """A server on the files that are there, which answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    words = [program, "-storageDataPath=data", f"-httpListenAddr=127.0.0.1:{port}"]
    server = subprocess.Popen(words, env={"GOMAXPROCS": "2"}, stderr=subprocess.DEVNULL)
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health")
            return server, port
        except urllib.error.URLError:
            time.sleep(0.05)


server, port = started(sys.argv[1])
try:
    began = time.monotonic()
    for number, moment in enumerate(MOMENTS):
        time.sleep(max(0.0, began + moment - time.monotonic()))
        post(port, "/insert/jsonline", json.dumps({"_msg": str(number)}).encode() + b"\n", LINES)
    time.sleep(max(0.0, began + KILLED - time.monotonic()))
    server.kill()
    server.wait()
    server, port = started(sys.argv[1])
    query = urllib.parse.urlencode({"query": "* | fields _msg"}).encode()
    found = post(port, "/select/logsql/query", query, "application/x-www-form-urlencoded").splitlines()
    there = {int(json.loads(line)["_msg"]) for line in found}
    for number, moment in enumerate(MOMENTS):
        print(f"{KILLED - moment + 0.001:.1f} s: {'kept' if number in there else 'lost'}")
finally:
    server.kill()
    server.wait()
PY
python3 send.py bin/victoria-logs | tee seen
diff - seen <<'EXPECTED'
10.3 s: kept
6.6 s: kept
6.1 s: lost
5.7 s: kept
0.5 s: lost
EXPECTED
