#!/usr/bin/env bash
# confluent-kafka 2.16.1 (Python): `flush` returns 0 after every line was given up, the same as after all were sent.
#
# `flush` returns how many messages are still in the queue. Those whose time is over (`message.timeout.ms`, five minutes
# by default) have left it too: without a broker 100 lines are produced, and `flush` returns 0 without an error. That they
# are lost is told to the `on_delivery` of each message alone.
#
# Output seen:
#   flush: 0 lines left; told without on_delivery: nothing
#   flush: 0 lines left; told to on_delivery: 100 x _MSG_TIMED_OUT
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check confluent-kafka==2.16.1

cat >produce.py <<'PY'
import socket
from collections import Counter

from confluent_kafka import Producer

with socket.socket() as nobody:  # a port on which nobody listens
    nobody.bind(("127.0.0.1", 0))
    broker = f"127.0.0.1:{nobody.getsockname()[1]}"
    for hears in (False, True):
        told: Counter[str] = Counter()
        options = {"on_delivery": lambda error, _: told.update([error.name()])} if hears else {}
        producer = Producer({"bootstrap.servers": broker, "message.timeout.ms": 2000, "log_level": 0})
        for number in range(100):
            producer.produce("logs", b"line %d" % number, **options)
        left = producer.flush(60)
        names = ", ".join(f"{count} x {name}" for name, count in told.items()) or "nothing"
        print(f"flush: {left} lines left; told {'to' if hears else 'without'} on_delivery: {names}")
PY
python/bin/python produce.py 2>log | tee seen
diff seen - <<'SEEN'
flush: 0 lines left; told without on_delivery: nothing
flush: 0 lines left; told to on_delivery: 100 x _MSG_TIMED_OUT
SEEN
