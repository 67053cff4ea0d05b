#!/usr/bin/env bash
# loguru 0.7.3: the retention of app.log removes app.audit.log, which is another program's.
#
# What belongs to a sink on `app.log` is found by name: `app.log`, `app.log.*`, `app.*.log` and `app.*.log.*`. Its own
# rotated files are called `app.<time>.log`, but the time is not looked at. So with `retention=2` a file of another sink,
# program or shipper counts among the two, and goes when it is the oldest, read or not; with `retention="1 day"` it goes
# when nobody has written to it for a day. What is left of it depends on how often app.log is rotated.
#
# Output seen:
#   before: app.audit.log, app_audit.log
#   after 50 lines with rotation and retention=2: app_audit.log, app.log, and 2 rotated ones
#
# Needs Python 3.11 with venv and pip.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install loguru==0.7.3
cat >try.py <<'PY'
import os
from pathlib import Path

from loguru import logger

logs = Path("logs")
logs.mkdir()
for name in ("app.audit.log", "app_audit.log"):
    (logs / name).write_text("of another program\n")
    os.utime(logs / name, (1_700_000_000, 1_700_000_000))
print("before:", ", ".join(sorted(path.name for path in logs.iterdir())))
logger.remove()
logger.add(logs / "app.log", rotation="200 B", retention=2)
for number in range(50):
    logger.info("line {}", number)
logger.remove()
names = sorted(path.name for path in logs.iterdir())
rotated = [name for name in names if name.startswith("app.2")]
others = ", ".join(sorted(set(names) - set(rotated), reverse=True))
print(f"after 50 lines with rotation and retention=2: {others}, and {len(rotated)} rotated ones")
PY
env/bin/python try.py | tee seen
diff seen - <<'SEEN'
before: app.audit.log, app_audit.log
after 50 lines with rotation and retention=2: app_audit.log, app.log, and 2 rotated ones
SEEN
