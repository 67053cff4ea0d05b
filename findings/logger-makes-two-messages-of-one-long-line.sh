#!/usr/bin/env bash
# logger of util-linux 2.38.1 (Debian 12): a line of its input that is longer than 1024 bytes becomes two messages.
#
# `--size` is 1 KiB unless it is given, and what is longer is cut there: the rest is the next message, with the same
# header, and nothing says that they belong together. A JSON document is then two that can't be read, and who counts
# messages counts one more.
#
# Output seen:
#   2 lines, of 1503 and 5 bytes, on standard input: messages of 1024, 479, 5 bytes
#   the same with --size 4096: messages of 1503, 5 bytes
#
# Needs a Debian 12 with apt-get, and Python 3 for the socket that logger writes to.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download bsdutils=1:2.38.1-5+deb12u3 >apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done

cat >try.py <<'PY'
import socket
import subprocess
import sys

receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind("log")
receiver.setblocking(False)
subprocess.run(
    ["root/usr/bin/logger", "-u", "log", "-t", "tag", *sys.argv[1:]],
    input=b"a" * 1500 + b"END\nshort\n",
    check=True,
)
lengths = []
while True:
    try:
        lengths.append(len(receiver.recv(65_536).partition(b"tag: ")[2]))
    except BlockingIOError:
        break
print("messages of", ", ".join(map(str, lengths)), "bytes")
PY
{
  echo "2 lines, of 1503 and 5 bytes, on standard input: $(python3 try.py)"
  rm log
  echo "the same with --size 4096: $(python3 try.py --size 4096)"
} | tee seen
diff seen - <<'SEEN'
2 lines, of 1503 and 5 bytes, on standard input: messages of 1024, 479, 5 bytes
the same with --size 4096: messages of 1503, 5 bytes
SEEN
