#!/usr/bin/env bash
# rsync 3.5.0 (Debian 12): `--append` takes a rotated log for the old one, and copies the new one's end behind that.
#
# It is used to fetch logs that only grow: what is beyond the copy's size is added, without a look at what is before. After a
# rotation a new log that is shorter than the copy isn't fetched at all, and one that is longer is fetched from the middle.
# rsync exits with 0 each time. `--append-verify` makes the copy right once the log has grown past it, not before.
#
# Output seen:
#   shorter than the copy: exit 0, the copy has 10 old and 0 new lines
#   longer than the copy: exit 0, the copy has 10 old and 10 new lines, the first new one: new 11
#   --append-verify, as long as the copy: exit 0, the copy has 10 old and 10 new lines, the first new one: new 11
#   --append-verify, longer than the copy: exit 0, the copy has 0 old and 22 new lines, the first new one: new 1
#
# Needs a Debian 12 with apt-get.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download rsync=3.5.0+ds1-0+deb12u1 libpopt0=1.19+dfsg-1 libxxhash0=0.8.1-1 \
  >apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH

fetch() { # fetch NAME OPTION
  local code=0
  root/usr/bin/rsync "$2" log copy/log || code=$?
  local new
  new=$(grep -c new copy/log || true)
  local first
  first=$(grep -m 1 new copy/log || true)
  echo "$1: exit $code, the copy has $(grep -c old copy/log || true) old and $new new lines${first:+, the first new one: $first}"
}
mkdir copy
seq -f 'old %.0f' 1 10 >log
fetch 'before' --append >/dev/null
mv log log.1
{
  seq -f 'new %.0f' 1 5 >log
  fetch 'shorter than the copy' --append
  seq -f 'new %.0f' 6 20 >>log
  fetch 'longer than the copy' --append
  fetch '--append-verify, as long as the copy' --append-verify
  seq -f 'new %.0f' 21 22 >>log
  fetch '--append-verify, longer than the copy' --append-verify
} | tee seen
diff seen - <<'SEEN'
shorter than the copy: exit 0, the copy has 10 old and 0 new lines
longer than the copy: exit 0, the copy has 10 old and 10 new lines, the first new one: new 11
--append-verify, as long as the copy: exit 0, the copy has 10 old and 10 new lines, the first new one: new 11
--append-verify, longer than the copy: exit 0, the copy has 0 old and 22 new lines, the first new one: new 1
SEEN
