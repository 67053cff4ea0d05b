#!/usr/bin/env bash
# PostgreSQL 15.18: COPY of CSV ends at a line that is \. and nothing else, and drops what comes behind it, without an error.
#
# In the text format `\.` is the end of the data, and a backslash has to be doubled. In CSV a backslash is a character
# like any other, and Python's csv module, for one, writes it as it is. COPY takes a line of these two all the same
# for the end, reads on to the end of what is sent and throws it away. The command counts what it has stored and
# fails in nothing. In quotes, or with anything beside it, the same value is stored.
#
# Output seen:
#   '\\.\n' as the 5th of 10 lines: COPY 4
#   '"\\."\n' as the 5th of 10 lines: COPY 10
#   ' \\.\n' as the 5th of 10 lines: COPY 10
#   of 10 lines written by Python's csv module: COPY 4
#
# Needs a Debian 12 with apt-get, and Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'kill ${server:-} 2>/dev/null || true; wait; rm -rf "$work"' EXIT
chmod 711 "$work"
cd "$work"
quiet() { "$@" >said 2>&1 || { cat said; exit 1; }; }
apt() { quiet apt-get -q -o APT::Sandbox::User=root "$@"; }
apt download postgresql-15=15.18-0+deb12u1 libpq5
mkdir missing
apt -y -o Dir::Cache::archives="$work/missing" --download-only \
  --no-install-recommends install postgresql-15=15.18-0+deb12u1
for package in *.deb missing/*.deb; do [ ! -e "$package" ] || dpkg -x "$package" root; done
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check 'psycopg[binary]==3.3.9'
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
user=()
mkdir data
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
  chown nobody data
  user=(setpriv --reuid nobody --regid nogroup --clear-groups)
fi
libraries=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH=$libraries
binaries=$work/root/usr/lib/postgresql/15/bin
quiet "${user[@]}" "$binaries/initdb" -A trust -U logger -E UTF8 --no-sync -D data/db
"${user[@]}" "$binaries/postgres" -D data/db -h 127.0.0.1 -p "$port" -k '' >server.log 2>&1 &
server=$!
unset LD_LIBRARY_PATH

cat >lines.py <<'PY'
import csv
import io
import sys
import time

import psycopg


def connected() -> psycopg.Connection:
    """A connection, when the server is up."""
    for _ in range(100):
        try:
            return psycopg.connect(f"host=127.0.0.1 port={sys.argv[1]} user=logger dbname=postgres", autocommit=True)
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise SystemExit("the server doesn't start")


def copied(lines: list[str]) -> str:
    """What COPY says of these lines."""
    cursor.execute("drop table if exists log")
    cursor.execute("create table log (line text)")
    with cursor.copy("copy log from stdin (format csv)") as copy:
        copy.write("".join(lines))
    return str(cursor.statusmessage)


cursor = connected().cursor()
cursor.execute("set client_min_messages = warning")
lines = [f"line {number}\n" for number in range(1, 11)]
for fifth in ("\\.\n", '"\\."\n', " \\.\n"):
    print(f"{fifth!r} as the 5th of 10 lines: {copied([*lines[:4], fifth, *lines[5:]])}")
written = io.StringIO()
csv.writer(written).writerows([line.strip()] if number != 5 else ["\\."] for number, line in enumerate(lines, 1))
print(f"of 10 lines written by Python's csv module: {copied([written.getvalue()])}")
PY
python/bin/python lines.py "$port" | tee seen
diff - seen <<'EXPECTED'
'\\.\n' as the 5th of 10 lines: COPY 4
'"\\."\n' as the 5th of 10 lines: COPY 10
' \\.\n' as the 5th of 10 lines: COPY 10
of 10 lines written by Python's csv module: COPY 4
EXPECTED
