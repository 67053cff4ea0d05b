#!/usr/bin/env bash
# The interrupt stage: while wparse reads, the sink benchmark_file_sink is up and down by turns, and what it can't take
# goes to rescue files.
#
#     wptest exec -- scenarios/projects/sink_recovery/case_interrupt.sh
#     wptest exec -- scenarios/projects/sink_recovery/case_recovery.sh
#
# Both work in a copy of this project, which is made anew here: WORK_DIR, by default .wptest/sink_recovery.
# LINE_CNT: how many lines. STAT_SEC: seconds between two tables of figures. WPTEST_RESCUE_PHASES: 'up 2s, down 2s'.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=${WORK_DIR:-.wptest/sink_recovery}
LINE_CNT=${LINE_CNT:-10000}
STAT_SEC=${STAT_SEC:-1}

mkdir -p "$work"
cd "$work"
rm -rf conf models sink logs validate.txt
cp -R "$project/conf" "$project/models" "$project/sink" .
chmod -R u+w conf models sink
wproj check
wproj data clean

echo "1> wpgen sample: $LINE_CNT lines"
wpgen sample -n "$LINE_CNT"

echo "2> wparse daemon, until it has read them"
wparse daemon --print_stat --stat "$STAT_SEC" &
wparse=$!
trap 'kill -KILL "$wparse" 2>/dev/null || true' EXIT
until grep -qs "pick_stat target=data/in_dat/gen.dat total=$LINE_CNT;" logs/wparse.log; do
  kill -0 "$wparse" 2>/dev/null || { echo "wparse has ended by itself" >&2; exit 1; }
  sleep 0.1
done
kill -USR1 "$wparse"
wait "$wparse"
trap - EXIT

echo "3> rescue files"
if ! compgen -G 'data/rescue/*.dat' >/dev/null; then
  echo "none: the input ended before the sink was down; give more lines, or other WPTEST_RESCUE_PHASES" >&2
  exit 1
fi
ls data/rescue/*.dat
wproj stat file
