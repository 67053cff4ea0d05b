#!/usr/bin/env bash
# queuelib 1.10.0: a FifoDiskQueue of a killed process comes back empty, and then hands out old lines for new ones.
#
# Each line is written to the queue's file when it is pushed, but the number of lines and the place of the first are
# written by `close` alone. After a kill the lines are in the file, and the queue says that it has none. What is pushed
# next is appended behind them and counted, and what is popped is read from the start of the file: as many old lines as
# new ones were pushed. The queue counts as empty then, and `close` removes the file, with the new lines in it.
#
# Output seen:
#   pushed 5 old lines, and was killed
#   has 0 lines, and the file 60 bytes
#   pushed 3 new lines, popped: old line, old line, old line
#   has 0 lines, and after close the file is gone
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check queuelib==1.10.0

cat >before.py <<'PY'
import os
import signal

from queuelib import FifoDiskQueue

queue = FifoDiskQueue("queue")
for _ in range(5):
    queue.push(b"old line")
print("pushed 5 old lines, and was killed", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
PY
cat >after.py <<'PY'
import os

from queuelib import FifoDiskQueue

queue = FifoDiskQueue("queue")
print(f"has {len(queue)} lines, and the file {os.path.getsize('queue/q00000')} bytes")
for _ in range(3):
    queue.push(b"new line")
print("pushed 3 new lines, popped:", ", ".join(queue.pop().decode() for _ in range(3)))
left = len(queue)
queue.close()
print(f"has {left} lines, and after close the file is {'there' if os.path.exists('queue/q00000') else 'gone'}")
PY
{
  bash -c 'python/bin/python before.py; true' 2>log
  python/bin/python after.py
} | tee seen
diff seen - <<'SEEN'
pushed 5 old lines, and was killed
has 0 lines, and the file 60 bytes
pushed 3 new lines, popped: old line, old line, old line
has 0 lines, and after close the file is gone
SEEN
