#!/usr/bin/env bash
# VictoriaLogs 1.52.1: a line that is too long takes the good lines behind it along, and the answer is 200.
#
# A line over 256 KiB is skipped, as it is documented. So is all that has come of the request by then behind it: the piece
# of the body in which the long line ends is thrown away where it is the last one. `/insert/jsonline` answers 200 all the
# same, and its log speaks of one line. `/insert/elasticsearch/_bulk` answers 400, "missing log message", having stored
# what stands before the long line, so that who sends the request again has that twice. Only when enough stands behind
# it, more than comes in one piece, is the long line skipped alone.
#
# Output seen:
#   jsonline: 3 lines, a long one, 1,000 lines: 200, 3 are there, 1 line is skipped in the log
#   jsonline: 3 lines, a long one, 100,000 lines: 200, 100003 are there, 1 line is skipped in the log
#   _bulk: 3 lines, a long one, 1,000 lines: 400, 3 are there
#   _bulk, sent again: 400, 6 are there
#   jsonline: 3 lines, 1,000 lines: 200, 1003 are there
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
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

SERVER = f"http://127.0.0.1:{sys.argv[1]}"
LONG = {"rest": "x" * 300_000}


def post(path: str, body: bytes, content: str) -> tuple[int, bytes]:
    """The status and the body of an answer."""
    request = urllib.request.Request(SERVER + path, body, {"Content-Type": content})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def lines(before: int, behind: int, *between: dict[str, str]) -> list[dict[str, str]]:
    return [{"_msg": "good"}] * before + list(between) + [{"_msg": "good"}] * behind


def there(case: str) -> int:
    """How many good lines of a case can be found."""
    post("/internal/force_flush", b"", "text/plain")
    query = urllib.parse.urlencode({"query": f"case:={case} good | count() as n"}).encode()
    return int(json.loads(post("/select/logsql/query", query, "application/x-www-form-urlencoded")[1])["n"])


def jsonline(case: str, sent: list[dict[str, str]]) -> int:
    body = b"".join(json.dumps(each).encode() + b"\n" for each in sent)
    return post(f"/insert/jsonline?extra_fields=case%3D{case}", body, "application/stream+json")[0]


def bulk(case: str, sent: list[dict[str, str]]) -> int:
    body = b"".join(b'{"create":{}}\n' + json.dumps(each).encode() + b"\n" for each in sent)
    return post(f"/insert/elasticsearch/_bulk?extra_fields=case%3D{case}", body, "application/x-ndjson")[0]


def told() -> int:
    """How many lines the log says to be skipped."""
    return Path("log").read_text().count("the line length exceeds")


for _ in range(100):
    try:
        urllib.request.urlopen(SERVER + "/health")
        break
    except urllib.error.URLError:
        time.sleep(0.1)
for case, behind in (("few", 1_000), ("many", 100_000)):
    before = told()
    status = jsonline(case, lines(3, behind, LONG))
    skipped = told() - before
    print(
        f"jsonline: 3 lines, a long one, {behind:,} lines: {status}, {there(case)} are there, "
        f"{skipped} line is skipped in the log"
    )
status = bulk("bulk", lines(3, 1_000, LONG))
print(f"_bulk: 3 lines, a long one, 1,000 lines: {status}, {there('bulk')} are there")
status = bulk("bulk", lines(3, 1_000, LONG))
print(f"_bulk, sent again: {status}, {there('bulk')} are there")
status = jsonline("none", lines(3, 1_000))
print(f"jsonline: 3 lines, 1,000 lines: {status}, {there('none')} are there")
PY
python3 send.py "$port" | tee seen
diff - seen <<'EXPECTED'
jsonline: 3 lines, a long one, 1,000 lines: 200, 3 are there, 1 line is skipped in the log
jsonline: 3 lines, a long one, 100,000 lines: 200, 100003 are there, 1 line is skipped in the log
_bulk: 3 lines, a long one, 1,000 lines: 400, 3 are there
_bulk, sent again: 400, 6 are there
jsonline: 3 lines, 1,000 lines: 200, 1003 are there
EXPECTED
