#!/usr/bin/env bash
# MariaDB 10.11.19 (Debian 12): where the server has summer time, a TIMESTAMP refuses one hour of lines in UTC a year.
#
# A text without a zone, as most clients send a time, is taken for the time of the session's zone, which is the
# server's. On the last Sunday of March clocks in Berlin go from 02:00 to 03:00, so 02:30 isn't there: in strict mode
# the row is refused with 1292, and the statement with all its rows along with it. With `insert ignore`, and outside of
# strict mode, another time is stored. 02:30 in UTC is as good a time as any, and is refused only on that day. A DATETIME
# takes it, and so does a session that says which zone it means.
#
# Output seen:
#   TIMESTAMP 01:59:59: stored
#   TIMESTAMP 02:30:00: 1292, none of 3 rows stored
#   TIMESTAMP 03:00:00: stored
#   TIMESTAMP 02:30:00, insert ignore: stored as 03:00:00
#   TIMESTAMP 02:30:00, time_zone +00:00: stored
#   DATETIME 02:30:00: stored
#
# Needs a Debian 12 with apt-get and tzdata, and Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'kill ${server:-} 2>/dev/null || true; wait; rm -rf "$work"' EXIT
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
  TZ=Europe/Berlin LD_LIBRARY_PATH=$libraries exec root/usr/sbin/mariadbd --no-defaults --user="$(id -un)" \
    --basedir="$work/root/usr" --datadir="$work/data" --bind-address=127.0.0.1 --port="$port" --socket="$work/socket" \
    --skip-grant-tables "$@"
}
printf '%s;\n' 'create database mysql' 'create database logs' | (mariadbd --bootstrap) >>log 2>&1
mariadbd >>log 2>&1 &
server=$!

cat >times.py <<'PY'
import sys
import time

import pymysql


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


def tell(kind: str, at: str, ignore: str = "", zone: str = "SYSTEM") -> None:
    """What becomes of a row with this time between two others of that day."""
    cursor.execute("set time_zone = %s", (zone,))
    cursor.execute(f"create or replace table log (number int, at {kind} null)")
    rows = [(1, "2026-03-29 00:00:00"), (2, f"2026-03-29 {at}"), (3, "2026-03-29 12:00:00")]
    values = ", ".join(f"({number}, '{when}')" for number, when in rows)
    what = f"{kind} {at}" + (f", insert {ignore}" if ignore else "") + (f", time_zone {zone}" if zone[0] == "+" else "")
    try:
        cursor.execute(f"insert {ignore} into log values {values}")
    except pymysql.Error as error:
        cursor.execute("select count(*) from log")
        print(f"{what}: {error.args[0]}, {cursor.fetchone()[0] or 'none'} of 3 rows stored")
        return
    cursor.execute("select date_format(at, '%H:%i:%s') from log where number = 2")
    stored = cursor.fetchone()[0]
    print(f"{what}: stored" + (f" as {stored}" if stored != at else ""))


cursor = connected()
for at in ("01:59:59", "02:30:00", "03:00:00"):
    tell("TIMESTAMP", at)
tell("TIMESTAMP", "02:30:00", ignore="ignore")
tell("TIMESTAMP", "02:30:00", zone="+00:00")
tell("DATETIME", "02:30:00")
PY
python/bin/python -W ignore times.py "$port" | tee seen
diff - seen <<'EXPECTED'
TIMESTAMP 01:59:59: stored
TIMESTAMP 02:30:00: 1292, none of 3 rows stored
TIMESTAMP 03:00:00: stored
TIMESTAMP 02:30:00, insert ignore: stored as 03:00:00
TIMESTAMP 02:30:00, time_zone +00:00: stored
DATETIME 02:30:00: stored
EXPECTED
