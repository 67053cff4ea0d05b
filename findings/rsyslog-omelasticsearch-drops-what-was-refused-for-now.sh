#!/usr/bin/env bash
# rsyslog 8.2302.0 (Debian 12), omelasticsearch with bulkMode: what a server refuses for now, with 429 or 503, is lost.
#
# Elasticsearch and OpenSearch answer 429 when too much is waiting, to be sent again: for single documents of a bulk
# request that is answered with 200, or for all of it; a proxy in front of them says 503. rsyslog takes the batch for done
# each time and sends nothing again, whatever `action.resumeRetryCount="-1"` says, which stands for endless retries. It
# tells nothing of the documents; of a whole request it writes one line, that the reply isn't as expected.
#
# Output seen (20 lines; a server refuses every second document of the first request, or all of it):
#   429 of documents: 10 stored, 1 request, 0 lines in the log
#   429 of the request: 0 stored, 1 request, 1 line in the log
#   503 of the request: 0 stored, 1 request, 1 line in the log
#
# Needs a Debian 12 with apt-get, and Python 3. Talks to 127.0.0.1 only.
set -euo pipefail

work=$(mktemp -d)
trap 'kill ${daemon:-} ${server:-} 2>/dev/null || true; wait; rm -rf "$work"' EXIT
cd "$work"
quiet() { "$@" >said 2>&1 || { cat said; exit 1; }; }
apt() { quiet apt-get -q -o APT::Sandbox::User=root "$@"; }
apt download rsyslog=8.2302.0-1+deb12u2 rsyslog-elasticsearch=8.2302.0-1+deb12u2 libestr0 libfastjson4 libcurl4
mkdir missing
apt -y -o Dir::Cache::archives="$work/missing" --download-only --no-install-recommends install \
  rsyslog-elasticsearch=8.2302.0-1+deb12u2
for package in *.deb missing/*.deb; do [ ! -e "$package" ] || dpkg -x "$package" root; done
libraries=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH=$libraries

cat >server.py <<'PY'
import http.server
import json
import sys
from itertools import count
from pathlib import Path

REFUSED = {"type": "es_rejected_execution_exception", "reason": "the queue is full"}


class Server(http.server.BaseHTTPRequestHandler):
    """Refuses the first request, or every second document of it; the others are stored."""

    protocol_version = "HTTP/1.1"
    requests = count()

    def do_POST(self) -> None:
        lines = self.rfile.read(int(self.headers["Content-Length"])).decode().splitlines()
        documents = [json.loads(line)["line"] for line in lines if line.startswith('{"line"')]
        is_first = next(self.requests) == 0
        with Path("requests").open("a") as requests:
            requests.write(f"{len(documents)}\n")
        if is_first and sys.argv[1] != "429 of documents":
            status = int(sys.argv[1].split()[0])
            self.answer(status, {"error": REFUSED, "status": status})
            return
        items = []
        for number, document in enumerate(documents):
            is_refused = is_first and number % 2 == 1
            status = {"status": 429, "error": REFUSED} if is_refused else {"status": 201}
            items.append({"index": {"_index": "log", "_id": document} | status})
            if not is_refused:
                with Path("stored").open("a") as stored:
                    stored.write(f"{document}\n")
        self.answer(200, {"took": 1, "errors": is_first, "items": items})

    def do_GET(self) -> None:
        self.answer(200, {})

    do_HEAD = do_GET

    def answer(self, status: int, said: object) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


server = http.server.HTTPServer(("127.0.0.1", 0), Server)
Path("port").write_text(str(server.server_port))
server.serve_forever()
PY

stored() { sort -u stored | wc -l; }

plural() { echo "$1 $2$([ "$1" = 1 ] || echo s)"; }

try() { # try WHAT: 20 lines; what is stored when nothing more comes
  rm -rf run port stored requests
  mkdir run
  : >stored
  python3 server.py "$1" &
  server=$!
  while [ ! -s port ]; do sleep 0.1; done
  seq -f 'line %g' 20 >run/input
  cat >run/rsyslog.conf <<CONF
global(workDirectory="$work/run")
module(load="imfile" mode="polling" pollingInterval="1")
module(load="omelasticsearch")
input(type="imfile" file="$work/run/input" tag="t" ruleset="copy")
template(name="document" type="list") {
  constant(value="{\"line\":\"") property(name="msg" format="json") constant(value="\"}")
}
ruleset(name="copy") {
  action(type="omelasticsearch" server="127.0.0.1" serverport="$(<port)" searchIndex="log" searchType="" bulkMode="on"
         template="document" action.resumeRetryCount="-1" action.resumeInterval="1")
}
CONF
  root/usr/sbin/rsyslogd -n -f run/rsyslog.conf -i "$work/run/pid" -M "$libraries/rsyslog" 2>run/log &
  daemon=$!
  while [ ! -s requests ]; do sleep 0.5; done
  sleep 15 # in which it could send again
  kill "$daemon" "$server"
  wait "$daemon" "$server" || true
  echo "$1: $(stored) stored, $(plural "$(wc -l <requests)" request)," \
    "$(plural "$(grep -c 'omelasticsearch: error' run/log || true)" line) in the log"
}

{
  try '429 of documents'
  try '429 of the request'
  try '503 of the request'
} | tee seen
diff seen - <<'SEEN'
429 of documents: 10 stored, 1 request, 0 lines in the log
429 of the request: 0 stored, 1 request, 1 line in the log
503 of the request: 0 stored, 1 request, 1 line in the log
SEEN
