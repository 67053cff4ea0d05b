#!/usr/bin/env bash
# DuckDB 2.0.1: in JSON lines, a fraction in one line changes the ids of all the others, and two become one.
#
# `read_json` finds out the type of a field from the first 20,480 lines. Where one of them has a fraction in it, the
# whole column is DOUBLE, and integers above 2**53, as ids and times in nanoseconds are, are rounded. The same where one
# number is 2**64 or more, while with 2**64 - 1 all get 128 bits and stay what they are. Nothing is said in either case;
# who counts by id then finds doubles.
#
# Output seen:
#   of 9007199254740992, 9007199254740993: 2 ids, BIGINT
#   and 0.5: 2 ids of 3, DOUBLE
#   and 18446744073709551615: 3 ids of 3, HUGEINT
#   and 18446744073709551616: 2 ids of 3, DOUBLE
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check duckdb==2.0.1

cat >ids.py <<'PY'
from pathlib import Path

import duckdb

IDS = ["9007199254740992", "9007199254740993"]


def seen(*ids: str) -> list[object]:
    """How many ids there are in a file of JSON lines, and of which type."""
    Path("log.json").write_text("".join(f'{{"id": {each}}}\n' for each in ids))
    query = "SELECT count(DISTINCT id), count(*), any_value(typeof(id)) FROM read_json('log.json')"
    return duckdb.sql(query).fetchall()[0]


ids, _, kind = seen(*IDS)
print(f"of {', '.join(IDS)}: {ids} ids, {kind}")
for other in ("0.5", "18446744073709551615", "18446744073709551616"):
    ids, lines, kind = seen(*IDS, other)
    print(f"and {other}: {ids} ids of {lines}, {kind}")
PY
python/bin/python ids.py | tee seen
diff seen - <<'SEEN'
of 9007199254740992, 9007199254740993: 2 ids, BIGINT
and 0.5: 2 ids of 3, DOUBLE
and 18446744073709551615: 3 ids of 3, HUGEINT
and 18446744073709551616: 2 ids of 3, DOUBLE
SEEN
