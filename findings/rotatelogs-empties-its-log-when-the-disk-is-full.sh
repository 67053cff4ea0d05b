#!/usr/bin/env bash
# rotatelogs of Apache 2.4.71 (Debian 12): when the disk is full, what was written before is thrown away.
#
# A write that fails with ENOSPC makes it empty the log file and begin again at its start. So the lines that were safely
# on disk go, and not those that found no room. Only the first line of the new contents tells of it, in the middle of
# other people's lines: nothing is on standard error, and the exit code is 0. The number of "messages" there counts its own
# writes, and is another one each time. Whoever reads the file meanwhile sees it shrink.
#
# The disk is a tmpfs of 64 KiB, in a user namespace. 1400 lines fit, 100 more don't, and another 100 come a second later.
#
# Output seen:
#   1600 lines written, 200 left: 1401 to 1600; exit code 0, 0 bytes on standard error
#   first in the log: Error 28 writing to log file at offset 65536. N messages lost (No space left on device)
#
# Needs a Debian 12 with apt-get and unshare.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download apache2-utils=2.4.71-1~deb12u1 libapr1=1.7.2-3+deb12u1 \
  libaprutil1=1.6.3-1+deb12u1 >apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH

cat >fill.sh <<'SH'
mkdir disk
mount -t tmpfs -o size=64k none disk
lines() { seq -f 'line %04.0f of 1600, each as long as this one is' "$1" "$2"; }
code=0
{ lines 1 1400; sleep 1; lines 1401 1500; sleep 1; lines 1501 1600; } | root/usr/bin/rotatelogs disk/log 86400 2>said ||
  code=$?
echo "$code" >code
cat disk/log.* >log
SH
unshare --user --map-root-user --mount bash -o pipefail fill.sh

numbers=$(sed -n 's/^line \([0-9]*\) of 1600.*/\1/p' log)
left=$(wc -l <<<"$numbers")
span="$(head -n 1 <<<"$numbers") to $(tail -n 1 <<<"$numbers")"
{
  echo "1600 lines written, $left left: $span; exit code $(cat code), $(wc -c <said) bytes on standard error"
  echo "first in the log: $(head -n 1 log | sed 's/ *[0-9]* messages/ N messages/')"
} | tee seen
diff seen - <<'SEEN'
1600 lines written, 200 left: 1401 to 1600; exit code 0, 0 bytes on standard error
first in the log: Error 28 writing to log file at offset 65536. N messages lost (No space left on device)
SEEN
