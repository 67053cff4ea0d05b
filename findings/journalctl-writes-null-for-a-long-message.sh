#!/usr/bin/env bash
# journalctl of systemd 252.39 (Debian 12): in JSON a message of 4088 bytes is null, and one with a colour an array.
#
# `journalctl -o json` is what shippers read. A field whose name, "=" and contents come to 4096 bytes or more is
# written as `null` unless `--all` is given: the entry is there, with all its other fields, and its text is gone. A
# field with a control character (a terminal's colours begin with ESC; newline and tab don't count) or with invalid
# UTF-8 is an array of byte values instead of a string, with `--all` too. So MESSAGE has three types, and who takes it
# for a string loses or breaks lines. `-o cat` and `-o short` show the same long message whole.
#
# The journal is made by systemd-journal-remote from an export file, so nothing of this machine is read.
#
# Output seen:
#   json: string of 5, array of 12 numbers, string of 4087, null
#   json --all: string of 5, array of 12 numbers, string of 4087, string of 5000
#   cat: 5000 bytes of the last one
#
# Needs a Debian 12 with apt-get, and Python 3 to write and read the entries.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download systemd=252.39-1~deb12u2 systemd-journal-remote=252.39-1~deb12u2 \
  libsystemd-shared=252.39-1~deb12u2 libsystemd0=252.39-1~deb12u2 libmicrohttpd12=0.9.75-6 >apt.log 2>&1 ||
  { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu root/lib/*-linux-gnu root/lib/*-linux-gnu/systemd | tr ' ' :)
export LD_LIBRARY_PATH

cat >export.py <<'PY'
import struct
import sys

for number, text in enumerate([b"plain", b"\x1b[31mred\x1b[0m", b"x" * 4087, b"x" * 5000], start=1):
    time = f"__REALTIME_TIMESTAMP={1_700_000_000_000_000 + number}\n__MONOTONIC_TIMESTAMP={number}\n"
    sys.stdout.buffer.write(f"{time}_BOOT_ID={1:032}\nMESSAGE\n".encode() + struct.pack("<Q", len(text)) + text + b"\n\n")
PY
cat >types.py <<'PY'
import json
import sys


def kind(message: object) -> str:
    match message:
        case str():
            return f"string of {len(message)}"
        case list():
            return f"array of {len(message)} numbers"
    return "null"


print(", ".join(kind(json.loads(line)["MESSAGE"]) for line in sys.stdin))
PY
python3 export.py >entries
root/lib/systemd/systemd-journal-remote --output=log.journal entries 2>said || { cat said; exit 1; }
{
  echo "json: $(root/bin/journalctl --file log.journal -o json | python3 types.py)"
  echo "json --all: $(root/bin/journalctl --file log.journal -o json --all | python3 types.py)"
  echo "cat: $(root/bin/journalctl --file log.journal -o cat | tail -n 1 | tr -d '\n' | wc -c) bytes of the last one"
} | tee seen
diff seen - <<'SEEN'
json: string of 5, array of 12 numbers, string of 4087, null
json --all: string of 5, array of 12 numbers, string of 4087, string of 5000
cat: 5000 bytes of the last one
SEEN
