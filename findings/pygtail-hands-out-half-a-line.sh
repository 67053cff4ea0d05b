#!/usr/bin/env bash
# pygtail 0.14.0: a line that is being written is handed out in two halves, each as a line of its own.
#
# A program writes "first half", and later " second half" and the end of the line; log writers with a buffer do so all
# the time. A reader that comes in between gets the first half as if it were a line, and keeps a position behind it; the
# next one gets the rest. Nothing is lost in bytes, and no line that arrives was ever written. `tail -f` users don't
# notice, since a terminal puts the halves together again; a sink that counts, parses or stores lines gets two bad ones.
#
# Output seen:
#   ['whole\n', 'first half']
#   [' second half\n']
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check pygtail==0.14.0

cat >follow.py <<'PY'
from pygtail import Pygtail

with open("app.log", "a", buffering=1) as log:
    log.write("whole\nfirst half")
    log.flush()
    print(list(Pygtail("app.log")))
    log.write(" second half\n")
    log.flush()
    print(list(Pygtail("app.log")))
PY
python/bin/python follow.py | tee seen

diff - seen <<'EXPECTED'
['whole\n', 'first half']
[' second half\n']
EXPECTED
