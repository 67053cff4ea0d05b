#!/usr/bin/env bash
# H2 2.3.232 and HSQLDB 2.7.4, in files: rows that were committed are gone when the process is killed; Derby keeps all.
#
# 1,000 rows are inserted, each committed by itself, and the process gets SIGKILL. The machine goes on, so nothing but
# the databases' own memory is lost: both write in the background, H2 after up to 500 ms and HSQLDB once in 500 ms.
# What was committed before that is in no file. With `WRITE_DELAY=0`, and with `hsqldb.write_delay=false`, all rows are
# there. Appenders that log into such a database leave it at its default.
#
# Output seen (the numbers differ from run to run):
#   h2: fewer than 1000 rows
#   h2, WRITE_DELAY=0: 1000 rows
#   hsqldb: fewer than 1000 rows
#   hsqldb, hsqldb.write_delay=false: 1000 rows
#   derby: 1000 rows
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
    <dependency><groupId>com.h2database</groupId><artifactId>h2</artifactId><version>2.3.232</version></dependency>
    <dependency><groupId>org.hsqldb</groupId><artifactId>hsqldb</artifactId><version>2.7.4</version></dependency>
    <dependency><groupId>org.apache.derby</groupId><artifactId>derby</artifactId><version>10.16.1.1</version></dependency>
  </dependencies>
</project>
XML
mvn --quiet --batch-mode dependency:copy-dependencies -DoutputDirectory=jars >maven.log 2>&1 || { cat maven.log; exit 1; }

cat >Rows.java <<'JAVA'
import java.sql.DriverManager;

class Rows {
    public static void main(String[] arguments) throws Exception {
        var connection = DriverManager.getConnection(arguments[1], "SA", "");
        var statement = connection.createStatement();
        if (arguments[0].equals("count")) {
            var rows = statement.executeQuery("select count(*) from log");
            rows.next();
            System.out.println(rows.getInt(1));
            Runtime.getRuntime().halt(0);
        }
        statement.execute("create table log (id integer primary key, line varchar(100))");
        var insert = connection.prepareStatement("insert into log values (?, ?)"); // by default each is committed
        for (int number = 1; number <= 1000; number++) {
            insert.setInt(1, number);
            insert.setString(2, "line " + number);
            insert.executeUpdate();
        }
        new ProcessBuilder("kill", "-9", "" + ProcessHandle.current().pid()).start();
        Thread.sleep(60_000);
    }
}
JAVA

try() { # try NAME URL
  local rows
  { java -cp 'jars/*' Rows.java write "$2"; } >>java.log 2>&1 || true
  rows=$(java -cp 'jars/*' Rows.java count "$2" 2>>java.log)
  if [ "$rows" -lt 1000 ]; then rows='fewer than 1000'; fi
  echo "$1: $rows rows"
}

{
  try h2 jdbc:h2:./h2/log
  try 'h2, WRITE_DELAY=0' 'jdbc:h2:./h2-at-once/log;WRITE_DELAY=0'
  try hsqldb jdbc:hsqldb:file:hsqldb/log
  try 'hsqldb, hsqldb.write_delay=false' 'jdbc:hsqldb:file:hsqldb-at-once/log;hsqldb.write_delay=false'
  try derby 'jdbc:derby:derby-log;create=true'
} 2>bash.log | tee seen
diff - seen <<'EXPECTED'
h2: fewer than 1000 rows
h2, WRITE_DELAY=0: 1000 rows
hsqldb: fewer than 1000 rows
hsqldb, hsqldb.write_delay=false: 1000 rows
derby: 1000 rows
EXPECTED
