#!/usr/bin/env bash
# Redis 7.0.15 (Debian 12), redis-py 8.1.0: lines trimmed from a stream stay pending as empty ones, and in the lag.
#
# A consumer was given five lines of ten and hasn't acknowledged them; ten more come with MAXLEN 10, so the first ten
# go. XREADGROUP gives the consumer its five again, as redis-py's empty dict: an id with no fields, which is easily
# taken for a line and acknowledged. XAUTOCLAIM, the way to take over from a dead consumer, removes them from the
# pending ones as it goes by: then nobody knows of them. The other five that were trimmed were never given to anybody,
# and XINFO GROUPS counts them in `lag` for good: when all is read it stays at 5.
#
# Output seen:
#   after the trimming: 10 in the stream, 5 pending, lag 15
#   pending ones read again: [{}, {}, {}, {}, {}]
#   claimed: 0, removed from the pending ones: 5
#   new ones read: 10, lag 5
#
# Needs a Debian 12 with apt-get, and Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download redis-tools=5:7.0.15-1~deb12u10 redis-server=5:7.0.15-1~deb12u10 \
  liblzf1=3.6-3 libjemalloc2=5.3.0-1 liblua5.1-0=5.1.5-9 lua-cjson=2.1.0+dfsg-2.2 lua-bitop=1.0.2-7 \
  libatomic1=12.2.0-14+deb12u1 \
  >apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check redis==8.1.0

cat >stream.py <<'PY'
import redis

server = redis.Redis(unix_socket_path="socket", decode_responses=True)
server.xgroup_create("lines", "group", "0", mkstream=True)
for number in range(10):
    server.xadd("lines", {"line": number})
server.xreadgroup("group", "first", {"lines": ">"}, count=5)
for number in range(10, 20):
    server.xadd("lines", {"line": number}, maxlen=10, approximate=False)
group = server.xinfo_groups("lines")[0]
print(f"after the trimming: {server.xlen('lines')} in the stream, {group['pending']} pending, lag {group['lag']}")
again = server.xreadgroup("group", "first", {"lines": "0"})[0][1]
print("pending ones read again:", [fields for _, fields in again])
_, claimed, removed = server.xautoclaim("lines", "group", "second", min_idle_time=0)
print(f"claimed: {len(claimed)}, removed from the pending ones: {len(removed)}")
new = server.xreadgroup("group", "second", {"lines": ">"})[0][1]
print(f"new ones read: {len(new)}, lag {server.xinfo_groups('lines')[0]['lag']}")
PY
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu) \
  root/usr/bin/redis-server --port 0 --unixsocket "$work/socket" --save '' >said 2>&1 &
server=$!
for _ in $(seq 100); do if [ -S socket ]; then break; fi; sleep 0.1; done
python/bin/python stream.py | tee seen || { cat said; exit 1; }
diff seen - <<'SEEN'
after the trimming: 10 in the stream, 5 pending, lag 15
pending ones read again: [{}, {}, {}, {}, {}]
claimed: 0, removed from the pending ones: 5
new ones read: 10, lag 5
SEEN
