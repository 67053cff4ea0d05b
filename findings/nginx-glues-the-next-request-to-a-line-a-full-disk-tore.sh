#!/usr/bin/env bash
# nginx 1.22.1 (Debian 12): a full disk tears a line of the access log, and the next request is glued to it.
#
# The line that found no room for all of it is torn, which is told in the error log. The lines after it are dropped
# without a word, and those within the same second as a refused one aren't even tried, room or not. When there is room,
# the first line goes on where the torn one ended: a reader gets one line of two halves, and with a JSON format a
# request that was logged whole can't be read either. Clients notice nothing.
#
# The disk is a tmpfs of 8 KiB, half of it another file, in a user namespace; each line has 72 bytes.
#
# Output seen:
#   100 requests answered 204: 56 whole lines; the error log has 1 line, about request 1056
#   5 more after the other file is gone: 60 whole lines, and: 1056 ...1105 ...204
#
# Needs a Debian 12 with apt-get, curl and unshare.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download nginx=1.22.1-9+deb12u11 libpcre2-8-0=10.42-1+deb12u2 >apt.log 2>&1 ||
  { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(echo "$work"/root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH

mkdir run disk
cat >nginx.conf <<CONF
daemon off;
master_process off;
user root root;
pid $work/run/pid;
events {}
http {
  log_format dots '\$arg_n ...............................................................\$status';
  access_log $work/disk/access.log dots;
  client_body_temp_path $work/run/body;
  proxy_temp_path $work/run/proxy;
  fastcgi_temp_path $work/run/fastcgi;
  uwsgi_temp_path $work/run/uwsgi;
  scgi_temp_path $work/run/scgi;
  server {
    listen unix:$work/run/socket;
    location / { return 204; }
  }
}
CONF
cat >fill.sh <<'SH'
set -euo pipefail
mount -t tmpfs -o size=8k none disk
head -c 4096 /dev/zero >disk/other
root/usr/sbin/nginx -p "$PWD/run" -c "$PWD/nginx.conf" -e "$PWD/run/error.log" 2>run/said &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
for _ in $(seq 100); do if [ -S run/socket ]; then break; fi; sleep 0.1; done
requests() { # requests FIRST LAST: their status codes
  for n in $(seq "$1" "$2"); do
    curl -s -o run/answer -w '%{http_code}\n' --unix-socket run/socket "http://localhost/?n=$n"
  done
}
line='^[0-9]{4} \.{63}204$'
whole() { grep -cE "$line" disk/access.log; }

answered=$(requests 1000 1099 | sort | uniq -c | awk '{ print $1 " requests answered " $2 }')
about=$(sed -n 's/.*?n=\([0-9]*\).*/\1/p' run/error.log)
echo "$answered: $(whole) whole lines; the error log has $(wc -l <run/error.log) line, about request $about"
rm disk/other
sleep 2
requests 1105 1109 >run/codes
other=$(grep -vE "$line" disk/access.log | tr -s . | sed 's/\./.../g')
echo "5 more after the other file is gone: $(whole) whole lines, and: $other"
SH
unshare --user --map-root-user --mount bash fill.sh | tee seen || { cat run/said run/error.log; exit 1; }
diff seen - <<'SEEN'
100 requests answered 204: 56 whole lines; the error log has 1 line, about request 1056
5 more after the other file is gone: 60 whole lines, and: 1056 ...1105 ...204
SEEN
