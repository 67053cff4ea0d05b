#!/usr/bin/env bash
# rsyslog 8.2302.0 (Debian 12): a tab in a message from the network becomes the four characters #011, in `%rawmsg%` too.
#
# Lines of tab-separated values have one column then. A message that has these four characters itself looks the same
# afterwards, so that nobody can tell them apart. The same line through imfile keeps its tab.
# `parser.escapeControlCharactersOnReceive="off"` keeps it in messages, too.
#
# Output seen:
#   default, by TCP: a#011b, a#011b
#   default, by file: a<tab>b, a#011b
#   escapeControlCharactersOnReceive="off", by TCP: a<tab>b, a#011b
#   escapeControlCharactersOnReceive="off", by file: a<tab>b, a#011b
#
# Needs a Debian 12 with apt-get, and Python 3.
set -euo pipefail

work=$(mktemp -d)
trap 'kill "${daemon:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download rsyslog=8.2302.0-1+deb12u2 libestr0=0.1.11-1 libfastjson4=1.2304.0-1 \
  >apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
libraries=$(echo "$work"/root/usr/lib/*-linux-gnu)
printf 'a\tb\na#011b\nlast\n' >input

until_true() { # until_true COMMAND...: at most half a minute
  for _ in $(seq 150); do
    if "$@"; then return; fi
    sleep 0.2
  done
  echo "never true: $*"
  return 1
}
is_last() { grep -qx last "$1" 2>/dev/null; }
send() { sed 's/^/<13>/' input 2>/dev/null >"/dev/tcp/127.0.0.1/$1"; }
told() { head -n 2 "$1" | sed 's/\t/<tab>/' | paste -s -d, | sed 's/,/, /'; }

try() { # try NAME OPTION
  rm -rf run
  mkdir run
  cat >run/rsyslog.conf <<CONF
global(workDirectory="$work/run" $2)
module(load="imfile" mode="inotify")
module(load="imtcp")
input(type="imfile" file="$work/input" tag="t" ruleset="file")
input(type="imtcp" port="0" address="127.0.0.1" listenPortFileName="$work/run/port" ruleset="tcp")
template(name="line" type="string" string="%msg%\n")
template(name="raw" type="string" string="%rawmsg:5:$%\n")
ruleset(name="file") { action(type="omfile" file="$work/run/file" template="line") }
ruleset(name="tcp") { action(type="omfile" file="$work/run/tcp" template="raw") }
CONF
  LD_LIBRARY_PATH=$libraries root/usr/sbin/rsyslogd -n -f run/rsyslog.conf -i "$work/run/pid" -M "$libraries/rsyslog" \
    2>>log &
  daemon=$!
  until_true test -s run/port
  until_true send "$(cat run/port)"
  until_true is_last run/tcp
  until_true is_last run/file
  kill "$daemon"
  wait "$daemon" || true
  echo "$1, by TCP: $(told run/tcp)"
  echo "$1, by file: $(told run/file)"
}
{
  try default ''
  try 'escapeControlCharactersOnReceive="off"' 'parser.escapeControlCharactersOnReceive="off"'
} | tee seen
diff seen - <<'SEEN'
default, by TCP: a#011b, a#011b
default, by file: a<tab>b, a#011b
escapeControlCharactersOnReceive="off", by TCP: a<tab>b, a#011b
escapeControlCharactersOnReceive="off", by file: a<tab>b, a#011b
SEEN
