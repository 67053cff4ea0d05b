-- create
CREATE TABLE "orders" (
  "wptest_order" INTEGER PRIMARY KEY AUTOINCREMENT,
  "event_id" TEXT NOT NULL,
  "code" INTEGER,
  "line" TEXT CHECK (length("line") <= 4000) NOT NULL,
  UNIQUE ("event_id")
) STRICT;

-- create, a key of two columns
CREATE TABLE "od""d `name` of 100%s" (
  "wptest_order" INTEGER PRIMARY KEY AUTOINCREMENT,
  "host" TEXT CHECK (length("host") <= 64) NOT NULL,
  "at" INTEGER NOT NULL,
  "raw" BLOB CHECK (length("raw") <= 200),
  "big" TEXT,
  "share" REAL,
  "ok" INTEGER,
  "peer" TEXT,
  "more" TEXT,
  "rest" TEXT,
  UNIQUE ("host", "at")
) STRICT;

-- create, no key
CREATE TABLE "lines" (
  "wptest_order" INTEGER PRIMARY KEY AUTOINCREMENT,
  "line" TEXT
) STRICT;

-- insert
INSERT INTO "orders" ("event_id", "code", "line") VALUES (?, ?, ?), (?, ?, ?);
'7'
-1
"it's \\ 100 %"
'18446744073709551615'
None
'é\n'

-- insert_ignore
INSERT INTO "orders" ("event_id", "code", "line") VALUES (?, ?, ?), (?, ?, ?) ON CONFLICT ("event_id") DO NOTHING;
'7'
-1
"it's \\ 100 %"
'18446744073709551615'
None
'é\n'

-- upsert
INSERT INTO "orders" ("event_id", "code", "line") VALUES (?, ?, ?), (?, ?, ?) ON CONFLICT ("event_id") DO UPDATE SET "code" = excluded."code", "line" = excluded."line";
'7'
-1
"it's \\ 100 %"
'18446744073709551615'
None
'é\n'

-- upsert, a key of two columns
INSERT INTO "od""d `name` of 100%s" ("host", "at", "raw", "big", "share", "ok", "peer", "more", "rest") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT ("host", "at") DO UPDATE SET "raw" = excluded."raw", "big" = excluded."big", "share" = excluded."share", "ok" = excluded."ok", "peer" = excluded."peer", "more" = excluded."more", "rest" = excluded."rest";
'a '
1700000000123456
b"\x00'\\\xff"
'9223372036854775808'
1e-07
1
'::1'
'{"a":1}'
'x'
'a'
-1
None
None
None
0
None
None
None

-- which keys are there
SELECT "event_id", "code", "line" FROM "orders" WHERE "event_id" IN (?, ?);
'7'
'8'

-- which keys of two columns are there
SELECT "host", "at", "raw", "big", "share", "ok", "peer", "more", "rest" FROM "od""d `name` of 100%s" WHERE ("host", "at") IN (VALUES (?, ?), (?, ?));
'a '
1700000000123456
'a'
-1

-- no keys at all
SELECT "line" FROM "lines" WHERE 1 = 0;

-- all rows
SELECT "host", "at", "raw", "big", "share", "ok", "peer", "more", "rest" FROM "od""d `name` of 100%s" ORDER BY "wptest_order";
