#!/usr/bin/env bash
# csvkit 2.2.0: names like none, na and . become NULL, 0012 becomes 12, and without inference the names still do.
#
# `csvsql --insert` and `csvjson` take cells of `none`, `null`, `na`, `n/a` and `.`, in any case, for cells with nothing
# in them. A user or host who is called so has no name in the table. Columns of digits become numbers, so the ids 0012
# and 12 are two rows of one id; `yes`, `no`, 1 and 0 become truth values. `--no-inference` leaves the digits alone and
# still takes the names away. `--blanks` keeps them too.
#
# Output seen:
#   default: id 12.0, user None, host None; id 12.0, user anna, host db1; id 13.0, user None, host None
#   --no-inference: id 0012, user None, host None; id 12, user anna, host db1; id 0013, user None, host None
#   --no-inference --blanks: id 0012, user none, host .; id 12, user anna, host db1; id 0013, user NA, host n/a
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check csvkit==2.2.0

cat >log.csv <<'CSV'
id,user,host
0012,none,.
12,anna,db1
0013,NA,n/a
CSV
try() { # try OPTIONS...
  rm -f log.db
  python/bin/csvsql --db sqlite:///log.db --insert --tables log "$@" log.csv
  python3 - "${*:-default}" <<'PY'
import sqlite3
import sys

rows = sqlite3.connect("log.db").execute("select id, user, host from log order by rowid")
print(f"{sys.argv[1]}: " + "; ".join(f"id {number}, user {user}, host {host}" for number, user, host in rows))
PY
}
{
  try
  try --no-inference
  try --no-inference --blanks
} | tee seen
diff - seen <<'EXPECTED'
default: id 12.0, user None, host None; id 12.0, user anna, host db1; id 13.0, user None, host None
--no-inference: id 0012, user None, host None; id 12, user anna, host db1; id 0013, user None, host None
--no-inference --blanks: id 0012, user none, host .; id 12, user anna, host db1; id 0013, user NA, host n/a
EXPECTED
