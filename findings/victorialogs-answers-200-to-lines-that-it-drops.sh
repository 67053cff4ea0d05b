#!/usr/bin/env bash
# VictoriaLogs 1.52.1: lines that are old, long, or sent as curl and urllib send by default are dropped, and the answer is 200.
#
# What is older than its retention, seven days unless it is told otherwise, is dropped: so is all that a shipper sends
# again after a long outage. The same for what is more than two days ahead, for a line over 256 KiB, and for one of more
# than 1,000 fields. These are warnings in the server's log. A body with the content type of HTML forms, which is what
# `curl -d` and Python's urllib send where nothing is said, is taken for parameters: nothing of it is stored, and nothing
# is logged either.
#
# Output seen:
#   now: 200, stored
#   eight days old: 200, dropped, a warning
#   three days ahead: 200, dropped, a warning
#   300,000 characters: 200, dropped, a warning
#   1,500 fields: 200, dropped, a warning
#   no time: 200, stored
#   as a form: 200, dropped
#
# Needs Go 1.26 or later, and Python 3.
set -euo pipefail

work=$(mktemp -d)
trap 'kill ${server:-} 2>/dev/null || true; wait; rm -rf "$work"' EXIT
cd "$work"
GOBIN=$work/bin GOPATH=$work/go GOFLAGS=-modcacherw go install \
  github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs@v1.52.1 2>go.log || { cat go.log; exit 1; }
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
bin/victoria-logs -storageDataPath=data -httpListenAddr=127.0.0.1:"$port" 2>log &
server=$!

cat >send.py <<'PY'
import datetime
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

SERVER = f"http://127.0.0.1:{sys.argv[1]}"
NOW = datetime.datetime.now(datetime.timezone.utc)
LINES = "application/stream+json"


def post(path: str, body: bytes, **headers: str) -> tuple[int, bytes]:
    """The status and the body of an answer."""
    request = urllib.request.Request(SERVER + path, body, {name.replace("_", "-"): each for name, each in headers.items()})
    with urllib.request.urlopen(request) as answer:
        return answer.status, answer.read()


def stored(host: str) -> int:
    """How many lines of a host can be found."""
    query = urllib.parse.urlencode({"query": f"_time:30d host:={host} or _time:offset -30d 30d host:={host}"}).encode()
    return len(post("/select/logsql/query", query)[1].splitlines())


def told() -> int:
    """How many warnings there are."""
    return Path("log").read_text().count("\twarn\t")


def at(**off: int) -> str:
    return (NOW + datetime.timedelta(**off)).isoformat()


CASES = (
    ("now", {"_time": at()}, {"Content_Type": LINES}),
    ("eight days old", {"_time": at(days=-8)}, {"Content_Type": LINES}),
    ("three days ahead", {"_time": at(days=3)}, {"Content_Type": LINES}),
    ("300,000 characters", {"_time": at(), "rest": "x" * 300_000}, {"Content_Type": LINES}),
    ("1,500 fields", {"_time": at()} | {f"f{number}": "x" for number in range(1500)}, {"Content_Type": LINES}),
    ("no time", {}, {"Content_Type": LINES}),
    ("as a form", {"_time": at()}, {}),
)
for _ in range(100):
    try:
        urllib.request.urlopen(SERVER + "/health")
        break
    except urllib.error.URLError:
        time.sleep(0.1)
for number, (name, fields, headers) in enumerate(CASES):
    before = told()
    line = json.dumps({"_msg": "a line", "host": f"h{number}"} | fields).encode()
    status, _ = post("/insert/jsonline?_stream_fields=host", line + b"\n", **headers)
    time.sleep(2.5)
    became = "stored" if stored(f"h{number}") else "dropped"
    print(f"{name}: {status}, {became}{', a warning' if told() > before else ''}")
PY
python3 send.py "$port" | tee seen
diff - seen <<'EXPECTED'
now: 200, stored
eight days old: 200, dropped, a warning
three days ahead: 200, dropped, a warning
300,000 characters: 200, dropped, a warning
1,500 fields: 200, dropped, a warning
no time: 200, stored
as a form: 200, dropped
EXPECTED
