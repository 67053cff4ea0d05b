#!/usr/bin/env bash
# Polars 2.1.0: a field of JSON lines that first comes in line 101 isn't there, and nothing is said.
#
# `read_ndjson` and `scan_ndjson` find out which fields there are from the first 100 lines. A field that begins later,
# as the code of the first error does, is dropped from all lines. A value of another type later on is an error, which
# `ignore_errors=True` makes a null. With `infer_schema_length=None` every line is looked at.
#
# Output seen:
#   first error in line 100: fields line, code; 1 code
#   first error in line 101: fields line; 0 codes
#   first error in line 101, lazily: fields line; 0 codes
#   first error in line 101, infer_schema_length=None: fields line, code; 1 code
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check polars==2.1.0

cat >read.py <<'PY'
import json
from pathlib import Path

import polars


def tell(what: str, frame: polars.DataFrame) -> None:
    """The fields of a frame, and how many codes there are."""
    codes = frame["code"].count() if "code" in frame.columns else 0
    print(f"{what}: fields {', '.join(frame.columns)}; {codes} code{'' if codes == 1 else 's'}")


for first in (100, 101):
    lines = ({"line": number} | ({"code": 500} if number == first else {}) for number in range(1, 151))
    Path("log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    tell(f"first error in line {first}", polars.read_ndjson("log.jsonl"))
tell("first error in line 101, lazily", polars.scan_ndjson("log.jsonl").collect())
whole = polars.read_ndjson("log.jsonl", infer_schema_length=None)
tell("first error in line 101, infer_schema_length=None", whole)
PY
python/bin/python read.py | tee seen
diff - seen <<'EXPECTED'
first error in line 100: fields line, code; 1 code
first error in line 101: fields line; 0 codes
first error in line 101, lazily: fields line; 0 codes
first error in line 101, infer_schema_length=None: fields line, code; 1 code
EXPECTED
