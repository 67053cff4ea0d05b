#!/usr/bin/env bash
# curl 7.88.1 (Debian 12): `--retry` of an upload from a pipe sends an empty body, which is accepted: exit 0.
#
# `producer | curl --retry 2 -T - URL` reads its input as it sends it. The server answers 503 to the first request, with
# all lines in it, and the second one has none, since the pipe is at its end. The server says 200, and curl 0: all lines
# are gone. With `--data-binary @-`, which reads everything before it sends anything, and with `-T FILE`, the second
# request has the lines.
#
# Output seen:
#   curl --retry 2 -T -: exit 0; 1000 lines: 503, 0 lines: 200
#   curl --retry 2 --data-binary @-: exit 0; 1000 lines: 503, 1000 lines: 200
#   curl --retry 2 -T log: exit 0; 1000 lines: 503, 1000 lines: 200
#
# Needs a Debian 12 with apt-get, and Python 3. Talks to 127.0.0.1 only.
set -euo pipefail

work=$(mktemp -d)
trap 'kill ${server:-} 2>/dev/null || true; wait; rm -rf "$work"' EXIT
cd "$work"
quiet() { "$@" >said 2>&1 || { cat said; exit 1; }; }
apt() { quiet apt-get -q -o APT::Sandbox::User=root "$@"; }
apt download curl=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15
mkdir missing
apt -y -o Dir::Cache::archives="$work/missing" --download-only --no-install-recommends install \
  curl=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15
for package in *.deb missing/*.deb; do [ ! -e "$package" ] || dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH

cat >server.py <<'PY'
import http.server
from pathlib import Path


class Server(http.server.BaseHTTPRequestHandler):
    """Answers 503 to the first request of a path, and 200 to those behind it."""

    protocol_version = "HTTP/1.1"
    seen: set[str] = set()

    def chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def do_POST(self) -> None:
        chunked = self.headers.get("Transfer-Encoding") == "chunked"
        body = self.chunks() if chunked else self.rfile.read(int(self.headers["Content-Length"]))
        status = 200 if self.path in self.seen else 503
        self.seen.add(self.path)
        with Path("requests").open("a") as log:
            log.write(f"{body.count(10)} lines: {status}\n")
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PUT = do_POST

    def log_message(self, *_: object) -> None:
        """Say nothing."""


server = http.server.HTTPServer(("127.0.0.1", 0), Server)
Path("port").write_text(str(server.server_port))
server.serve_forever()
PY
python3 server.py &
server=$!
while [ ! -s port ]; do sleep 0.1; done

seq 1000 >log
send() { # send PATH OPTIONS...
  local code=0 path=$1
  shift
  : >requests
  seq 1000 | root/usr/bin/curl --silent --retry 2 --retry-delay 1 "$@" "http://127.0.0.1:$(<port)/$path" || code=$?
  echo "curl --retry 2 $*: exit $code; $(paste -sd, requests | sed 's/,/, /')"
}
{
  send 1 -T -
  send 2 --data-binary @-
  send 3 -T log
} | tee seen
diff seen - <<'SEEN'
curl --retry 2 -T -: exit 0; 1000 lines: 503, 0 lines: 200
curl --retry 2 --data-binary @-: exit 0; 1000 lines: 503, 1000 lines: 200
curl --retry 2 -T log: exit 0; 1000 lines: 503, 1000 lines: 200
SEEN
