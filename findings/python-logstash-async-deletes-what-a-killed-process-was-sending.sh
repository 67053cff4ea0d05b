#!/usr/bin/env bash
# python-logstash-async 4.1.0: what a killed process was sending is deleted from its database on disk, and never sent.
#
# Events wait in an SQLite file (`database_path`), so that they outlive the process. A batch that is on its way is
# marked there (`pending_delete`), and deleted once it is sent. A process that is killed in between leaves the marks.
# The next one doesn't send marked events, and its first success deletes all that are marked, whoever has marked them.
# Nothing is logged.
#
# The killed process is the one here that a server lets connect and reads one byte of.
#
# Output seen:
#   killed: 20 events in the database
#   the next process: 1 event arrived (after), 0 events in the database
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check python-logstash-async==4.1.0

cat >sender.py <<'PY'
import logging
import sys

from logstash_async.constants import constants
from logstash_async.handler import AsynchronousLogstashHandler

port, messages = int(sys.argv[1]), sys.argv[2:]
constants.QUEUED_EVENTS_FLUSH_INTERVAL = 1
logger = logging.getLogger("events")
logger.addHandler(AsynchronousLogstashHandler("127.0.0.1", port, database_path="events.db"))
for message in messages:
    logger.warning("%-200000s", message)
input()
logging.shutdown()
PY
cat >server.py <<'PY'
import json
import socket
import sqlite3
import subprocess
import sys

server = socket.create_server(("127.0.0.1", 0))


def sender(*messages: str) -> subprocess.Popen[bytes]:
    words = [sys.executable, "sender.py", str(server.getsockname()[1]), *messages]
    return subprocess.Popen(words, stdin=subprocess.PIPE)


def in_database() -> int:
    (count,) = sqlite3.connect("events.db").execute("SELECT count(*) FROM event").fetchone()
    return count


first = sender(*(f"event {number}" for number in range(20)))
connection, _ = server.accept()
connection.recv(1)
first.kill()
first.wait()
connection.close()
print("killed:", in_database(), "events in the database")

second = sender("after")
connection, _ = server.accept()
data = b"".join(iter(lambda: connection.recv(65_536), b""))
second.communicate(b"\n")
arrived = [json.loads(line)["message"].strip() for line in data.splitlines()]
print(f"the next process: {len(arrived)} event arrived ({', '.join(arrived)}), {in_database()} events in the database")
PY
python/bin/python server.py 2>said | tee seen
diff seen - <<'SEEN' || { cat said; exit 1; }
killed: 20 events in the database
the next process: 1 event arrived (after), 0 events in the database
SEEN
