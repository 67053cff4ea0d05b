#!/usr/bin/env bash
# MariaDB 10.11.19 (Debian 12): a MyISAM table whose server was killed within a statement takes its rows a second time.
#
# Of a table with a trigger, rows are in the data file as they are written, and keys in the index file when the statement
# ends. By default (myisam_recover_options=BACKUP,QUICK) the table is found "marked as crashed" when it is opened again, is
# checked without its rows being read, and is used as it is: the rows of the statement are there for whoever reads all
# of it, and no key knows of them. So a client that was told nothing and sends them again, with a unique key and `on
# duplicate key update`, has them twice. COUNT(*), which is kept in the index file, doesn't tell, and CHECK TABLE says
# "Corrupt". With FORCE the table is repaired when it is opened, and nothing is there twice. Without a trigger the rows
# wait in memory, 128 kB of them, and a smaller statement leaves nothing; a larger one leaves a torn row, and error 1194.
#
# Output seen:
#   BACKUP,QUICK: 150 rows of 100 keys, COUNT(*) 100, check: Corrupt
#   FORCE: 100 rows of 100 keys, COUNT(*) 100, check: OK
#
# Needs a Debian 12 with apt-get, and Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'kill -9 $(cat server 2>/dev/null) 2>/dev/null || true; wait; rm -rf "$work"' EXIT
cd "$work"
quiet() { "$@" >said 2>&1 || { cat said; exit 1; }; }
apt() { quiet apt-get -q -o APT::Sandbox::User=root "$@"; }
apt download mariadb-server-core=1:10.11.19-0+deb12u1
mkdir missing
apt -y -o Dir::Cache::archives="$work/missing" --download-only --no-install-recommends install \
  mariadb-server-core=1:10.11.19-0+deb12u1
for package in *.deb missing/*.deb; do [ ! -e "$package" ] || dpkg -x "$package" root; done
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check PyMySQL==1.2.4
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
libraries=$(echo "$work"/root/usr/lib/*-linux-gnu)
mkdir data
mariadbd() {
  echo "$BASHPID" >server
  LD_LIBRARY_PATH=$libraries exec root/usr/sbin/mariadbd --no-defaults --user="$(id -un)" \
    --basedir="$work/root/usr" --datadir="$work/data" --bind-address=127.0.0.1 --port="$port" --socket="$work/socket" \
    --skip-grant-tables "$@"
}
printf '%s;\n' 'create database mysql' 'create database logs' | (mariadbd --bootstrap) >>log 2>&1

cat >rows.py <<'PY'
import sys
import time

import pymysql

ROWS = ", ".join(f"({number}, 'line {number}')" for number in range(1, 101))


def connected() -> pymysql.cursors.Cursor:
    """A cursor, when the server is up."""
    for _ in range(100):
        try:
            return pymysql.connect(
                host="127.0.0.1", port=int(sys.argv[1]), user="root", database="logs", autocommit=True
            ).cursor()
        except pymysql.OperationalError:
            time.sleep(0.1)
    raise SystemExit("the server doesn't start")


cursor = connected()
if sys.argv[2] == "first":
    cursor.execute("create or replace table log (id int, line varchar(40), unique (id)) engine = MyISAM")
    cursor.execute("create trigger waits after insert on log for each row set @waited = if(new.id = 50, sleep(60), 0)")
    try:
        cursor.execute(f"insert into log values {ROWS}")
    except pymysql.Error:
        pass  # the server was killed: nobody knows what became of it
else:
    cursor.execute("drop trigger waits")
    cursor.execute(f"insert into log values {ROWS} on duplicate key update id = id")
    cursor.execute("select id from log order by line")
    there = [row[0] for row in cursor.fetchall()]
    cursor.execute("select count(*) from log")
    counted = cursor.fetchone()[0]
    cursor.execute("check table log")
    check = cursor.fetchall()[-1][3]
    print(f"{sys.argv[2]}: {len(there)} rows of {len(set(there))} keys, COUNT(*) {counted}, check: {check}")
PY
for recovers in BACKUP,QUICK FORCE; do
  mariadbd --myisam-recover-options="$recovers" >>log 2>&1 &
  python/bin/python -W ignore rows.py "$port" first &
  client=$!
  until [ "$(python/bin/python -W ignore - "$port" <<'PY'
import sys

import pymysql

try:
    cursor = pymysql.connect(host="127.0.0.1", port=int(sys.argv[1]), user="root").cursor()
    cursor.execute("select count(*) from information_schema.processlist where state = 'User sleep'")
    print(cursor.fetchone()[0])
except pymysql.Error:
    print(0)
PY
  )" = 1 ]; do sleep 0.1; done
  kill -9 "$(cat server)"
  wait "$client"
  wait
  mariadbd --myisam-recover-options="$recovers" >>log 2>&1 &
  python/bin/python -W ignore rows.py "$port" "$recovers"
  kill -9 "$(cat server)"
  wait || true
done 2>>log | tee seen
diff - seen <<'EXPECTED'
BACKUP,QUICK: 150 rows of 100 keys, COUNT(*) 100, check: Corrupt
FORCE: 100 rows of 100 keys, COUNT(*) 100, check: OK
EXPECTED
