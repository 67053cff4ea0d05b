#!/usr/bin/env bash
# ClickHouse 26.9.2.1 (chdb 4.4.0): JSONEachRow with a number or time that its column can't hold stores another one.
#
# No row is refused and nothing is said: integers are taken modulo the size of their column, times and dates are moved
# to the nearest end of what there is, NULL is the column's default, and a field without a column is left out. A
# negative number for an unsigned column, a text that is too long and an unknown value of an Enum are refused, each with
# the whole insert.
#
# Output seen:
#   UInt8 256: 0
#   Int32 3000000000: -1294967296
#   UInt64 18446744073709551617: 1
#   DateTime 1969-12-31 23:00:00: 1970-01-01 00:00:00
#   Date 2150-01-01: 2149-06-06
#   UInt8 null: 0
#   UInt8 -1: refused
#   FixedString(3) abcd: refused
#   Enum8('a' = 1) b: refused
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check chdb==4.4.0

cat >insert.py <<'PY'
import json

from chdb.session import Session

CASES = (
    ("UInt8", 256),
    ("Int32", 3_000_000_000),
    ("UInt64", 18_446_744_073_709_551_617),
    ("DateTime", "1969-12-31 23:00:00"),
    ("Date", "2150-01-01"),
    ("UInt8", None),
    ("UInt8", -1),
    ("FixedString(3)", "abcd"),
    ("Enum8('a' = 1)", "b"),
)
session = Session()
assert json.loads(str(session.query("SELECT version() AS v", "JSONEachRow")))["v"] == "26.9.2.1"
session.query("CREATE DATABASE logs")
for kind, value in CASES:
    session.query(f"CREATE OR REPLACE TABLE logs.log (value {kind}) ENGINE = MergeTree ORDER BY tuple()")
    sent = value if isinstance(value, str) else json.dumps(value)
    try:
        session.query(f"INSERT INTO logs.log FORMAT JSONEachRow {json.dumps({'value': value})}")
        stored = str(session.query("SELECT toString(value) FROM logs.log", "TSVRaw")).strip()
    except Exception:
        stored = "refused"
    print(f"{kind} {sent}: {stored}")
PY
TZ=UTC python/bin/python insert.py | tee seen
diff seen - <<'SEEN'
UInt8 256: 0
Int32 3000000000: -1294967296
UInt64 18446744073709551617: 1
DateTime 1969-12-31 23:00:00: 1970-01-01 00:00:00
Date 2150-01-01: 2149-06-06
UInt8 null: 0
UInt8 -1: refused
FixedString(3) abcd: refused
Enum8('a' = 1) b: refused
SEEN
