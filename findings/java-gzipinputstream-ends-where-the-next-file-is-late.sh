#!/usr/bin/env bash
# OpenJDK 17.0.15: GZIPInputStream ends behind a gzip member when nothing of the next one has arrived yet, without an error.
#
# Rotated logs that are put one behind another, and files that a logger appends to, are several gzip members, which
# `zcat` reads to the end. GZIPInputStream asks `available()` behind each, and takes 0 for the end of the input. That is
# what a pipe says whose writer is slow, and SequenceInputStream says it at the end of each of its files, behind a
# BufferedInputStream too. So the lines that are read depend on the other side's pace, and nothing is thrown.
#
# Output seen (two members of 1000 lines each):
#   one file: 2000 lines
#   SequenceInputStream of two files: 1000 lines
#   SequenceInputStream, buffered: 1000 lines
#   a pipe: 2000 lines
#   a pipe that pauses between the members: 1000 lines
#   zcat, a pipe that pauses: 2000 lines
#
# Needs Java 17 (seen on OpenJDK 17.0.15), and gzip.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >Lines.java <<'JAVA'
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.SequenceInputStream;
import java.util.zip.GZIPInputStream;

class Lines {
    public static void main(String[] arguments) throws Exception {
        InputStream input = switch (arguments[0]) {
            case "file" -> new FileInputStream("both.gz");
            case "sequence" -> new SequenceInputStream(new FileInputStream("1.gz"), new FileInputStream("2.gz"));
            case "buffered" -> new BufferedInputStream(
                new SequenceInputStream(new FileInputStream("1.gz"), new FileInputStream("2.gz")));
            default -> System.in;
        };
        var lines = new BufferedReader(new InputStreamReader(new GZIPInputStream(input)));
        System.out.println(lines.lines().count() + " lines");
    }
}
JAVA
for member in 1 2; do seq -f "line %g of $member" 1000 | gzip >$member.gz; done
cat 1.gz 2.gz >both.gz
slowly() { cat 1.gz; sleep 3; cat 2.gz; }

{
  echo "one file: $(java Lines.java file)"
  echo "SequenceInputStream of two files: $(java Lines.java sequence)"
  echo "SequenceInputStream, buffered: $(java Lines.java buffered)"
  echo "a pipe: $(cat both.gz | java Lines.java pipe)"
  mkfifo pipe # Java is there before the first member comes
  { sleep 2; slowly; } >pipe &
  echo "a pipe that pauses between the members: $(java Lines.java pipe <pipe)"
  echo "zcat, a pipe that pauses: $(slowly 2>/dev/null | zcat | wc -l) lines"
} | tee seen
diff seen - <<'SEEN'
one file: 2000 lines
SequenceInputStream of two files: 1000 lines
SequenceInputStream, buffered: 1000 lines
a pipe: 2000 lines
a pipe that pauses between the members: 1000 lines
zcat, a pipe that pauses: 2000 lines
SEEN
