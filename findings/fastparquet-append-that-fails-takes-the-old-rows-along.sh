#!/usr/bin/env bash
# fastparquet 2026.9.0: an append that fails half-way leaves a file of which nothing can be read, the old rows included.
#
# A Parquet file is read by what stands at its end. `write(append=True)` puts the new rows over that, and writes it anew
# behind them. Where the disk is full before, the append raises an error as it should, and the file has no end that
# says what it has: neither fastparquet nor pyarrow opens it any more, though all bytes of the old rows are there.
# A limit to the size of a file stands for the full disk here.
#
# Output seen:
#   before: 5000 rows
#   append: OSError File too large
#   after, by fastparquet: can't be opened
#   after, by pyarrow: can't be opened
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check fastparquet==2026.9.0 pandas==3.1.1 pyarrow==26.0.1

cat >append.py <<'PY'
import os
import resource
import signal

import fastparquet
import pandas
from pyarrow import parquet


def rows(kind: str) -> pandas.DataFrame:
    return pandas.DataFrame({"line": [f"{kind} {number:05}" for number in range(5000)]})


def told(read) -> str:
    try:
        return f"{len(read())} rows"
    except Exception:
        return "can't be opened"


fastparquet.write("log.parquet", rows("old"), compression=None)
print("before:", told(lambda: fastparquet.ParquetFile("log.parquet").to_pandas()))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
room = os.path.getsize("log.parquet") + 20_000
resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
try:
    fastparquet.write("log.parquet", rows("new"), append=True, compression=None)
except OSError as error:
    print("append: OSError", error.strerror)
print("after, by fastparquet:", told(lambda: fastparquet.ParquetFile("log.parquet").to_pandas()))
print("after, by pyarrow:", told(lambda: parquet.read_table("log.parquet").to_pandas()))
PY
python/bin/python append.py | tee seen
diff seen - <<'SEEN'
before: 5000 rows
append: OSError File too large
after, by fastparquet: can't be opened
after, by pyarrow: can't be opened
SEEN
