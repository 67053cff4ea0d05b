#!/usr/bin/env bash
# ext4 and XFS of Linux 6.18.44 (e2fsprogs 1.47.0, xfsprogs 6.1.0): a file that was cut, and not synced since, comes back
# from a power cut at its old size, with zeros in the middle.
#
# One would expect the old file or the cut one. But to cut within a block zeroes the rest of that block in memory, and such a page is
# written at any time, while the new size waits for the journal. So what follows are synced bytes, zeros, and synced bytes again:
# a line that is torn twice. What has been appended since stands in front of the zeros, and old lines stand behind it.
# Whoever cuts a log or a torn line off has to sync that before anything else, and can't take a file that still has its
# old size for one that was not touched. btrfs brings back the old file whole.
#
# The power cut is a copy of the disk's image: what has been written to it by then. The page is written by
# sync_file_range, as the kernel does it by itself within half a minute, or before each commit of ext4's journal.
#
# Output seen:
#   ext4, 6000 bytes cut to 3000: 3000 old, 1096 zeros, 1904 old
#   ext4, 6000 bytes cut to 3000 and 500 appended: 3000 old, 500 new, 596 zeros, 1904 old
#   xfs, 6000 bytes cut to 3000: 3000 old, 1096 zeros, 1904 old
#   xfs, 6000 bytes cut to 3000 and 500 appended: 3000 old, 500 new, 596 zeros, 1904 old
#   btrfs, 6000 bytes cut to 3000: 6000 old
#   btrfs, 6000 bytes cut to 3000 and 500 appended: 6000 old
#
# Needs root on a Debian 12 with apt-get and Python, unshare and loop devices, and a kernel with these file systems.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download e2fsprogs=1.47.0-2+b2 libext2fs2=1.47.0-2+b2 xfsprogs=6.1.0-1 libinih1=55-1 \
  liburcu8=0.13.2-1 btrfs-progs=6.2-1+deb12u2 >apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu):$(echo "$work"/root/lib/*-linux-gnu)
export LD_LIBRARY_PATH PATH="$work/root/sbin:$work/root/usr/sbin:$work/root/bin:$PATH"

cat >cut.py <<'PY'
import ctypes
import os
import subprocess
import sys

libc = ctypes.CDLL(None, use_errno=True)
file, directory = os.open("mounted/log", os.O_RDWR | os.O_CREAT), os.open("mounted", os.O_RDONLY)
os.write(file, b"o" * 6000)
os.fsync(file)
os.fsync(directory)
os.ftruncate(file, 3000)
os.pwrite(file, b"n" * int(sys.argv[1]), 3000)
assert libc.sync_file_range(file, ctypes.c_int64(0), ctypes.c_int64(0), 7) == 0
subprocess.run(["cp", "--sparse=always", "disk", "after-the-power-cut"], check=True)
PY
cat >tell.py <<'PY'
from itertools import groupby

names = {ord("o"): "old", ord("n"): "new", 0: "zeros"}
with open("mounted/log", "rb") as file:
    print(", ".join(f"{len(list(equal))} {names[byte]}" for byte, equal in groupby(file.read())))
PY
cat >try.sh <<'SH'
mkdir mounted
for make in "ext4 -q -F -b 4096" "xfs -q -f" "btrfs -q -f"; do
  for appended in 0 500; do
    truncate -s 0 disk
    truncate -s 320M disk
    mkfs.$make disk >/dev/null
    mount -o loop disk mounted
    python3 cut.py $appended
    umount mounted
    mount -o loop after-the-power-cut mounted
    more=" and $appended appended"
    echo "${make%% *}, 6000 bytes cut to 3000${more#" and 0 appended"}: $(python3 tell.py)"
    umount mounted
  done
done
SH
unshare --mount bash -euo pipefail try.sh | tee seen
diff seen - <<'SEEN'
ext4, 6000 bytes cut to 3000: 3000 old, 1096 zeros, 1904 old
ext4, 6000 bytes cut to 3000 and 500 appended: 3000 old, 500 new, 596 zeros, 1904 old
xfs, 6000 bytes cut to 3000: 3000 old, 1096 zeros, 1904 old
xfs, 6000 bytes cut to 3000 and 500 appended: 3000 old, 500 new, 596 zeros, 1904 old
btrfs, 6000 bytes cut to 3000: 6000 old
btrfs, 6000 bytes cut to 3000 and 500 appended: 6000 old
SEEN
