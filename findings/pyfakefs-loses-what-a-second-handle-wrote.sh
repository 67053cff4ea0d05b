#!/usr/bin/env bash
# pyfakefs 6.3.2: what two handles write that are open on one file is lost, of both.
#
# Each handle has a copy of the file of its own. So a test of two writers of one log, or of a program
# that cuts a file while another has it open, passes or fails for reasons that no disk has. A full disk is another one, too:
# of what doesn't fit as a whole, nothing is written. A kernel writes what fits, and a log that is torn there is what such a
# test is about.
#
# Output seen (each on a real disk, then in pyfakefs):
#   two handles, each writes two bytes in a place of its own: 11CD22GH, ABCDEFGH
#   a handle that has read and is closed after os.truncate: 2 bytes, 8 bytes
#   10,000 bytes where 4,096 fit: 4096 written, 0 written
#
# Needs Python 3.11 with venv and pip, and root for the full disk (a tmpfs of one page); without, that line is left out.
set -euo pipefail

work=$(mktemp -d)
trap 'umount "$work/small" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install pyfakefs==6.3.2
mkdir small
mount -t tmpfs -o size=4096 tmpfs small 2>/dev/null && full=small || full=
cat >try.py <<'PY'
import os
import sys

from pyfakefs.fake_filesystem_unittest import Patcher


def two_handles():
    with open("f", "wb") as file:
        file.write(b"ABCDEFGH")
    first, second = open("f", "r+b"), open("f", "r+b")
    first.write(b"11")
    second.seek(4)
    second.write(b"22")
    first.close()
    second.close()
    with open("f", "rb") as file:
        return file.read().decode()


def cut_under_a_reader():
    with open("f", "wb") as file:
        file.write(b"ABCDEFGH")
    reader = open("f", "r+b")
    reader.read(1)
    os.truncate("f", 2)
    reader.close()
    return f"{os.path.getsize('f')} bytes"


def full_disk(path):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        written = os.write(fd, bytes(10_000))
    except OSError:
        written = 0
    os.close(fd)
    return f"{written} written"


def faked(work, *arguments):
    with Patcher() as patcher:
        if arguments:
            patcher.fs.add_mount_point("/small", total_size=4096)
        return work(*arguments)


print(f"two handles, each writes two bytes in a place of its own: {two_handles()}, {faked(two_handles)}")
print(f"a handle that has read and is closed after os.truncate: {cut_under_a_reader()}, {faked(cut_under_a_reader)}")
if sys.argv[1:]:
    print(f"10,000 bytes where 4,096 fit: {full_disk(f'{sys.argv[1]}/f')}, {faked(full_disk, '/small/f')}")
PY
env/bin/python try.py $full | tee seen
{ cat <<'SEEN'
two handles, each writes two bytes in a place of its own: 11CD22GH, ABCDEFGH
a handle that has read and is closed after os.truncate: 2 bytes, 8 bytes
SEEN
  [ -z "$full" ] || echo "10,000 bytes where 4,096 fit: 4096 written, 0 written"
} | diff seen -
