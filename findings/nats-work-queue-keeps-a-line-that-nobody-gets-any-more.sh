#!/usr/bin/env bash
# NATS 2.11.4 (nats-py 2.16.0): a line whose deliveries are used up stays in its work queue, and no figure shows it.
#
# A work queue of JetStream keeps a message until it is acknowledged. A worker that dies with the first of three lines
# gets it again, as often as `max_deliver` says; then nobody does, and it is neither removed nor put aside. The
# consumer says that nothing is pending and nothing waits to be acknowledged, as if all was done: only the stream
# still has a message. A consumer that is made anew gets it.
#
# Output seen:
#   delivered: line 1, line 1, line 1, line 2, line 3, nothing
#   the consumer: 0 pending, 0 to be acknowledged
#   the stream: 1 message
#   another consumer: line 1
#
# Needs Go 1.23 or later, and Python 3 with venv (seen on Go 1.26, Python 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
GOBIN=$work/bin GOPATH=$work/go GOFLAGS=-modcacherw go install github.com/nats-io/nats-server/v2@v2.11.4 2>go.log ||
  { cat go.log; exit 1; }
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check nats-py==2.16.0

cat >lines.py <<'PY'
import asyncio
import sys

import nats
from nats.errors import TimeoutError
from nats.js.api import ConsumerConfig, RetentionPolicy, StreamConfig


async def fetched(worker) -> str:
    """The next line, acknowledged but for the first: whoever gets that dies with it."""
    try:
        (message,) = await worker.fetch(1, timeout=2)
    except TimeoutError:
        return "nothing"
    if message.data != b"line 1":
        await message.ack()
    return message.data.decode()


async def main() -> None:
    connection = await nats.connect(f"nats://127.0.0.1:{sys.argv[1]}")
    stream = connection.jetstream()
    await stream.add_stream(StreamConfig("logs", subjects=["lines"], retention=RetentionPolicy.WORK_QUEUE))
    for number in (1, 2, 3):
        await stream.publish("lines", b"line %d" % number)
    settings = ConsumerConfig(ack_wait=0.5, max_deliver=3)
    worker = await stream.pull_subscribe("lines", durable="worker", config=settings)
    lines = []
    for _ in range(6):
        lines.append(await fetched(worker))
        await asyncio.sleep(0.7)
    print("delivered:", ", ".join(lines))
    told = await stream.consumer_info("logs", "worker")
    print(f"the consumer: {told.num_pending} pending, {told.num_ack_pending} to be acknowledged")
    print("the stream:", (await stream.stream_info("logs")).state.messages, "message")
    await stream.delete_consumer("logs", "worker")
    print("another consumer:", await fetched(await stream.pull_subscribe("lines", durable="another")))
    await connection.close()


asyncio.run(main())
PY
bin/nats-server -a 127.0.0.1 -p -1 -js -sd store --ports_file_dir "$work" 2>log &
server=$!
for _ in $(seq 150); do
  if ls nats-server_*.ports >/dev/null 2>&1; then break; fi
  sleep 0.2
done
port=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["nats"][0].rpartition(":")[2])' nats-server_*.ports)
python/bin/python lines.py "$port" | tee seen
diff seen - <<'SEEN'
delivered: line 1, line 1, line 1, line 2, line 3, nothing
the consumer: 0 pending, 0 to be acknowledged
the stream: 1 message
another consumer: line 1
SEEN
