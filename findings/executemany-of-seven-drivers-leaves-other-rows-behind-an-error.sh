#!/usr/bin/env bash
# executemany with autocommit, the 1,500th of 2,000 rows refused: 0, 1,013, 1,400 or 1,499 rows stay, by the driver.
#
# One call, so one expects all rows or none, or those before the refused one. psycopg 3 and asyncpg send all in one
# implicit transaction, and MySQL's own driver makes one statement of all: none stay. psycopg2 and pg8000 commit row by
# row. psycopg2's `execute_batch` and `execute_values` commit each hundred, and PyMySQL makes statements of about 1 MB,
# so it goes by the size of the rows how many stay. Whoever sends such a batch again has to know which.
#
# PostgreSQL 15.18 and MariaDB 10.11.19 (Debian 12); the refused row has the key of the first.
#
# Output seen:
#   psycopg 3.3.9: UniqueViolation, 0 rows stay
#   asyncpg 0.32.0: UniqueViolationError, 0 rows stay
#   psycopg2 2.9.13: UniqueViolation, 1499 rows stay
#   psycopg2 2.9.13 execute_batch: UniqueViolation, 1400 rows stay
#   psycopg2 2.9.13 execute_values: UniqueViolation, 1400 rows stay
#   pg8000 1.31.6: DatabaseError, 1499 rows stay
#   PyMySQL 1.2.4: IntegrityError, 1013 rows stay
#   mysql-connector-python 26.10.0: IntegrityError, 0 rows stay
#
# Needs a Debian 12 with apt-get, and Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'kill ${servers:-} 2>/dev/null || true; wait; rm -rf "$work"' EXIT
chmod 711 "$work"
cd "$work"
quiet() { "$@" >said 2>&1 || { cat said; exit 1; }; }
apt() { quiet apt-get -q -o APT::Sandbox::User=root "$@"; }
packages=(postgresql-15=15.18-0+deb12u1 mariadb-server-core=1:10.11.19-0+deb12u1)
apt download "${packages[@]}" libpq5
mkdir missing
apt -y -o Dir::Cache::archives="$work/missing" --download-only --no-install-recommends install "${packages[@]}"
for package in *.deb missing/*.deb; do [ ! -e "$package" ] || dpkg -x "$package" root; done
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check 'psycopg[binary]==3.3.9' asyncpg==0.32.0 \
  psycopg2-binary==2.9.13 pg8000==1.31.6 PyMySQL==1.2.4 mysql-connector-python==26.10.0
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
postgres=$(port)
maria=$(port)

mkdir pg my
user=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
  chown nobody pg
  user=(setpriv --reuid nobody --regid nogroup --clear-groups)
fi
libraries=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH=$libraries
binaries=$work/root/usr/lib/postgresql/15/bin
quiet "${user[@]}" "$binaries/initdb" -A trust -U logger -E UTF8 --no-sync -D pg/db
"${user[@]}" "$binaries/postgres" -D pg/db -h 127.0.0.1 -p "$postgres" -k '' >pg.log 2>&1 &
servers=$!
mariadbd() {
  exec root/usr/sbin/mariadbd --no-defaults --user="$(id -un)" --basedir="$work/root/usr" --datadir="$work/my" \
    --bind-address=127.0.0.1 --port="$maria" --socket="$work/socket" --skip-grant-tables "$@"
}
printf '%s;\n' 'create database mysql' 'create database logs' | (mariadbd --bootstrap) >>my.log 2>&1
mariadbd >>my.log 2>&1 &
servers="$servers $!"
unset LD_LIBRARY_PATH

cat >drivers.py <<'PY'
import asyncio
import sys
import time
from collections.abc import Callable
from importlib.metadata import version

import asyncpg
import mysql.connector
import pg8000.dbapi
import psycopg
import psycopg2
import psycopg2.extras
import pymysql

ROWS = [(number if number != 1500 else 1, "x" * 1000) for number in range(1, 2001)]
PG = {"host": "127.0.0.1", "port": int(sys.argv[1]), "user": "logger"}
MY = {"host": "127.0.0.1", "port": int(sys.argv[2]), "user": "root", "database": "logs", "autocommit": True}
INSERT = "insert into log values (%s, %s)"


def of_psycopg2() -> "psycopg2.extensions.cursor":
    connection = psycopg2.connect(dbname="postgres", **PG)
    connection.autocommit = True
    return connection.cursor()


def by_pg8000() -> None:
    connection = pg8000.dbapi.connect(database="postgres", **PG)
    connection.autocommit = True
    connection.cursor().executemany(INSERT, ROWS)


def by_mysql_connector() -> None:
    connection = mysql.connector.connect(**MY)
    connection.cursor().executemany(INSERT, ROWS)


async def by_asyncpg() -> None:
    connection = await asyncpg.connect(database="postgres", **PG)
    try:
        await connection.executemany("insert into log values ($1, $2)", ROWS)
    finally:
        await connection.close()


def made(name: str) -> object:
    """A cursor of the server of a driver, when that is up, and a new table."""
    for _ in range(100):
        try:
            if "mysql" in name.lower():
                cursor = pymysql.connect(**MY).cursor()
            else:
                cursor = psycopg.connect(dbname="postgres", autocommit=True, **PG).cursor()
            break
        except (psycopg.OperationalError, pymysql.OperationalError):
            time.sleep(0.1)
    cursor.execute("drop table if exists log")
    cursor.execute("create table log (id bigint primary key, line text)")
    return cursor


def stay(name: str, insert: Callable[[], object], what: str = "") -> None:
    cursor = made(name)
    try:
        insert()
        error = "no error"
    except Exception as raised:
        error = type(raised).__name__
    cursor.execute("select count(*) from log")
    print(f"{name} {version(name)}{what}: {error}, {cursor.fetchone()[0]} rows stay")


TWO = "psycopg2-binary"
stay("psycopg", lambda: psycopg.connect(dbname="postgres", autocommit=True, **PG).cursor().executemany(INSERT, ROWS))
stay("asyncpg", lambda: asyncio.run(by_asyncpg()))
stay(TWO, lambda: of_psycopg2().executemany(INSERT, ROWS))
stay(TWO, lambda: psycopg2.extras.execute_batch(of_psycopg2(), INSERT, ROWS), " execute_batch")
stay(TWO, lambda: psycopg2.extras.execute_values(of_psycopg2(), "insert into log values %s", ROWS), " execute_values")
stay("pg8000", by_pg8000)
stay("PyMySQL", lambda: pymysql.connect(**MY).cursor().executemany(INSERT, ROWS))
stay("mysql-connector-python", by_mysql_connector)
PY
python/bin/python drivers.py "$postgres" "$maria" | sed 's/-binary//' | tee seen
diff - seen <<'EXPECTED'
psycopg 3.3.9: UniqueViolation, 0 rows stay
asyncpg 0.32.0: UniqueViolationError, 0 rows stay
psycopg2 2.9.13: UniqueViolation, 1499 rows stay
psycopg2 2.9.13 execute_batch: UniqueViolation, 1400 rows stay
psycopg2 2.9.13 execute_values: UniqueViolation, 1400 rows stay
pg8000 1.31.6: DatabaseError, 1499 rows stay
PyMySQL 1.2.4: IntegrityError, 1013 rows stay
mysql-connector-python 26.10.0: IntegrityError, 0 rows stay
EXPECTED
