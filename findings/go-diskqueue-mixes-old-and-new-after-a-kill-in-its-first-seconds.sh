#!/usr/bin/env bash
# go-diskqueue 1.1.0 (the disk queue of NSQ): a kill within the first sync interval loses what was put, then mixes it up.
#
# Put() has returned for ten messages, and they are in the data file. The process is killed before the first sync
# (`syncEvery` messages or `syncTimeout`, here 2 s), so there is no metadata file yet. A later kill is provided for: the
# data file is longer than the metadata say, writing goes on in a new file and the rest is read. Without metadata the
# queue takes itself for new: its depth is 0, the old messages are not read, and new ones are written over them from the
# file's first byte. The reader buffers ahead in the same file, so of three new messages one is
# delivered, then two of the old ones, and two new ones are never seen. Nothing but INFO is logged.
#
# Output seen:
#   put 10 messages, then killed; in the directory: q.diskqueue.000000.dat
#   started again: depth 0
#   put new 01, new 02, new 03; received new 01, old 02, old 03
#
# Needs Go 1.21 or later (seen on 1.26.8).
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
export GOPATH="$work/go" GOFLAGS=-mod=mod

cat >queue.go <<'GO'
package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/nsqio/go-diskqueue"
)

func quiet(level diskqueue.LogLevel, format string, arguments ...interface{}) {
	if level > diskqueue.INFO {
		fmt.Printf(format+"\n", arguments...)
	}
}

func put(queue diskqueue.Interface, prefix string, count int) {
	for number := 1; number <= count; number++ {
		if err := queue.Put([]byte(fmt.Sprintf("%s %02d", prefix, number))); err != nil {
			panic(err)
		}
	}
}

func main() {
	queue := diskqueue.New("q", "data", 1<<20, 1, 1<<10, 2500, 2*time.Second, quiet)
	if os.Args[1] == "killed" {
		put(queue, "old", 10)
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	fmt.Println("started again: depth", queue.Depth())
	put(queue, "new", 3)
	received := []string{}
	for len(received) < 13 {
		select {
		case message := <-queue.ReadChan():
			received = append(received, string(message))
		case <-time.After(3 * time.Second):
			fmt.Println("put new 01, new 02, new 03; received", strings.Join(received, ", "))
			os.Exit(0)
		}
	}
}
GO
{
  go mod init finding
  go get github.com/nsqio/go-diskqueue@v1.1.0
  go build -o queue .
} >go.log 2>&1 || { cat go.log; exit 1; }

mkdir data
{
  { ./queue killed && exit 1; } 2>killed || echo "put 10 messages, then killed; in the directory: $(ls data)"
  ./queue again
} | tee seen

diff - seen <<'EXPECTED'
put 10 messages, then killed; in the directory: q.diskqueue.000000.dat
started again: depth 0
put new 01, new 02, new 03; received new 01, old 02, old 03
EXPECTED
