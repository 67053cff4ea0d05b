#!/usr/bin/env bash
# sqlite-utils 4.2.1: an insert that ends with an error has kept the rows of earlier hundreds, so a second try doubles them.
#
# `insert TABLE FILE --nl` commits each hundred of rows by itself, and makes the columns from the first one. Line 151 has
# a field more: the command fails and exits with 1, and 100 of 300 lines are in the table. The same command again,
# with the `--alter` that the error asks for, adds all 300 to them.
#
# Output seen:
#   insert: exit 1
#   rows: 100, of which different: 100
#   insert --alter: exit 0
#   rows: 400, of which different: 300
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check sqlite-utils==4.2.1

for line in $(seq 300); do
  case $line in
    151) echo "{\"line\": $line, \"host\": \"a\"}" ;;
    *) echo "{\"line\": $line}" ;;
  esac
done >log.ndjson

insert() { # insert OPTION...
  local code=0
  python/bin/sqlite-utils insert log.db log log.ndjson --nl "$@" >output 2>&1 || code=$?
  echo "insert${*:+ $*}: exit $code"
  python/bin/sqlite-utils rows log.db log --csv --no-headers -c line |
    python3 -c 'import sys; lines = list(sys.stdin); print(f"rows: {len(lines)}, of which different: {len({*lines})}")'
}
{
  insert
  insert --alter
} | tee seen
diff seen - <<'SEEN'
insert: exit 1
rows: 100, of which different: 100
insert --alter: exit 0
rows: 400, of which different: 300
SEEN
