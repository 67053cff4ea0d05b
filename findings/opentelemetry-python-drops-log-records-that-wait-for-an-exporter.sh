#!/usr/bin/env bash
# OpenTelemetry SDK for Python 1.45.2: 2,048 log records wait for an exporter, older ones are dropped, and a flush is True.
#
# BatchLogRecordProcessor keeps what a slow exporter has not taken in a queue of 2,048 (OTEL_BLRP_MAX_QUEUE_SIZE). Whoever
# logs never waits: what is oldest falls out, in the middle of the log. `force_flush` returns True all the same, and the
# first record that is dropped is the only one that is spoken of.
#
# Output seen:
#   exported: fewer than 10000 of 10000, the last one is there: True
#   force_flush: True
#   said: Queue full, dropping Log.
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check opentelemetry-sdk==1.45.2 opentelemetry-api==1.45.2

cat >lines.py <<'PY'
import logging
import time

from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor, LogRecordExporter, LogRecordExportResult


class Slow(LogRecordExporter):
    def __init__(self) -> None:
        self.bodies: list[str] = []

    def export(self, batch):
        time.sleep(0.2)
        self.bodies += [each.log_record.body for each in batch]
        return LogRecordExportResult.SUCCESS

    def shutdown(self) -> None:
        pass

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return True


exporter, provider = Slow(), LoggerProvider()
provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
log = logging.getLogger("lines")
log.addHandler(LoggingHandler(logger_provider=provider))
log.setLevel(logging.INFO)
log.propagate = False
for number in range(1, 10_001):
    log.info("line %d", number)
flushed = provider.force_flush()
provider.shutdown()
found = len(exporter.bodies)
told = "fewer than 10000" if 2048 <= found < 10_000 else found
print(f"exported: {told} of 10000, the last one is there:", "line 10000" in exporter.bodies)
print("force_flush:", flushed)
PY
python/bin/python -W ignore lines.py 2>log | tee seen
echo "said: $(grep -v Deprecat log | paste -s)" | tee -a seen
diff seen - <<'SEEN'
exported: fewer than 10000 of 10000, the last one is there: True
force_flush: True
said: Queue full, dropping Log.
SEEN
