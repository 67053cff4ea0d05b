#!/usr/bin/env bash
# fastavro 1.13.1: what is appended to an Avro file whose writer died in the middle of a block can never be read.
#
# Blocks of Avro end with a sync marker, so that a reader can find the next one behind a bad one. fastavro appends to a
# file that ends within a block as if it was whole, and its reader takes the new block's bytes for the rest of the torn
# one: it ends with an error, which one depends on the marker's random bytes, and hands out none of the new lines.
#
# Output seen:
#   torn: some of 100 old lines, then an error
#   and 100 more appended: 0 of them, then an error
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check fastavro==1.13.1

cat >torn.py <<'PY'
import os

import fastavro

SCHEMA = fastavro.parse_schema({"type": "record", "name": "Log", "fields": [{"name": "line", "type": "string"}]})


def append(kind: str) -> None:
    with open("log.avro", "a+b") as file:
        fastavro.writer(file, SCHEMA, [{"line": f"{kind} {number:02}"} for number in range(100)], sync_interval=400)


def read(kind: str) -> tuple[int, str]:
    """How many lines of a kind can be read, and what ends that."""
    lines = 0
    try:
        with open("log.avro", "rb") as file:
            for record in fastavro.reader(file):
                lines += record["line"].startswith(kind)
    except Exception:
        return lines, "an error"
    return lines, "no error"


append("old")
os.truncate("log.avro", os.path.getsize("log.avro") - 30)
old, end = read("old")
print(f"torn: {'some' if 50 < old < 100 else old} of 100 old lines, then {end}")
append("new")
new, end = read("new")
print(f"and 100 more appended: {new} of them, then {end}")
PY
python/bin/python torn.py | tee seen
diff seen - <<'SEEN'
torn: some of 100 old lines, then an error
and 100 more appended: 0 of them, then an error
SEEN
