#!/usr/bin/env bash
# GNU parallel 20221122 (Debian 12): `--pipepart --retries` tries a failed block again with nothing in it: exit 0.
#
# A file of 100,000 lines is shared out in blocks, and the first job fails once. Its second try reads an empty input, has
# nothing to fail of, and exits with 0; so does parallel, and its job log says the same. The block's lines went nowhere.
# With `--pipe` the second try gets the block, and without `--retries` parallel exits with 1.
#
# Output seen:
#   --pipepart -a log --retries 3: exit 0, job log: all 0, lines 81482 of 100000; a job with 0 lines
#   --pipe --retries 3: exit 0, job log: all 0, lines 100000 of 100000
#   --pipepart -a log: exit 1, job log: 1 failed, lines 81482 of 100000
#
# Needs a Debian 12 with apt-get, and Perl.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -q -o APT::Sandbox::User=root download parallel=20221122+ds-2 >apt.log 2>&1 || { cat apt.log; exit 1; }
dpkg -x parallel*.deb root
export HOME=$work

cat >job <<'JOB'
#!/usr/bin/env bash
# Takes a block of lines; the first of all jobs fails before it has read any.
if mkdir out/failed 2>/dev/null; then exit 1; fi
tee -a out/lines | wc -l >>out/sizes
JOB
chmod +x job
seq 100000 >log

share() { # share OPTIONS...
  local code=0
  rm -rf out
  mkdir out
  perl root/usr/bin/parallel --will-cite --block 100k -j 1 --joblog out/jobs "$@" ./job <log || code=$?
  local failed
  failed=$(awk 'NR > 1 && $7 != 0' out/jobs | wc -l)
  echo "$*: exit $code, job log: $([ "$failed" = 0 ] && echo 'all 0' || echo "$failed failed")," \
    "lines $(sort -u out/lines | wc -l) of 100000$(grep -qx 0 out/sizes && echo '; a job with 0 lines' || true)"
}
{
  share --pipepart -a log --retries 3
  share --pipe --retries 3
  share --pipepart -a log
} | tee seen
diff seen - <<'SEEN'
--pipepart -a log --retries 3: exit 0, job log: all 0, lines 81482 of 100000; a job with 0 lines
--pipe --retries 3: exit 0, job log: all 0, lines 100000 of 100000
--pipepart -a log: exit 1, job log: 1 failed, lines 81482 of 100000
SEEN
