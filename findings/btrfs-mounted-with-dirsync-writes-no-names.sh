#!/usr/bin/env bash
# btrfs of Linux 6.18.44 (btrfs-progs 6.2): mounted with `sync,dirsync`, a rename, a removal, a new directory, a link and
# a cut that have returned are not on the disk.
#
# mount(8) has it that all updates of directories are done synchronously then, and the options are taken without a word
# and stand in /proc/mounts. ext4 and XFS do so. btrfs syncs the bytes of a write alone: a spool that moves its files from one
# directory to another, and trusts the mount instead of syncing directories, finds them where they were. So does one
# that removes what it has delivered: it delivers that again.
#
# The power cut is a copy of the disk's image: what has been written to it by then.
#
# Output seen (what stands there after the power cut):
#   ext4 sync,dirsync: directory, file of 2 bytes, link, renamed
#   xfs sync,dirsync: directory, file of 2 bytes, link, renamed
#   btrfs sync,dirsync: file of 9 bytes, first name, removed
#   btrfs without: file of 9 bytes, first name, removed
#
# Needs root on a Debian 12 with apt-get, unshare and loop devices, and a kernel with these file systems.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download e2fsprogs=1.47.0-2+b2 libext2fs2=1.47.0-2+b2 xfsprogs=6.1.0-1 libinih1=55-1 \
  liburcu8=0.13.2-1 btrfs-progs=6.2-1+deb12u2 >apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu):$(echo "$work"/root/lib/*-linux-gnu)
export LD_LIBRARY_PATH PATH="$work/root/sbin:$work/root/usr/sbin:$work/root/bin:$PATH"

cat >try.sh <<'SH'
mkdir mounted
try() { # try NAME OPTIONS MKFS...: what is there after the power cut
  truncate -s 0 disk
  truncate -s 320M disk
  "${@:3}" disk >/dev/null
  mount -o "loop$2" disk mounted
  printf 'nine byte' | tee mounted/removed 'mounted/first name' >mounted/file
  sync -f mounted
  mv 'mounted/first name' mounted/renamed
  rm mounted/removed
  mkdir mounted/directory
  ln mounted/renamed mounted/link
  truncate -s 2 mounted/file
  grep -q " $PWD/mounted .*${2:+dirsync}" /proc/mounts
  cp --sparse=always disk after-the-power-cut
  umount mounted
  mount -o loop after-the-power-cut mounted
  size=$(stat -c %s mounted/file)
  echo "$1: $(ls -I lost+found mounted | sed "s/^file$/file of $size bytes/" | paste -sd, | sed 's/,/, /g')"
  umount mounted
}
try "ext4 sync,dirsync" ,sync,dirsync mkfs.ext4 -q -F -b 4096
try "xfs sync,dirsync" ,sync,dirsync mkfs.xfs -q -f
try "btrfs sync,dirsync" ,sync,dirsync mkfs.btrfs -q -f
try "btrfs without" "" mkfs.btrfs -q -f
SH
LC_ALL=C unshare --mount bash -euo pipefail try.sh | tee seen
diff seen - <<'SEEN'
ext4 sync,dirsync: directory, file of 2 bytes, link, renamed
xfs sync,dirsync: directory, file of 2 bytes, link, renamed
btrfs sync,dirsync: file of 9 bytes, first name, removed
btrfs without: file of 9 bytes, first name, removed
SEEN
