#!/usr/bin/env bash
# msgpack 1.2.4 for Python: what is appended behind a torn record is read as a part of it, or as nothing, without an error.
#
# Log shippers keep their buffers as MessagePack records one behind the other. A writer is killed within one, starts
# again and appends. A record says how many members it has, and no reader can find the next one by itself: so what
# comes next is taken for the members that are missing. Mostly that ends with an error, at one place with a record
# that nobody wrote, and where the cut is before a long value the loop over `Unpacker` just ends: it takes the rest for
# the beginning of that value, as it does with a record that is torn at the end of the file.
#
# Output seen:
#   of 5 records, the 3rd torn, of 15 bytes:
#   behind byte 3: 2 records, no error
#   behind byte 8: 4 records, no error, the 3rd is {'n': 2, 'msg': {'n': 3, 'msg': 'line 3'}}
#   behind the other 12: an error
#   torn in its last byte, nothing behind it: 2 records, no error
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check msgpack==1.2.4

cat >torn.py <<'PY'
import io

import msgpack

RECORDS = [msgpack.packb({"n": number, "msg": f"line {number}"}) for number in range(5)]
TORN = RECORDS[2]


def read(data: bytes) -> list[object]:
    """All that a loop over them brings."""
    return list(msgpack.Unpacker(io.BytesIO(data)))


print(f"of 5 records, the 3rd torn, of {len(TORN)} bytes:")
errors = 0
for cut in range(1, len(TORN)):
    try:
        found = read(b"".join([*RECORDS[:2], TORN[:cut], *RECORDS[3:]]))
    except ValueError:
        errors += 1
        continue
    third = f", the 3rd is {found[2]}" if len(found) > 2 else ""
    print(f"behind byte {cut}: {len(found)} records, no error{third}")
print(f"behind the other {errors}: an error")
print(f"torn in its last byte, nothing behind it: {len(read(b''.join(RECORDS[:3])[:-1]))} records, no error")
PY
python/bin/python torn.py | tee seen
diff - seen <<'EXPECTED'
of 5 records, the 3rd torn, of 15 bytes:
behind byte 3: 2 records, no error
behind byte 8: 4 records, no error, the 3rd is {'n': 2, 'msg': {'n': 3, 'msg': 'line 3'}}
behind the other 12: an error
torn in its last byte, nothing behind it: 2 records, no error
EXPECTED
