#!/usr/bin/env bash
# svlogd of runit 2.1.2, s6-log 2.11.3.2: the last line of the input is gone if it has no line end; multilog keeps it.
#
# A program that is killed while it writes leaves such a line, and so does every `printf` that forgets its `\n`. Both read
# it, keep it until the rest comes, and throw it away when their input ends, with exit code 0 and without a word. multilog
# of daemontools 0.76, whose successors they are, writes the same line and ends it: then nobody can see that it was torn.
#
# Output seen:
#   svlogd: exit code 0, 1 line: one
#   s6-log: exit code 0, 1 line: one
#   multilog: exit code 0, 2 lines: one, two without an end
#
# Needs a Debian 12 with apt-get.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download runit=2.1.2-54 daemontools=1:0.76-8.1 s6=2.11.3.2-1 \
  libs6-2.11=2.11.3.2-1 libskarnet2.13=2.13.1.1-1 libexecline2.9=2.9.3.0-1 execline=2.9.3.0-1 >apt.log 2>&1 ||
  { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(find "$work/root" -name 'lib*.so*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH

try() { # try NAME: what it has written of a line and the half of another
  mkdir "$1"
  local code=0
  printf 'one\ntwo without an end' | "root/usr/bin/$1" "./$1" || code=$?
  local lines
  lines=$(wc -l <"$1/current")
  echo "$1: exit code $code, $lines line$([ "$lines" = 1 ] || echo s): $(paste -sd, "$1/current" | sed 's/,/, /g')"
}
{ try svlogd; try s6-log; try multilog; } | tee seen
diff seen - <<'SEEN'
svlogd: exit code 0, 1 line: one
s6-log: exit code 0, 1 line: one
multilog: exit code 0, 2 lines: one, two without an end
SEEN
