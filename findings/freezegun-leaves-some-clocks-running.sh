#!/usr/bin/env bash
# freezegun 1.5.5: while the time is frozen, some clocks go on, and log records were made before the program began.
#
# `time.ctime()` and `time.asctime()` show the machine's date beside a `time.strftime` that shows the frozen one, and so does
# `time.clock_gettime`: what writes its lines with one and names its files by the other puts yesterday's lines into a
# file of 2020. `relativeCreated` of `logging` counts from the real moment at which it was imported: it is negative, by years.
# The `now` of SQLite is the machine's as well.
#
# Output seen:
#   frozen: time, localtime, strftime, datetime.now, monotonic
#   the machine's: ctime, asctime, clock_gettime, sqlite's now
#   relativeCreated of a log record: negative
#
# Needs Python 3.11 with venv and pip.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install freezegun==1.5.5
cat >try.py <<'PY'
import logging
import sqlite3
import time
from datetime import datetime

from freezegun import freeze_time

YEARS = {
    "time": lambda: time.gmtime(time.time()).tm_year,
    "localtime": lambda: time.localtime().tm_year,
    "strftime": lambda: int(time.strftime("%Y")),
    "datetime.now": lambda: datetime.now().year,
    "ctime": lambda: int(time.ctime()[-4:]),
    "asctime": lambda: int(time.asctime()[-4:]),
    "clock_gettime": lambda: time.gmtime(time.clock_gettime(time.CLOCK_REALTIME)).tm_year,
    "sqlite's now": lambda: int(sqlite3.connect(":memory:").execute("select strftime('%Y', 'now')").fetchone()[0]),
}
with freeze_time("2020-06-01") as frozen:
    shown = {name: year() for name, year in YEARS.items()}
    begun = time.monotonic()
    frozen.tick(100)
    stands = ["monotonic"] if time.monotonic() - begun == 100 else []
    record = logging.LogRecord("n", logging.INFO, "p", 1, "m", None, None)
print("frozen:", ", ".join([name for name, year in shown.items() if year == 2020] + stands))
print("the machine's:", ", ".join(name for name, year in shown.items() if year > 2020))
print("relativeCreated of a log record:", "negative" if record.relativeCreated < 0 else "positive")
PY
env/bin/python try.py | tee seen
diff seen - <<'SEEN'
frozen: time, localtime, strftime, datetime.now, monotonic
the machine's: ctime, asctime, clock_gettime, sqlite's now
relativeCreated of a log record: negative
SEEN
