#!/usr/bin/env bash
# rsyslog 8.2302.0 (Debian 12), imfile and logrotate's copytruncate: what is written after the rotation is not read.
#
# The input has 100 lines, which are read. It is copied and truncated in place, and 50 lines are written to it: none of
# them is read, since imfile keeps its position, which is behind the end now. Nothing is logged. When the file has grown
# past that position, reading goes on there, in the middle of a line, as if that was one. `reopenOnTruncate` is off by
# default; `reopenOnTruncate="on"` reads all of them.
#
# Output seen:
#   default: 0 of the 50 lines after the truncation; then the first that comes is: fter
#   reopenOnTruncate="on": 50 of the 50 lines after the truncation; then the first that comes is: line 51 after
#   in the logs: nothing
#
# Needs a Debian 12 with apt-get.
set -euo pipefail

work=$(mktemp -d)
trap 'kill "${daemon:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download rsyslog=8.2302.0-1+deb12u2 libestr0=0.1.11-1 libfastjson4=1.2304.0-1 \
  >apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
libraries=$(echo "$work"/root/usr/lib/*-linux-gnu)

until_true() { # until_true COMMAND...: at most half a minute
  for _ in $(seq 150); do
    if "$@"; then return; fi
    sleep 0.2
  done
  echo "never true: $*"
  return 1
}
has() { grep -qx "$1" run/output 2>/dev/null; }

try() { # try NAME OPTION
  rm -rf run
  mkdir run
  cat >run/rsyslog.conf <<CONF
global(workDirectory="$work/run")
module(load="imfile" mode="inotify")
input(type="imfile" file="$work/run/input" tag="t" ruleset="copy" $2)
template(name="line" type="string" string="%msg%\n")
ruleset(name="copy") { action(type="omfile" file="$work/run/output" template="line") }
CONF
  seq -f 'line %.0f before' 1 100 >run/input
  LD_LIBRARY_PATH=$libraries root/usr/sbin/rsyslogd -n -f run/rsyslog.conf -i "$work/run/pid" -M "$libraries/rsyslog" \
    2>>log &
  daemon=$!
  until_true has 'line 100 before'
  cp run/input run/input.1
  : >run/input
  sleep 1
  seq -f 'line %.0f after' 1 50 >>run/input
  sleep 2
  local read
  read=$(grep -c after run/output || true)
  seq -f 'line %.0f after' 51 200 >>run/input
  until_true has 'line 200 after'
  kill "$daemon"
  wait "$daemon" || true
  echo "$1: $read of the 50 lines after the truncation; then the first that comes is: $(sed -n "$((101 + read))p" run/output)"
}

{
  try default ''
  try 'reopenOnTruncate="on"' 'reopenOnTruncate="on"'
  echo "in the logs: $(grep -v '^$' log || echo nothing)"
} | tee seen

diff - seen <<'EXPECTED'
default: 0 of the 50 lines after the truncation; then the first that comes is: fter
reopenOnTruncate="on": 50 of the 50 lines after the truncation; then the first that comes is: line 51 after
in the logs: nothing
EXPECTED
