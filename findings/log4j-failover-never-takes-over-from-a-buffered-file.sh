#!/usr/bin/env bash
# Log4j 2.25.4: a Failover appender never takes over from a file that is buffered, and what the file refuses is lost.
#
# 10,000 lines go to a Failover appender: the primary is a file that may grow to 64 KiB and no further
# (`ignoreExceptions="false"`, as the manual asks for), the other one a file without a limit. With
# `immediateFlush="true"` each line arrives once, in one file or the other. With `immediateFlush="false"`, the usual
# setting for throughput, the second file stays empty: the write fails within the encoding of a line, which catches the
# exception, tells the status logger, and goes on with an emptied buffer. Each 8 KiB that the file refuses are
# gone, and no call of the logger fails. Only the shutdown throws, for the last of them.
#
# The limit here is that of the process (`ulimit -f`, EFBIG), which needs no rights.
#
# Output seen:
#   immediateFlush true: exit 0, 6664 whole lines in the primary, 3336 in the other, of 10000
#   immediateFlush false: exit 1, 6664 whole lines in the primary, 0 in the other, of 10000
#
# Needs Java 17 or later and Maven (seen on OpenJDK 17.0.15, Maven 3.8.7).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId><version>2.25.4</version></dependency>
  </dependencies>
</project>
XML
mvn --quiet --batch-mode dependency:copy-dependencies -DoutputDirectory=jars >maven.log 2>&1 || { cat maven.log; exit 1; }

cat >Lines.java <<'JAVA'
import org.apache.logging.log4j.LogManager;

class Lines {
    public static void main(String[] arguments) {
        var log = LogManager.getLogger("lines");
        for (int number = 1; number <= 10_000; number++) {
            log.info("line {}", number);
        }
        LogManager.shutdown();
    }
}
JAVA

try() {
  cat >log4j2.xml <<XML
<Configuration>
  <Appenders>
    <File name="primary" fileName="$1/primary.log" immediateFlush="$1" ignoreExceptions="false">
      <PatternLayout pattern="%m%n"/>
    </File>
    <File name="other" fileName="$1/other.log"><PatternLayout pattern="%m%n"/></File>
    <Failover name="both" primary="primary"><Failovers><AppenderRef ref="other"/></Failovers></Failover>
  </Appenders>
  <Loggers><Root level="info"><AppenderRef ref="both"/></Root></Loggers>
</Configuration>
XML
  (
    ulimit -f 64
    java -cp 'jars/*' -Dlog4j2.configurationFile=log4j2.xml Lines.java >out 2>&1
  ) && code=0 || code=$?
  echo "immediateFlush $1: exit $code, $(wc -l <"$1/primary.log") whole lines in the primary, $(wc -l <"$1/other.log") in the other, of 10000"
}

{
  try true
  try false
} | tee seen

diff - seen <<'EXPECTED'
immediateFlush true: exit 0, 6664 whole lines in the primary, 3336 in the other, of 10000
immediateFlush false: exit 1, 6664 whole lines in the primary, 0 in the other, of 10000
EXPECTED
