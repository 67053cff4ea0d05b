#!/usr/bin/env bash
# fluent-logger 0.11.1 for Python: one event too many, and all that are waiting are thrown away, not the oldest or the last.
#
# While the server is away `emit` returns False and keeps the event; the return value is no refusal, since what is kept
# comes later with True. When what is kept is larger than `bufmax` (1 MiB by default), everything is dropped at once, the
# event of that call included. Nothing is raised, and `last_error` is only the refused connection; without a
# `buffer_overflow_handler` nobody ever knows.
#
# Output seen:
#   server away: emit of 150 events returned {False}, the handler got batches of [106]
#   server back: emit of one more returned True; 45 of 151 events came: 106 to 150
#
# Needs Python 3.11 with venv and pip.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install fluent-logger==0.11.1 msgpack==1.2.4
cat >try.py <<'PY'
import socket
from threading import Thread

import msgpack
from fluent.sender import FluentSender


def numbers(data):
    unpacker = msgpack.Unpacker()
    unpacker.feed(data)
    return [record["number"] for _, _, record in unpacker]


server = socket.socket()
server.bind(("127.0.0.1", 0))  # it doesn't listen yet: who connects is refused
dropped, came = [], []
sender = FluentSender(
    "tag",
    host="127.0.0.1",
    port=server.getsockname()[1],
    timeout=5,
    bufmax=2000,
    buffer_overflow_handler=lambda pending: dropped.append(len(numbers(pending))),
)
said = {sender.emit(None, {"number": number}) for number in range(150)}
print(f"server away: emit of 150 events returned {said}, the handler got batches of {dropped}")


def serve():
    connection, _ = server.accept()
    data = b"".join(iter(lambda: connection.recv(65_536), b""))
    came.extend(numbers(data))


server.listen()
thread = Thread(target=serve)
thread.start()
back = sender.emit(None, {"number": 150})
sender.close()
thread.join()
print(f"server back: emit of one more returned {back}; {len(came)} of 151 events came: {came[0]} to {came[-1]}")
PY
env/bin/python try.py | tee seen
diff seen - <<'SEEN'
server away: emit of 150 events returned {False}, the handler got batches of [106]
server back: emit of one more returned True; 45 of 151 events came: 106 to 150
SEEN
