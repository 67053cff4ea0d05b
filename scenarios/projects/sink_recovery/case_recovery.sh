#!/usr/bin/env bash
# The recovery stage: wprescue replays what case_interrupt.sh left in data/rescue, and every line of the input must have
# reached its sink, once. Leaves logs/wprescue.log and validate.txt in WORK_DIR. A second run changes nothing.
set -euo pipefail

work=${WORK_DIR:-.wptest/sink_recovery}
cd "$work" 2>/dev/null && test -f data/in_dat/gen.dat || { echo "$work: run case_interrupt.sh first" >&2; exit 1; }

echo "1> wprescue daemon, until nothing is left to replay"
wprescue daemon --stat 100 &
wprescue=$!
trap 'kill -KILL "$wprescue" 2>/dev/null || true' EXIT
# The file is there when the program has an answer to signals.
until [ "$(cat .run/wprescue.pid 2>/dev/null)" = "$wprescue" ] && ! compgen -G 'data/rescue/*.dat' >/dev/null; do
  kill -0 "$wprescue" 2>/dev/null || { echo "wprescue has ended by itself" >&2; exit 1; }
  sleep 0.1
done
kill -USR1 "$wprescue"
wait "$wprescue"
trap - EXIT

echo "2> what the project expects"
wproj stat file
wproj validate sink-file -v | tee validate.txt

echo "3> every line of the input, once"
issued=$(wc -l <data/in_dat/gen.dat)
targets=()
for name in benchmark example default miss residue intercept error; do
  if [ -f "data/out_dat/$name.dat" ]; then targets+=("data/out_dat/$name.dat"); fi
done
if ! diff <(sort data/in_dat/gen.dat) <(sort "${targets[@]}") >difference.txt; then
  echo "lines lost (<) or doubled (>): see $work/difference.txt" >&2
  exit 1
fi
rm difference.txt
echo "$issued lines issued, $issued delivered"
