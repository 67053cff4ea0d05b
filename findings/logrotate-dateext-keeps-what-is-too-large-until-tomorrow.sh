#!/usr/bin/env bash
# logrotate 3.21.0 (Debian 12): with `dateext`, `size` rotates once a day and never again until tomorrow.
#
# A file is over its `size` three times on one day, and logrotate runs each time. The first run rotates it. The second
# and the third find today's name taken, skip the rotation and exit with 1; so a file that fills a disk goes on filling
# it. The same with `copytruncate`: nothing is copied, and nothing is truncated. Without `dateext` all three rotate.
# Nothing is lost by it as long as the disk has room. A `dateformat` with the seconds rotates each time.
#
# Output seen:
#   dateext: exits 0 1 1, rotated files 1, lines left in the log 2
#   dateext copytruncate: exits 0 1 1, rotated files 1, lines left in the log 2
#   seconds: exits 0 0 0, rotated files 3, lines left in the log 0
#   numbers: exits 0 0 0, rotated files 3, lines left in the log 0
#
# Needs a Debian 12 with apt-get.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
apt-get -q -o APT::Sandbox::User=root download logrotate=3.21.0-1 libpopt0=1.19+dfsg-1 >apt.log 2>&1 ||
  { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done

try() { # try NAME OPTIONS...: one line more, then one run, three times
  local name=$1 exits=() code
  shift
  rm -rf logs
  mkdir logs
  { echo "$work/logs/app.log {"; printf '%s\n' 'size 3' 'rotate 9' 'create' "$@"; echo '}'; } >config
  for number in 1 2 3; do
    echo "line $number" >>logs/app.log
    LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu) root/usr/sbin/logrotate -s "$work/state" config 2>>errors && code=0 || code=$?
    exits+=("$code")
    sleep 1.1 # another second, another name
  done
  echo "$name: exits ${exits[*]}, rotated files $(find logs -name 'app.log?*' | wc -l)," \
    "lines left in the log $(wc -l <logs/app.log)"
}

{
  try dateext dateext
  try 'dateext copytruncate' dateext copytruncate
  try seconds dateext 'dateformat -%Y%m%d-%s'
  try numbers nodateext
} | tee seen
grep -q 'already exists, skipping rotation' errors

diff - seen <<'EXPECTED'
dateext: exits 0 1 1, rotated files 1, lines left in the log 2
dateext copytruncate: exits 0 1 1, rotated files 1, lines left in the log 2
seconds: exits 0 0 0, rotated files 3, lines left in the log 0
numbers: exits 0 0 0, rotated files 3, lines left in the log 0
EXPECTED
