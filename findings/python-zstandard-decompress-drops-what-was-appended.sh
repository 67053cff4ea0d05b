#!/usr/bin/env bash
# python-zstandard 0.25.0: `decompress` hands out the first of two frames and says nothing of the other.
#
# A compressed log that is appended to, or two that are joined by `cat`, is one file of several frames; `zstd` reads all
# of them, and so does gzip with its own format in Python. `ZstdDecompressor().decompress` returns the first and no
# error; `allow_extra_data=False`, which should make it one, does so where the first frame says how long its content is.
# Frames that were written as a stream don't. `open`, which has appended the second one, and `stream_reader` return both.
#
# Output seen:
#   decompress: 3 lines
#   decompress(allow_extra_data=False): 3 lines
#   stream_reader: 6 lines
#   open: 6 lines
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check zstandard==0.25.0

cat >read.py <<'PY'
import io

import zstandard

for kind in (b"old", b"new"):
    with zstandard.open("log.zst", "ab") as file:
        file.write((kind + b" line\n") * 3)
with open("log.zst", "rb") as file:
    data = file.read()
decompressor = zstandard.ZstdDecompressor()
print("decompress:", decompressor.decompress(data, max_output_size=1000).count(b"\n"), "lines")
strict = decompressor.decompress(data, max_output_size=1000, allow_extra_data=False)
print("decompress(allow_extra_data=False):", strict.count(b"\n"), "lines")
print("stream_reader:", decompressor.stream_reader(io.BytesIO(data)).read().count(b"\n"), "lines")
with zstandard.open("log.zst", "rb") as file:
    print("open:", file.read().count(b"\n"), "lines")
PY
python/bin/python read.py | tee seen
diff seen - <<'SEEN'
decompress: 3 lines
decompress(allow_extra_data=False): 3 lines
stream_reader: 6 lines
open: 6 lines
SEEN
