#!/usr/bin/env bash
# Mosquitto 2.0.11 (Debian 12), paho-mqtt 2.1.0, MQTT 3.1.1 and QoS 1: a publisher's message is acknowledged, and dropped.
#
# A subscriber with a lasting session is away. 1,500 messages are published with QoS 1, "at least once"; each of them is
# acknowledged, and the client library reports success. The broker queues the first 1,000 (`max_queued_messages`, its
# default) and drops the newest 500. Its log has one line for all of them.
#
# A sink that counts an acknowledged line as delivered loses it here, and nothing on its side can tell.
#
# Output seen:
#   published 1500, acknowledged 1500 (Success)
#   received 1000, the last 999
#   broker: Outgoing messages are being dropped for client sink.
#
# Needs a Debian 12 with apt-get, and Python 3 with venv. Talks to 127.0.0.1 only.
set -euo pipefail

work=$(mktemp -d)
trap 'kill "${broker:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download mosquitto=2.0.11-1.2+deb12u2 libdlt2=2.18.8-6 libwrap0=7.6.q-32 >apt.log 2>&1 ||
  { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check paho-mqtt==2.1.0

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
printf 'listener %s 127.0.0.1\nallow_anonymous true\nuser %s\n' "$port" "$(id -un)" >broker.conf
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu) root/usr/sbin/mosquitto -c broker.conf 2>broker.log &
broker=$!

cat >publish.py <<'PY'
import sys
import threading
import time

import paho.mqtt.client as mqtt

port = int(sys.argv[1])


def connected(name, clean, **callbacks):
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=name, clean_session=clean)
    up = threading.Event()
    client.on_connect = lambda *_: up.set()
    for each, callback in callbacks.items():
        setattr(client, each, callback)
    for _ in range(100):
        try:
            client.connect("127.0.0.1", port)
            break
        except ConnectionRefusedError:
            time.sleep(0.1)
    client.loop_start()
    assert up.wait(10)
    return client


def leave(client):
    client.disconnect()
    client.loop_stop()


subscribed = threading.Event()
sink = connected("sink", False, on_subscribe=lambda *_: subscribed.set())
sink.subscribe("lines", qos=1)
assert subscribed.wait(10)
leave(sink)

acknowledged = []
source = connected("source", True, on_publish=lambda _c, _u, _m, reason, _p: acknowledged.append(str(reason)))
sent = [source.publish("lines", str(number), qos=1) for number in range(1500)]
for each in sent:
    each.wait_for_publish(30)
deadline = time.time() + 10
while len(acknowledged) < len(sent) and time.time() < deadline:
    time.sleep(0.05)
leave(source)
print(f"published {len(sent)}, acknowledged {len(acknowledged)} ({', '.join(sorted(set(acknowledged)))})")

received = []
sink = connected("sink", False, on_message=lambda _c, _u, message: received.append(int(message.payload)))
before = -1
while len(received) != before:  # until a second brings nothing more
    before = len(received)
    time.sleep(1)
leave(sink)
print(f"received {len(received)}, the last {max(received)}")
PY
python/bin/python publish.py "$port" | tee seen
kill "$broker"
wait "$broker" || true
echo "broker: $(sed -n 's/^[0-9]*: \(.*being dropped.*\)/\1/p' broker.log)" | tee -a seen

diff - seen <<'EXPECTED'
published 1500, acknowledged 1500 (Success)
received 1000, the last 999
broker: Outgoing messages are being dropped for client sink.
EXPECTED
