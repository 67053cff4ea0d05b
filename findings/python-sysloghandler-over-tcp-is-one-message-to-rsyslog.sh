#!/usr/bin/env bash
# Python 3.11's SysLogHandler over TCP to rsyslog 8.2302.0 (Debian 12): a whole connection is one message.
#
# The handler ends each message with a NUL byte, as on a local socket, and a stream of syslog is split at line ends. So
# all that a process logs until it closes the connection (or up to rsyslog's maximum of 8 KiB) is one message:
# priority, time and tag of the first, and the others in its text, with #000 and their own priority in front. Nothing
# arrives before the end, and nobody reports an error. With `append_nul = False` and a newline at the end of the format
# each message is one.
#
# Output seen:
#   as it is: 1 message:  line 0#000<12>app: line 1#000<12>app: line 2
#   with a newline: 3 messages:  line 0, line 1, line 2
#
# Needs a Debian 12 with apt-get, and Python 3 (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'kill "${daemon:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download rsyslog=8.2302.0-1+deb12u2 libestr0=0.1.11-1 libfastjson4=1.2304.0-1 \
  >apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
libraries=$(echo "$work"/root/usr/lib/*-linux-gnu)

cat >rsyslog.conf <<CONF
global(workDirectory="$work")
module(load="imtcp")
input(type="imtcp" address="127.0.0.1" port="0" listenPortFileName="$work/port" ruleset="copy")
template(name="line" type="string" string="%msg%\n")
ruleset(name="copy") { action(type="omfile" file="$work/output" template="line") }
CONF
cat >send.py <<'PY'
import logging.handlers
import socket
import sys

port, ended = int(sys.argv[1]), sys.argv[2] == "ended"
handler = logging.handlers.SysLogHandler(("127.0.0.1", port), socktype=socket.SOCK_STREAM)
if ended:
    handler.append_nul = False
    handler.setFormatter(logging.Formatter("%(message)s\n"))
logger = logging.getLogger("try")
logger.addHandler(handler)
for number in range(3):
    logger.warning("app: line %d", number)
handler.close()
PY
messages() { # messages HOW: how many came, and what they are
  : >output
  python3 send.py "$(cat port)" "$1"
  for _ in $(seq 100); do if grep -q 'line 2$' output; then break; fi; sleep 0.1; done
  awk '{ text = text (NR > 1 ? "," : "") $0 } END { print NR " message" (NR == 1 ? "" : "s") ": " text }' output
}
LD_LIBRARY_PATH=$libraries root/usr/sbin/rsyslogd -n -f rsyslog.conf -i "$work/pid" -M "$libraries/rsyslog" 2>said &
daemon=$!
for _ in $(seq 100); do if [ -s port ]; then break; fi; sleep 0.1; done
{
  echo "as it is: $(messages plain)"
  echo "with a newline: $(messages ended)"
} | tee seen
diff seen - <<'SEEN'
as it is: 1 message:  line 0#000<12>app: line 1#000<12>app: line 2
with a newline: 3 messages:  line 0, line 1, line 2
SEEN
