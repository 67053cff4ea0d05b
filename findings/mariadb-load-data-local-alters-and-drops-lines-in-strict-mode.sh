#!/usr/bin/env bash
# MariaDB 10.11.19 (Debian 12): LOAD DATA LOCAL alters and drops lines in strict mode as well, and the client exits with 0.
#
# With LOCAL the server can't stop the client's sending, so it goes on as with IGNORE, whatever `sql_mode` says. Of seven
# lines two are as they were: a long text is cut, `2xx` is 2, a number out of range is the nearest, a column that is
# missing is 0, a column too many is dropped, and a key that is there takes its line away. The client says nothing. The same
# file without LOCAL is refused as a whole, and by INSERT so is each of these lines but the one with more columns.
#
# Output seen:
#   load data local: exit 0
#   1 host-a 200 | 2 host-b-h 200 | 3 host-c 2 | 4 host-e 0 | 5 host-f 200 | 6 host-g 32767
#   load data: exit 1, ERROR 1406, 0 rows
#
# Needs a Debian 12 with apt-get.
set -euo pipefail

work=$(mktemp -d)
trap 'kill ${server:-} 2>/dev/null || true; wait; rm -rf "$work"' EXIT
cd "$work"
quiet() { "$@" >said 2>&1 || { cat said; exit 1; }; }
apt() { quiet apt-get -q -o APT::Sandbox::User=root "$@"; }
packages=(mariadb-server-core=1:10.11.19-0+deb12u1 mariadb-client-core=1:10.11.19-0+deb12u1)
apt download "${packages[@]}"
mkdir missing
apt -y -o Dir::Cache::archives="$work/missing" --download-only --no-install-recommends install "${packages[@]}"
for package in *.deb missing/*.deb; do [ ! -e "$package" ] || dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
mkdir data
mariadbd() {
  exec root/usr/sbin/mariadbd --no-defaults --user="$(id -un)" --basedir="$work/root/usr" --datadir="$work/data" \
    --skip-networking --socket="$work/socket" --skip-grant-tables --local-infile=1 "$@"
}
printf '%s;\n' 'create database mysql' 'create database logs' | (mariadbd --bootstrap) >>log 2>&1
(mariadbd) >>log 2>&1 &
server=$!
say() { root/usr/bin/mariadb --no-defaults --user=root --socket="$work/socket" --local-infile --batch --skip-column-names logs -e "$1"; }
for _ in $(seq 100); do say 'select 1' >/dev/null 2>&1 && break || sleep 0.1; done
say 'select @@sql_mode' | grep -q STRICT_TRANS_TABLES

printf '%s\n' 1,host-a,200 2,host-b-has-a-long-name,200 3,host-c,2xx 2,host-d,200 4,host-e 5,host-f,200,more \
  6,host-g,99999 >log.csv
load() { # load WORDS: what becomes of the file
  local code=0
  say 'create or replace table log(id int primary key, host varchar(8) not null, status smallint not null)'
  say "$1 infile '$work/log.csv' into table log fields terminated by ','" >said 2>&1 || code=$?
  echo "$1: exit $code$(sed -nE 's/^(ERROR [0-9]+).*/, \1/p' said)$([ -s said ] && echo ", $(say 'select count(*) from log') rows")"
}
{
  load 'load data local'
  say "select group_concat(concat_ws(' ', id, host, status) order by id separator ' | ') from log"
  load 'load data'
} | tee seen
diff seen - <<'SEEN'
load data local: exit 0
1 host-a 200 | 2 host-b-h 200 | 3 host-c 2 | 4 host-e 0 | 5 host-f 200 | 6 host-g 32767
load data: exit 1, ERROR 1406, 0 rows
SEEN
