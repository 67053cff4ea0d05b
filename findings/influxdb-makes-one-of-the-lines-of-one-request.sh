#!/usr/bin/env bash
# InfluxDB 1.6.7 (Debian 12): of three lines without a time in one request the last one is kept, and the answer is 204.
#
# A point is known by its measurement, its tags and its time, and a second one takes the first one's place. A point
# without a time gets that of the server, and all of a request get the same. Two log lines of one millisecond, written
# with `precision=ms`, are one as well. A request with a point of another type than its field has is answered with 400;
# its other points are stored, but for a request that is the first in its week (shard), of which nothing is.
#
# Output seen:
#   three lines without a time: 204, kept: line 3
#   two lines of one millisecond, one of the next: 204, kept: line 2, line 3
#   a text between two numbers, the first of its week: 400, kept: none
#   a text between two numbers: 400, kept: 1, 3
#
# Needs a Debian 12 with apt-get, and Python 3.
set -euo pipefail

work=$(mktemp -d)
trap 'kill ${server:-} 2>/dev/null || true; wait; rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download 'influxdb=1.6.7~rc0-1+b13' >apt.log 2>&1 || { cat apt.log; exit 1; }
dpkg -x influxdb*.deb root
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
http=$(port)
cat >influxdb.conf <<CONF
reporting-disabled = true
bind-address = "127.0.0.1:$(port)"
[meta]
dir = "$work/meta"
[data]
dir = "$work/data"
wal-dir = "$work/wal"
[http]
bind-address = "127.0.0.1:$http"
CONF
root/usr/bin/influxd -config influxdb.conf >log 2>&1 &
server=$!

cat >write.py <<'PY'
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

SERVER = f"http://127.0.0.1:{sys.argv[1]}"


def query(text: str) -> list[object]:
    """The values of the field that a query names."""
    with urllib.request.urlopen(f"{SERVER}/query", urllib.parse.urlencode({"q": text, "db": "logs"}).encode()) as answer:
        series = json.load(answer)["results"][0].get("series", [])
    return [row[1] for each in series for row in each["values"]]


def write(what: str, name: str, precision: str, *points: str) -> None:
    """Write points in one request, and tell what is there."""
    body = "\n".join(f"{name},host=a {point}" for point in points).encode()
    try:
        status = urllib.request.urlopen(f"{SERVER}/write?db=logs&precision={precision}", body).status
    except urllib.error.HTTPError as error:
        status = error.code
    kept = ", ".join(map(str, query(f"select value from {name}")))
    print(f"{what}: {status}, kept: {kept or 'none'}")


for _ in range(100):
    try:
        query("create database logs")
        break
    except urllib.error.URLError:
        time.sleep(0.1)
lines = [f'value="line {number}"' for number in (1, 2, 3)]
write("three lines without a time", "bare", "ns", *lines)
times = 1_760_000_000_000, 1_760_000_000_000, 1_760_000_000_001
write(
    "two lines of one millisecond, one of the next", "timed", "ms", *(f"{line} {at}" for line, at in zip(lines, times))
)
values = "value=1i", 'value="two"', "value=3i"
for what, name in (("a text between two numbers, the first of its week", "first"), ("a text between two numbers", "next")):
    write(what, name, "ms", *(f"{value} {number}" for number, value in enumerate(values, 1)))
PY
python3 write.py "$http" | tee seen
diff - seen <<'EXPECTED'
three lines without a time: 204, kept: line 3
two lines of one millisecond, one of the next: 204, kept: line 2, line 3
a text between two numbers, the first of its week: 400, kept: none
a text between two numbers: 400, kept: 1, 3
EXPECTED
