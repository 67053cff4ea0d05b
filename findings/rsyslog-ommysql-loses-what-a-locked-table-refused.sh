#!/usr/bin/env bash
# rsyslog 8.2302.0 (Debian 12), ommysql to MariaDB 10.11.19: what a locked table refuses is lost, retry for ever or not.
#
# `action.resumeRetryCount="-1"` stands for endless retries, and while MariaDB is away lines do wait. An error that it
# answers with is taken for the line's fault, though, whatever it is. Here somebody locks the table and a lock is waited
# for no longer than a second: error 1205, which says "try restarting transaction". Each line that meets it is reported
# as lost and given up. A full disk (1114), a server that is read-only (1290) and a table that is away (1146) are no
# other errors for it.
#
# Output seen:
#   locked while lines 1 to 5 come: they are lost, and lines 6 to 10 are there
#   away while lines 11 to 15 come: they are lost, and lines 16 to 20 are there
#   stopped while lines 21 to 25 come: they wait, and lines 21 to 30 are there
#
# Needs a Debian 12 with apt-get.
set -euo pipefail

work=$(mktemp -d)
trap 'kill ${daemon:-} ${server:-} ${locker:-} 2>/dev/null || true; wait; rm -rf "$work"' EXIT
cd "$work"
quiet() { "$@" >said 2>&1 || { cat said; exit 1; }; }
apt() { quiet apt-get -q -o APT::Sandbox::User=root "$@"; }
maria=1:10.11.19-0+deb12u1
apt download rsyslog=8.2302.0-1+deb12u2 rsyslog-mysql=8.2302.0-1+deb12u2 libestr0 libfastjson4 libmariadb3=$maria \
  mariadb-server-core=$maria mariadb-client-core=$maria
mkdir missing
apt -y -o Dir::Cache::archives="$work/missing" --download-only --no-install-recommends install \
  mariadb-server-core=$maria mariadb-client-core=$maria
for package in *.deb missing/*.deb; do [ ! -e "$package" ] || dpkg -x "$package" root; done
libraries=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH=$libraries
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mariadbd() {
  exec root/usr/sbin/mariadbd --no-defaults --user="$(id -un)" --basedir="$work/root/usr" --datadir="$work/data" \
    --bind-address=127.0.0.1 --port="$port" --socket="$work/socket" --skip-grant-tables --lock-wait-timeout=1 "$@"
}
start_server() {
  mariadbd >>server.log 2>&1 &
  server=$!
  until_true sql 'select 1'
}
sql() { root/usr/bin/mariadb --no-defaults -h 127.0.0.1 -P "$port" -u root -BN -e "$1"; }
until_true() { # until_true COMMAND...: at most half a minute
  for _ in $(seq 150); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.2
  done
  echo "never true: $*"
  return 1
}
given_up() { grep -q "values ('line $1')" log; }
has_row() { [ "$(sql "select count(*) from logs.log where line = 'line $1'")" = 1 ]; }
come() { seq -f 'line %.0f' "$1" "$2" >>input; }
there() { echo "$(sql "select count(*) from logs.log where substr(line, 6) between $1 and $2")"; }
tell() { # tell WHAT FIRST LAST: what became of so many lines, and of the five behind them
  case $(there "$2" "$3") in 0) became='are lost' ;; 5) became=wait ;; *) became='are neither lost nor there' ;; esac
  local from=$(($3 + 1))
  if [ "$became" = wait ]; then from=$2; fi
  [ "$(there "$from" $(($3 + 5)))" = $(($3 + 6 - from)) ]
  echo "$1 while lines $2 to $3 come: they $became, and lines $from to $(($3 + 5)) are there"
}

mkdir data
printf '%s;\n' 'create database mysql' 'create database logs' | (mariadbd --bootstrap) >>server.log 2>&1
start_server
sql 'create table logs.log (line varchar(20) not null)'
cat >rsyslog.conf <<CONF
global(workDirectory="$work")
module(load="imfile" mode="polling" pollingInterval="1")
module(load="ommysql")
input(type="imfile" file="$work/input" tag="t" ruleset="copy")
template(name="insert" type="list" option.sql="on") {
  constant(value="insert into log (line) values ('") property(name="msg") constant(value="')")
}
ruleset(name="copy") {
  action(type="ommysql" server="127.0.0.1" serverport="$port" uid="root" pwd="" db="logs" template="insert"
         action.resumeRetryCount="-1" action.resumeInterval="1")
}
CONF
touch input
root/usr/sbin/rsyslogd -n -f rsyslog.conf -i "$work/pid" -M "$libraries/rsyslog" 2>log &
daemon=$!

{
  sql 'lock tables logs.log read; do sleep(60)' &
  locker=$!
  sleep 2
  come 1 5
  until_true given_up 5
  sleep 2 # the first line of a connection is tried twice
  sql "kill $(sql "select id from information_schema.processlist where info = 'do sleep(60)'")"
  wait "$locker" 2>/dev/null || true
  come 6 10
  until_true has_row 10
  tell locked 1 5

  sql 'rename table logs.log to logs.away'
  come 11 15
  until_true given_up 15
  sql 'rename table logs.away to logs.log'
  come 16 20
  until_true has_row 20
  tell away 11 15

  kill "$server"
  wait "$server" || true
  come 21 25
  sleep 5
  start_server
  come 26 30
  until_true has_row 30
  tell stopped 21 25
} 2>errors | tee seen

diff - seen <<'EXPECTED'
locked while lines 1 to 5 come: they are lost, and lines 6 to 10 are there
away while lines 11 to 15 come: they are lost, and lines 16 to 20 are there
stopped while lines 21 to 25 come: they wait, and lines 21 to 30 are there
EXPECTED
