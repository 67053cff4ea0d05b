#!/usr/bin/env bash
# MariaDB 10.11.19 (Debian 12), ENGINE=ARCHIVE: rows that were acknowledged are gone when the server is killed.
#
# An ARCHIVE table, which takes inserts and selects alone and compresses, has what was inserted where another process
# finds it only when the table was read, flushed or closed. A kill of the process, without a power loss, takes all that
# came since, 20 rows or 30,000. After the kill the table is as good as new: CHECK TABLE
# says OK, and inserts go on behind the gap. MyISAM, CSV and InnoDB have every row. FLUSH TABLES after a batch keeps it;
# a SELECT does, too.
#
# Output seen (one row a statement, each answered; then kill -9, a restart, and one row more):
#   archive: 0 of 20 rows; 1 with the new one; check: OK
#   archive, flush tables: 20 of 20 rows; 21 with the new one; check: OK
#   archive, select: 20 of 20 rows; 21 with the new one; check: OK
#   csv: 20 of 20 rows; 21 with the new one; check: OK
#   myisam: 20 of 20 rows; 21 with the new one; check: OK
#   innodb: 20 of 20 rows; 21 with the new one; check: OK
#   archive: 0 of 30000 rows
#
# Needs a Debian 12 with apt-get.
set -euo pipefail

work=$(mktemp -d)
trap 'kill -9 ${server:-} 2>/dev/null || true; wait; rm -rf "$work"' EXIT
cd "$work"
quiet() { "$@" >said 2>&1 || { cat said; exit 1; }; }
apt() { quiet apt-get -q -o APT::Sandbox::User=root "$@"; }
version=1:10.11.19-0+deb12u1
apt download mariadb-server=$version mariadb-server-core=$version mariadb-client-core=$version
mkdir missing
apt -y -o Dir::Cache::archives="$work/missing" --download-only --no-install-recommends install \
  mariadb-server-core=$version mariadb-client-core=$version
for package in *.deb missing/*.deb; do [ ! -e "$package" ] || dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
mkdir data
options=(--no-defaults --user="$(id -un)" --basedir="$work/root/usr" --datadir="$work/data" --skip-networking
  --socket="$work/socket" --skip-grant-tables --plugin-dir="$work/root/usr/lib/mysql/plugin" --plugin-load=ha_archive)
printf '%s;\n' 'create database mysql' 'create database logs' |
  root/usr/sbin/mariadbd "${options[@]}" --bootstrap >>log 2>&1

sql() { root/usr/bin/mariadb --no-defaults --socket="$work/socket" --skip-column-names --batch logs "$@"; }
start() {
  root/usr/sbin/mariadbd "${options[@]}" >>log 2>&1 &
  server=$!
  until sql -e 'select 1' >/dev/null 2>&1; do sleep 0.2; done
}
restart() { # as after a kill
  kill -KILL "$server"
  wait "$server" || true
  start
}
fill() { # fill ENGINE ROWS: one statement for each row, in one connection; it ends at the first error
  { echo "create or replace table log (id int not null, line varchar(100) not null) engine = $1;"
    seq "$2" | sed "s/.*/insert into log values (&, 'line &');/"; } | sql
}
try() { # try ENGINE [STATEMENT]
  fill "$1" 20
  [ -z "${2:-}" ] || sql -e "$2" >/dev/null
  restart 2>/dev/null
  echo "$1${2:+, ${2%% log}}: $(sql -e 'select count(*) from log') of 20 rows;" \
    "$(sql -e "insert into log values (21, 'line 21'); select count(*) from log") with the new one;" \
    "check: $(sql -e 'check table log' | cut -f 4)"
}

start
{
  try archive
  try archive 'flush tables'
  try archive 'select 1 from log'
  try csv
  try myisam
  try innodb
  fill archive 30000
  restart 2>/dev/null
  echo "archive: $(sql -e 'select count(*) from log') of 30000 rows"
} | sed 's/select 1 from/select/' | tee seen
diff seen - <<'SEEN'
archive: 0 of 20 rows; 1 with the new one; check: OK
archive, flush tables: 20 of 20 rows; 21 with the new one; check: OK
archive, select: 20 of 20 rows; 21 with the new one; check: OK
csv: 20 of 20 rows; 21 with the new one; check: OK
myisam: 20 of 20 rows; 21 with the new one; check: OK
innodb: 20 of 20 rows; 21 with the new one; check: OK
archive: 0 of 30000 rows
SEEN
