#!/usr/bin/env bash
# sqlite3 3.40.1 (Debian 12): `.import` leaves out lines that a table refuses, cuts others, and exits with 0.
#
# Of eight lines of CSV one has a field more than the table, which is dropped; one has no value for a NOT NULL column and
# one a key that is there, and both are left out; and one has a quote that isn't closed, and takes the lines behind it into
# its field. Each is told on standard error. The exit status is 0, with `-bail` too, which is to stop after an error. The
# same as INSERT statements: 19, the code of the error.
#
# Output seen:
#   .import: exit 0, 5 messages; rows: 1|a 2|b 4|e\n5,f\n6,g\n 9|i
#   .import with -bail: exit 0, 5 messages; rows: 1|a 2|b 4|e\n5,f\n6,g\n 9|i
#   insert with -bail: exit 19, 1 messages; rows: 9|i
#
# Needs a Debian 12 with apt-get.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download sqlite3=3.40.1-2+deb12u2 libsqlite3-0=3.40.1-2+deb12u2 libreadline8=8.2-1.3 \
  >apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
printf '%s\n' '9,i' '1,a' '2,b,c' 3 '2,d' '4,"e' '5,f' '6,g' >log.csv

sqlite() { root/usr/bin/sqlite3 -init /dev/null -batch "$@"; }
try() { # try NAME OPTIONS_AND_COMMANDS...
  local code=0 name=$1
  shift
  rm -f log.db
  sqlite log.db 'create table log(id integer primary key, host text not null)' 2>/dev/null
  sqlite "${@:1:$#-1}" log.db "${@: -1}" >/dev/null 2>messages || code=$?
  echo "$name: exit $code, $(grep -vc '^-- Loading' messages || true) messages; rows:" \
    "$(sqlite log.db "select group_concat(id || '|' || replace(host, char(10), '\\n'), ' ') from log" 2>/dev/null)"
}
{
  try '.import' '.import --csv log.csv log'
  try '.import with -bail' -bail '.import --csv log.csv log'
  try 'insert with -bail' -bail "insert into log values(9, 'i'); insert into log values(1, 'a'), (3, null);"
} | tee seen
diff seen - <<'SEEN'
.import: exit 0, 5 messages; rows: 1|a 2|b 4|e\n5,f\n6,g\n 9|i
.import with -bail: exit 0, 5 messages; rows: 1|a 2|b 4|e\n5,f\n6,g\n 9|i
insert with -bail: exit 19, 1 messages; rows: 9|i
SEEN
