#!/usr/bin/env bash
# rsyslog 8.2302.0 (Debian 12), imfile to omfile: lines that a full disk refused are lost, retry for ever or not.
#
# `action.resumeRetryCount="-1"` stands for endless retries, and for actions that are suspended it means that.
# A write of omfile that fails with ENOSPC doesn't suspend the action: each line is reported as lost and given up, and
# imfile's position goes on to the end of its input. When there is room again, the output begins behind the outage.
# The option makes no difference: with and without it the same 100 of 200 lines are gone.
#
# The full disk is a link to /dev/full; room again is that link removed, and SIGHUP, on which rsyslog opens its files.
#
# Output seen:
#   default: 100 of 200 lines arrived, the first is line 101; imfile has read all of its input
#   action.resumeRetryCount="-1": 100 of 200 lines arrived, the first is line 101; imfile has read all of its input
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
has() { grep -q "$1" "$2" 2>/dev/null; }

try() { # try NAME OPTIONS: 100 lines while the disk is full, 100 when it has room
  rm -rf run
  mkdir run
  cat >run/rsyslog.conf <<CONF
global(workDirectory="$work/run")
module(load="imfile" mode="polling" pollingInterval="1")
input(type="imfile" file="$work/run/input" tag="t" ruleset="copy")
template(name="line" type="string" string="%msg%\n")
ruleset(name="copy") { action(type="omfile" file="$work/run/output" template="line" $2) }
CONF
  ln -s /dev/full run/output
  seq -f 'line %.0f' 1 100 >run/input
  LD_LIBRARY_PATH=$libraries root/usr/sbin/rsyslogd -n -f run/rsyslog.conf -i "$work/run/pid" -M "$libraries/rsyslog" \
    2>run/log &
  daemon=$!
  until_true all_refused
  rm run/output
  kill -HUP "$daemon"
  sleep 1
  seq -f 'line %.0f' 101 200 >>run/input
  until_true has '^line 200$' run/output
  kill "$daemon"
  wait "$daemon" || true
  local arrived first read
  arrived=$(sort -u run/output | wc -l)
  first=$(head -n 1 run/output)
  read=$(grep -q "\"curr_offs\": $(stat -c %s run/input)," run/imfile-state* && echo all || echo a part)
  echo "$1: $arrived of 200 lines arrived, the first is $first; imfile has read $read of its input"
}
all_refused() { [ "$(grep -c 'message lost' run/log)" -ge 100 ]; }

{
  try default ''
  try 'action.resumeRetryCount="-1"' 'action.resumeRetryCount="-1"'
} | tee seen

diff - seen <<'EXPECTED'
default: 100 of 200 lines arrived, the first is line 101; imfile has read all of its input
action.resumeRetryCount="-1": 100 of 200 lines arrived, the first is line 101; imfile has read all of its input
EXPECTED
