#!/usr/bin/env bash
# kombu 5.7.0 (the queues of Celery) without a broker: what a killed worker had is lost, or stuck for ever.
#
# A worker takes a message, hasn't acknowledged it, and is killed. A broker gives such a message to the next one. The
# `filesystem` transport removes the file as it hands the message out, so it is lost. The `sqlalchemy` transport marks
# its row as not visible and keeps it: nobody is ever given it again. An acknowledgement does nothing in either:
# acknowledged rows look the same, so the stuck one can't be told from those that are done, and the table only grows.
#
# Output seen:
#   filesystem: line 1 was taken by the killed one; the next one got line 2, line 3; files left: 0
#   sqlalchemy: line 1 was taken by the killed one; the next one got line 2, line 3; rows left: 3, of them visible: 0
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check kombu==5.7.0 sqlalchemy==2.1.9

cat >queue_of.py <<'PY'
import os
import signal
import sys
import time

from kombu import Connection

transport, what = sys.argv[1:]
url = {"filesystem": "filesystem://", "sqlalchemy": "sqlalchemy+sqlite:///queue.db"}[transport]
folders = {"data_folder_in": "files", "data_folder_out": "files", "control_folder": "control"}
options = folders if transport == "filesystem" else {}
with Connection(url, transport_options=options) as connection:
    queue = connection.SimpleQueue("lines")
    match what:
        case "put":
            for number in (1, 2, 3):
                queue.put(f"line {number}")
                time.sleep(0.01)  # files are taken in the order of their names, which have the millisecond
        case "killed":
            print(queue.get(timeout=10).payload, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        case "next":
            taken = []
            try:
                while True:
                    message = queue.get(timeout=3)
                    taken.append(message.payload)
                    message.ack()
            except queue.Empty:
                print(", ".join(taken))
    queue.close()
PY

try() { # try TRANSPORT
  python/bin/python queue_of.py "$1" put
  first=$(python/bin/python queue_of.py "$1" killed || true)
  echo -n "$1: $first was taken by the killed one; the next one got $(python/bin/python queue_of.py "$1" next); "
}
mkdir files control
{
  try filesystem
  echo "files left: $(find files -type f | wc -l)"
  try sqlalchemy
  python/bin/python - <<'PY'
import sqlite3

rows, visible = sqlite3.connect("queue.db").execute("SELECT count(*), sum(visible) FROM kombu_message").fetchone()
print(f"rows left: {rows}, of them visible: {visible}")
PY
} 2>said | tee seen
diff seen - <<'SEEN' || { cat said; exit 1; }
filesystem: line 1 was taken by the killed one; the next one got line 2, line 3; files left: 0
sqlalchemy: line 1 was taken by the killed one; the next one got line 2, line 3; rows left: 3, of them visible: 0
SEEN
