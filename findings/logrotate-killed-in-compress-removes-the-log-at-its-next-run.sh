#!/usr/bin/env bash
# logrotate 3.21.0 (Debian 12): after a kill while it compresses, its next run renames the newer log over the whole one.
#
# With `compress`, a log is renamed to `app.log.1` and gzip makes `app.log.1.gz` of it. If both are killed meanwhile (a
# reboot, no memory left), the whole log is there, beside a torn one. The next run doesn't look for it: it renames the torn
# file to `app.log.2.gz` and the newer log to `app.log.1`, over the whole one. It says nothing and exits with 0, and what
# gzip had not written is gone. The same where gzip itself fails once, on a full disk for instance.
# With `delaycompress` the torn file is put aside and the log compressed again; with `dateext` the whole log stays where
# it is, and nobody compresses it any more.
#
# Output seen (how many lines the torn file has depends on when the kill comes):
#   compress: killed with app.log.1 app.log.1.gz; then exit 0, no message, app.log.1.gz app.log.2.gz, torn: app.log.2.gz
#   compress: of 3000000 lines, fewer are left
#   delaycompress: of 3000000 lines, all are left
#   dateext: of 3000000 lines, all are left
#
# Needs a Debian 12 with apt-get, and gzip.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
apt-get -q -o APT::Sandbox::User=root download logrotate=3.21.0-1 libpopt0=1.19+dfsg-1 >apt.log 2>&1 ||
  { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH

rotate() { root/usr/sbin/logrotate -s "$work/state" config; }

killed() { # run logrotate, and kill it and its gzip when gzip has written something
  root/usr/sbin/logrotate -s "$work/state" config 2>/dev/null &
  local logrotate=$! gzip=
  until [ -n "$gzip" ] && [ -s "$(find logs -name '*.gz' -newer config)" ]; do
    gzip=$(cat "/proc/$logrotate/task/$logrotate/children")
  done
  kill -KILL "$logrotate" $gzip # its only child
  wait "$logrotate" 2>/dev/null || true
  while [ -e "/proc/${gzip% }" ]; do sleep 0.05; done # it has the lock on the state as well
}

lines() { # how many of the first 3000000 lines can be read in some file
  for file in logs/*; do
    case $file in *.gz* | *.backup) zcat <"$file" 2>/dev/null || true ;; *) cat "$file" ;; esac
  done | grep -x '[0-9]*' | awk '$1 <= 3000000' | sort -u | wc -l
}

torn() { for file in logs/*.gz; do gzip -t "$file" 2>/dev/null || basename "$file"; done; }

try() { # try OPTIONS...
  rm -rf logs state
  mkdir logs
  { echo "$work/logs/app.log {"; printf '%s\n' 'size 1' 'rotate 9' nodateext compress "$@"; echo '}'; } >config
  sleep 0.1
  seq 3000000 >logs/app.log
  if [ "$*" = delaycompress ]; then
    rotate
    seq 3000001 3000100 >logs/app.log
  fi
  killed
  local there code=0
  there=$(cd logs && echo *)
  seq 3000101 3000200 >logs/app.log
  rotate >said 2>&1 || code=$?
  if [ $# = 0 ]; then
    echo "compress: killed with $there; then exit $code, $(grep -q . said && cat said || echo 'no message'), $(cd logs && echo *), torn: $(torn)"
  fi
  echo "${*:-compress}: of 3000000 lines, $([ "$(lines)" = 3000000 ] && echo all || echo fewer) are left"
}

{
  try
  try delaycompress
  try dateext
} | tee seen
diff seen - <<'SEEN'
compress: killed with app.log.1 app.log.1.gz; then exit 0, no message, app.log.1.gz app.log.2.gz, torn: app.log.2.gz
compress: of 3000000 lines, fewer are left
delaycompress: of 3000000 lines, all are left
dateext: of 3000000 lines, all are left
SEEN
