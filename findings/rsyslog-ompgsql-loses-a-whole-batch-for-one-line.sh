#!/usr/bin/env bash
# rsyslog 8.2302.0 (Debian 12), ompgsql to PostgreSQL 15.18: a refused line takes its batch along, silently.
#
# rsyslog hands lines over in batches, and ompgsql makes a transaction of each. A line that PostgreSQL refuses, here one
# that is too long for its column, ends the transaction: the lines before it are rolled back, those behind it are
# written. Nothing is logged, and the input is read on. A table that is read-only for a while loses what comes in that
# time, too. `action.resumeRetryCount="-1"`, which stands for endless retries, changes nothing.
#
# Output seen:
#   the 50th of 100 lines is too long: 50 rows, the first is line 51; said in the log: nothing of it
#   read-only while 100 lines come, then 10 more: 10 rows, the first is line 101; said in the log: nothing of it
#
# Needs a Debian 12 with apt-get.
set -euo pipefail

work=$(mktemp -d)
trap 'kill ${daemon:-} ${server:-} 2>/dev/null || true; wait; rm -rf "$work"' EXIT
chmod 711 "$work"
cd "$work"
quiet() { "$@" >said 2>&1 || { cat said; exit 1; }; }
apt() { quiet apt-get -q -o APT::Sandbox::User=root "$@"; }
apt download rsyslog=8.2302.0-1+deb12u2 rsyslog-pgsql=8.2302.0-1+deb12u2 libestr0 libfastjson4 \
  postgresql-15=15.18-0+deb12u1 postgresql-client-15=15.18-0+deb12u1 libpq5
mkdir missing
apt -y -o Dir::Cache::archives="$work/missing" --download-only \
  --no-install-recommends install postgresql-15=15.18-0+deb12u1
for package in *.deb missing/*.deb; do [ ! -e "$package" ] || dpkg -x "$package" root; done
libraries=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH=$libraries
binaries=$work/root/usr/lib/postgresql/15/bin
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
user=()
mkdir data
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
  chown nobody data
  user=(setpriv --reuid nobody --regid nogroup --clear-groups)
fi
quiet "${user[@]}" "$binaries/initdb" -A trust -U logger -E UTF8 --no-sync -D data/db
"${user[@]}" "$binaries/postgres" -D data/db -h 127.0.0.1 -p "$port" -k '' >server.log 2>&1 &
server=$!

until_true() { # until_true COMMAND...: at most half a minute
  for _ in $(seq 150); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.2
  done
  echo "never true: $*"
  return 1
}
sql() { # sql STATEMENT: whatever is read-only for others
  PGOPTIONS='-c default_transaction_read_only=off -c client_min_messages=warning' \
    "$binaries/psql" -h 127.0.0.1 -p "$port" -U logger -d postgres -qAtc "$1"
}
has_row() { [ "$(sql "select count(*) from log where line = '$1'")" = 1 ]; }

start() { # rsyslog, on a new table
  sql 'drop table if exists log; create table log (id serial, line varchar(20) not null)'
  cat >run/rsyslog.conf <<CONF
global(workDirectory="$work/run")
module(load="imfile" mode="polling" pollingInterval="1")
module(load="ompgsql")
input(type="imfile" file="$work/run/input" tag="t" ruleset="copy")
template(name="insert" type="list" option.stdsql="on") {
  constant(value="insert into log (line) values ('") property(name="msg") constant(value="')")
}
ruleset(name="copy") {
  action(type="ompgsql" server="127.0.0.1" port="$port" user="logger" pass="none" db="postgres" template="insert"
         action.resumeRetryCount="-1")
}
CONF
  root/usr/sbin/rsyslogd -n -f run/rsyslog.conf -i "$work/run/pid" -M "$libraries/rsyslog" 2>run/log &
  daemon=$!
}

finish() { # finish WHAT: end rsyslog, and tell what came of it
  kill "$daemon"
  wait "$daemon" || true
  local said='nothing of it'
  if grep -qiE 'too long|read-only|lost|error' run/log; then said=$(head -n 1 run/log); fi
  echo "$1: $(sql 'select count(*) from log') rows, the first is $(sql 'select line from log order by id limit 1');" \
    "said in the log: $said"
}

until_true sql 'select 1'
{
  mkdir run
  seq -f 'line %.0f' 1 100 | sed '50s/$/, which is much too long/' >run/input
  start
  until_true has_row 'line 100'
  finish 'the 50th of 100 lines is too long'

  rm -r run
  mkdir run
  sql 'alter database postgres set default_transaction_read_only = on'
  seq -f 'line %.0f' 1 100 >run/input
  start
  until_true grep -q 'in a read-only transaction' server.log
  sleep 3 # for all of them
  sql 'alter database postgres reset default_transaction_read_only'
  seq -f 'line %.0f' 101 110 >>run/input
  until_true has_row 'line 110'
  finish 'read-only while 100 lines come, then 10 more'
} | tee seen

diff - seen <<'EXPECTED'
the 50th of 100 lines is too long: 50 rows, the first is line 51; said in the log: nothing of it
read-only while 100 lines come, then 10 more: 10 rows, the first is line 101; said in the log: nothing of it
EXPECTED
