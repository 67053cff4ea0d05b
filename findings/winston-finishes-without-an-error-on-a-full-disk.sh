#!/usr/bin/env bash
# winston 3.17.0 on Node.js: its file transport loses what a full disk refuses, and tells nobody.
#
# 1,000 lines go to a File transport whose file may grow to 8 KiB and no further. 218 arrive whole, the next one is torn.
# Neither the logger nor the transport emits `error` or `warn`; both `end()` and the transport's `finish` event come as if
# all had been written, and the process exits with 0. The usual advice, to wait for `finish` before exiting, and to
# listen for `error`, shows nothing. The same was seen on a tmpfs of 8 KiB (ENOSPC) and on /dev/full.
#
# The limit here is that of the process (`ulimit -f`, EFBIG), which needs no rights.
#
# Output seen:
#   sent 1000, finish: true, events: []
#   exit 0, 218 whole lines in the file
#
# Needs Node.js 18 or later with npm (seen on 20.20).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund winston@3.17.0

cat >log.js <<'JS'
const winston = require('winston');

const transport = new winston.transports.File({ filename: 'lines.log' });
const logger = winston.createLogger({ transports: [transport] });
const events = [];
let finished = false;
for (const name of ['error', 'warn']) {
  logger.on(name, (what) => events.push(`logger ${name} ${what}`));
  transport.on(name, (what) => events.push(`transport ${name} ${what}`));
}
transport.on('finish', () => { finished = true; });

let sent = 0;
const timer = setInterval(() => {
  for (let each = 0; each < 10; each += 1) logger.info(`line ${sent++}`);
  if (sent < 1000) return;
  clearInterval(timer);
  logger.end();
  setTimeout(() => console.log(`sent ${sent}, finish: ${finished}, events: ${JSON.stringify(events)}`), 2000);
}, 2);
JS
(
  trap '' XFSZ
  ulimit -f 8
  node log.js && code=0 || code=$?
  echo "exit $code, $(wc -l <lines.log) whole lines in the file"
) | tee seen

diff - seen <<'EXPECTED'
sent 1000, finish: true, events: []
exit 0, 218 whole lines in the file
EXPECTED
