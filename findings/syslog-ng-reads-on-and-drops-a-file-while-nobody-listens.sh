#!/usr/bin/env bash
# syslog-ng 3.38.1 (Debian 12): lines of a file are read at full speed while the destination is down, and dropped.
#
# The lines stand in a file, so there is no need to hurry. By default the source goes on all the same: the first 10,000
# wait in memory for the destination (`log_fifo_size`), all others are gone before it is there, and the position
# that is kept is the end of the file. Without an `internal()` source nothing is logged. `flags(flow-control)` on the
# log path makes the source wait.
#
# Output seen:
#   default: 10000 of 50000 lines, the last: line 10000
#   flags(flow-control): 50000 of 50000 lines, the last: line 50000
#   in the logs: nothing
#
# Needs a Debian 12 with apt-get, and Python 3.
set -euo pipefail

work=$(mktemp -d)
trap 'kill "${daemon:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download syslog-ng-core=3.38.1-5+deb12u1 libivykis0=0.42.4-1 \
  libnet1=1.1.6+dfsg-3.2 libpcre3=2:8.39-15 libwrap0=7.6.q-32 >apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
libraries=$(echo root/usr/lib/*-linux-gnu):$(echo root/lib/*-linux-gnu):root/usr/lib/syslog-ng

cat >listen.py <<'PY'
"""Takes a port at once, listens when its input ends, and writes what comes until nothing has come for four seconds."""

import pathlib
import socket
import sys

server = socket.socket()
server.bind(("127.0.0.1", 0))
pathlib.Path("run/port").write_text(str(server.getsockname()[1]))
sys.stdin.read()
server.listen()
server.settimeout(30)
connection, _ = server.accept()
connection.settimeout(4)
try:
    while data := connection.recv(65536):
        sys.stdout.buffer.write(data)
except TimeoutError:
    pass
PY

try() { # try NAME FLAGS
  rm -rf run
  mkdir run
  mkfifo run/listen_now
  seq -f 'line %.0f' 1 50000 >run/input
  python3 listen.py <run/listen_now >run/output &
  local listener=$!
  exec 3>run/listen_now
  until [ -s run/port ]; do sleep 0.1; done
  cat >run/syslog-ng.conf <<CONF
@version: 3.38
options { time_reopen(1); stats_freq(0); };
source input { file("$work/run/input" flags(no-parse) follow_freq(0.2)); };
destination port { tcp("127.0.0.1" port($(cat run/port)) template("\$MSG\n")); };
log { source(input); destination(port); $2 };
CONF
  LD_LIBRARY_PATH=$libraries root/usr/sbin/syslog-ng -F -f run/syslog-ng.conf --module-path root/usr/lib/syslog-ng/3.38 \
    -R "$work/run/persist" -p "$work/run/pid" -c "$work/run/control" --no-caps 2>>log 3>&- &
  daemon=$!
  sleep 5
  exec 3>&-
  wait "$listener"
  kill "$daemon"
  wait "$daemon" || true
  echo "$1: $(wc -l <run/output) of 50000 lines, the last: $(tail -n 1 run/output)"
}
{
  try default ''
  try 'flags(flow-control)' 'flags(flow-control);'
  echo "in the logs: $(cat log | head -n 3 | grep . || echo nothing)"
} | tee seen
diff seen - <<'SEEN'
default: 10000 of 50000 lines, the last: line 10000
flags(flow-control): 50000 of 50000 lines, the last: line 50000
in the logs: nothing
SEEN
