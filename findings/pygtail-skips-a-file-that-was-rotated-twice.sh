#!/usr/bin/env bash
# pygtail 0.14.0: after two rotations between two reads, all that the file in between had is skipped.
#
# app.log is rotated by names (app.log.1, app.log.2, ...). When it was rotated once since the last read, the rest of the
# rotated file is read first, and nothing is missing. When it was rotated twice, the file that was being read is no
# longer app.log.1: its rest and all of the next file are passed over, and reading goes on at the beginning of app.log.
# There is no exception. One line of warning goes to the standard error, and the position is moved as after any read.
#
# Output seen:
#   one rotation: ['3', '4']
#   two rotations: ['8'] of ['5', '6', '7', '8']
#   in its log: [pygtail] [WARN] log file was rotated to unknown location. Resetting.
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check pygtail==0.14.0

cat >follow.py <<'PY'
import os

from pygtail import Pygtail


def write(*lines):
    with open("app.log", "a") as log:
        log.writelines(f"{line}\n" for line in lines)


def rotate():
    for number in (2, 1):
        if os.path.exists(f"app.log.{number}"):
            os.rename(f"app.log.{number}", f"app.log.{number + 1}")
    os.rename("app.log", "app.log.1")


def read():
    return [line.strip() for line in Pygtail("app.log")]


write("1", "2")
assert read() == ["1", "2"]
write("3")
rotate()
write("4")
print("one rotation:", read())
write("5")
rotate()
write("6", "7")
rotate()
write("8")
print("two rotations:", read(), "of", ["5", "6", "7", "8"])
PY
{
  python/bin/python follow.py 2>errors
  echo "in its log: $(cat errors)"
} | tee seen

diff - seen <<'EXPECTED'
one rotation: ['3', '4']
two rotations: ['8'] of ['5', '6', '7', '8']
in its log: [pygtail] [WARN] log file was rotated to unknown location. Resetting.
EXPECTED
