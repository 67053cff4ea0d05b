#!/usr/bin/env bash
# rsyslog 8.2302.0 (Debian 12): imfile cuts a line of a file at 8 KiB, drops the rest and empty lines, and logs nothing.
#
# A message may have 8 KiB (`maxMessageSize`), with what rsyslog puts in front of it. What is longer is cut. With
# `oversizemsg.input.mode="split"`, which makes several messages of one from the network, a long line of a file doesn't
# come at all. With `maxMessageSize="64k"` it comes whole. Empty lines are left out in any case.
#
# The file has lines of 9000, 8, 0 and 4 bytes.
#
# Output seen:
#   default: lines of 8096 8 4 bytes
#   split: lines of 8 4 bytes
#   maxMessageSize="64k": lines of 9000 8 4 bytes
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
{
  printf '%9000s\n' '' | tr ' ' x
  printf 'one line\n\nlast\n'
} >input

try() { # try NAME OPTION
  rm -rf run
  mkdir run
  cat >run/rsyslog.conf <<CONF
global(workDirectory="$work/run" $2)
module(load="imfile" mode="inotify")
input(type="imfile" file="$work/input" tag="t" ruleset="copy")
template(name="line" type="string" string="%msg%\n")
ruleset(name="copy") { action(type="omfile" file="$work/run/output" template="line") }
CONF
  LD_LIBRARY_PATH=$libraries root/usr/sbin/rsyslogd -n -f run/rsyslog.conf -i "$work/run/pid" -M "$libraries/rsyslog" \
    2>>log &
  daemon=$!
  for _ in $(seq 150); do
    if grep -qx last run/output 2>/dev/null; then break; fi
    sleep 0.2
  done
  kill "$daemon"
  wait "$daemon" || true
  echo "$1: lines of $(awk '{ print length($0) }' run/output | paste -s -d' ') bytes"
}
{
  try default ''
  try split 'oversizemsg.input.mode="split"'
  try 'maxMessageSize="64k"' 'maxMessageSize="64k"'
  echo "in the logs: $(cat log | head -n 3 | grep . || echo nothing)"
} | tee seen
diff seen - <<'SEEN'
default: lines of 8096 8 4 bytes
split: lines of 8 4 bytes
maxMessageSize="64k": lines of 9000 8 4 bytes
in the logs: nothing
SEEN
