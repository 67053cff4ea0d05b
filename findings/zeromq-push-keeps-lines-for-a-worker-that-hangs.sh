#!/usr/bin/env bash
# ZeroMQ 4.3.5 (pyzmq 27.3.0): PUSH gives every second line to a worker that hangs, and loses them when it dies.
#
# Two PULL workers are connected, one reads and the other hangs. 100 lines are sent in turn to both, up to the high
# water marks (1000 on either end) and what the sockets' buffers take; the idle worker gets none of the other's. When
# the hanging worker is killed, its 50 lines are gone: they aren't given to the one that lives, nor kept for one that
# comes back. Each send() has returned, none is refused later, and nothing tells the sender.
#
# Output seen:
#   sent 100; the worker that reads got 50, a third one that comes after the kill got 0
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check pyzmq==27.3.0

cat >worker.py <<'PY'
import sys
import time

import zmq

address, hangs = sys.argv[1:]
socket = zmq.Context().socket(zmq.PULL)
socket.connect(address)
if hangs == "hangs":
    time.sleep(600)
while socket.poll(3000):
    print(socket.recv_string(), flush=True)
PY
cat >sender.py <<'PY'
import subprocess
import sys

import zmq
from zmq.utils.monitor import recv_monitor_message

socket = zmq.Context().socket(zmq.PUSH)
monitor = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_DISCONNECTED)
address = f"tcp://127.0.0.1:{socket.bind_to_random_port('tcp://127.0.0.1')}"


def worker(hangs: str = "reads") -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "worker.py", address, hangs], stdout=subprocess.PIPE, text=True)
    recv_monitor_message(monitor)
    return process


reading, hanging = worker(), worker("hangs")
for number in range(100):
    socket.send_string(f"line {number}")
hanging.kill()
recv_monitor_message(monitor)
third = worker()
got, later = (len(process.communicate()[0].splitlines()) for process in (reading, third))
print(f"sent 100; the worker that reads got {got}, a third one that comes after the kill got {later}")
hanging.wait()
PY
python/bin/python sender.py | tee seen
python/bin/python -c 'import zmq; print("ZeroMQ", zmq.zmq_version())' | tee -a seen
diff seen - <<'SEEN'
sent 100; the worker that reads got 50, a third one that comes after the kill got 0
ZeroMQ 4.3.5
SEEN
