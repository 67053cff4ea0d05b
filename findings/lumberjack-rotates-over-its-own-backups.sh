#!/usr/bin/env bash
# lumberjack 2.2.1 (the rolling file of many Go programs): two rotations within one millisecond, and the first one's file is lost.
#
# A backup's name has the time to the millisecond, and the rename takes the place of whatever has that name. 1,000 times
# a line is written and Rotate() called, with no limit of number or age: neither call fails, and most lines are gone.
# `MaxSize` does the same without Rotate(), where so much is written that two rotations fall into one millisecond: of
# 200 lines of 600 KiB with `MaxSize: 1` (MiB), 108 were left.
#
# How many are lost is the machine's speed, so only the kind is compared: 180 and 217 of 1000 were left in two runs.
#
# Output seen:
#   1000 lines, 1000 rotations, errors: 0
#   fewer than 1000 lines are left: true, fewer than 1000 backups: true
#
# Needs Go 1.21 or later (seen on 1.26.8).
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
export GOPATH="$work/go" GOFLAGS=-mod=mod

cat >lines.go <<'GO'
package main

import (
	"fmt"

	"gopkg.in/natefinch/lumberjack.v2"
)

func main() {
	log := &lumberjack.Logger{Filename: "logs/app.log"}
	errors := 0
	for number := 1; number <= 1000; number++ {
		if _, err := fmt.Fprintf(log, "line %d\n", number); err != nil {
			errors++
		}
		if err := log.Rotate(); err != nil {
			errors++
		}
	}
	fmt.Println("1000 lines, 1000 rotations, errors:", errors)
}
GO
{
  go mod init finding
  go get gopkg.in/natefinch/lumberjack.v2@v2.2.1
  go build -o lines .
} >go.log 2>&1 || { cat go.log; exit 1; }

{
  ./lines
  left=$(cat logs/* | wc -l)
  backups=$(find logs -name 'app-*' | wc -l)
  echo "left: $left lines in $backups backups" >&2
  echo "fewer than 1000 lines are left: $( ((left < 1000)) && echo true || echo false), fewer than 1000 backups: $( ((backups < 1000)) && echo true || echo false)"
} | tee seen

diff - seen <<'EXPECTED'
1000 lines, 1000 rotations, errors: 0
fewer than 1000 lines are left: true, fewer than 1000 backups: true
EXPECTED
