#!/usr/bin/env bash
# Logback 1.5.18: an AsyncAppender whose queue is four fifths full drops what is below WARN, and says nothing.
#
# One expects a full queue to make the program wait, as Log4j's does. By default (`discardingThreshold`, a fifth of a
# queue of 256) events of INFO and below are dropped before it is full: of 5,000 lines to an appender that takes a
# millisecond for each only some hundred arrive. WARN waits. With `discardingThreshold=0` INFO does, too.
#
# Output seen:
#   INFO: fewer than 1000 of 5000 lines; said: nothing
#   WARN: 5000 of 5000 lines; said: nothing
#   INFO with discardingThreshold=0: 5000 of 5000 lines; said: nothing
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
    <dependency><groupId>ch.qos.logback</groupId><artifactId>logback-classic</artifactId><version>1.5.18</version></dependency>
  </dependencies>
</project>
XML
mvn --quiet --batch-mode dependency:copy-dependencies -DoutputDirectory=jars >maven.log 2>&1 || { cat maven.log; exit 1; }

cat >Lines.java <<'JAVA'
import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class Lines {
    static class Slow extends AppenderBase<ILoggingEvent> {
        int lines;

        @Override
        protected void append(ILoggingEvent event) {
            lines++;
            try {
                Thread.sleep(1);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    public static void main(String[] arguments) {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        var slow = new Slow();
        var queue = new AsyncAppender();
        queue.setContext(context);
        if (arguments.length > 1) {
            queue.setDiscardingThreshold(Integer.parseInt(arguments[1]));
        }
        queue.setMaxFlushTime(0);
        queue.addAppender(slow);
        slow.setContext(context);
        slow.start();
        queue.start();
        var log = context.getLogger("lines");
        log.setAdditive(false);
        log.addAppender(queue);
        for (int number = 1; number <= 5_000; number++) {
            log.atLevel(Level.valueOf(arguments[0])).log("line {}", number);
        }
        queue.stop();
        System.out.println(slow.lines);
    }
}
JAVA

try() { # try NAME ARGUMENT...
  local lines
  lines=$(java -cp 'jars/*' Lines.java "${@:2}" 2>log)
  if [ "$lines" -lt 1000 ]; then lines='fewer than 1000'; fi
  echo "$1: $lines of 5000 lines; said: $(head -n 1 log | grep . || echo nothing)"
}
{
  try INFO INFO
  try WARN WARN
  try 'INFO with discardingThreshold=0' INFO 0
} | tee seen
diff seen - <<'SEEN'
INFO: fewer than 1000 of 5000 lines; said: nothing
WARN: 5000 of 5000 lines; said: nothing
INFO with discardingThreshold=0: 5000 of 5000 lines; said: nothing
SEEN
