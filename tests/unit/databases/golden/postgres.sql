-- create
CREATE TABLE "orders" (
  "wptest_order" BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "event_id" NUMERIC(20) CHECK ("event_id" BETWEEN 0 AND 18446744073709551615) NOT NULL,
  "code" BIGINT,
  "line" VARCHAR(4000) NOT NULL,
  UNIQUE ("event_id")
);

-- create, a key of two columns
CREATE TABLE "od""d `name` of 100%s" (
  "wptest_order" BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "host" VARCHAR(64) COLLATE "C" NOT NULL,
  "at" TIMESTAMP(6) NOT NULL,
  "raw" BYTEA CHECK (octet_length("raw") <= 200),
  "big" NUMERIC(20) CHECK ("big" BETWEEN 0 AND 18446744073709551615),
  "share" DOUBLE PRECISION,
  "ok" BOOLEAN,
  "peer" VARCHAR(45),
  "more" TEXT,
  "rest" TEXT,
  UNIQUE ("host", "at")
);

-- create, no key
CREATE TABLE "lines" (
  "wptest_order" BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "line" TEXT
);

-- insert
INSERT INTO "orders" ("event_id", "code", "line") VALUES (%s, %s, %s), (%s, %s, %s);
7
-1
"it's \\ 100 %"
18446744073709551615
None
'é\n'

-- insert_ignore
INSERT INTO "orders" ("event_id", "code", "line") VALUES (%s, %s, %s), (%s, %s, %s) ON CONFLICT ("event_id") DO NOTHING;
7
-1
"it's \\ 100 %"
18446744073709551615
None
'é\n'

-- upsert
INSERT INTO "orders" ("event_id", "code", "line") VALUES (%s, %s, %s), (%s, %s, %s) ON CONFLICT ("event_id") DO UPDATE SET "code" = EXCLUDED."code", "line" = EXCLUDED."line";
7
-1
"it's \\ 100 %"
18446744073709551615
None
'é\n'

-- upsert, a key of two columns
INSERT INTO "od""d `name` of 100%%s" ("host", "at", "raw", "big", "share", "ok", "peer", "more", "rest") VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s), (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT ("host", "at") DO UPDATE SET "raw" = EXCLUDED."raw", "big" = EXCLUDED."big", "share" = EXCLUDED."share", "ok" = EXCLUDED."ok", "peer" = EXCLUDED."peer", "more" = EXCLUDED."more", "rest" = EXCLUDED."rest";
'a '
datetime.datetime(2023, 11, 14, 22, 13, 20, 123456)
b"\x00'\\\xff"
9223372036854775808
1e-07
True
'::1'
'{"a":1}'
'x'
'a'
datetime.datetime(1969, 12, 31, 23, 59, 59, 999999)
None
None
None
False
None
None
None

-- which keys are there
SELECT "event_id", "code", "line" FROM "orders" WHERE "event_id" IN (%s, %s);
7
8

-- which keys of two columns are there
SELECT "host", "at", "raw", "big", "share", "ok", "peer", "more", "rest" FROM "od""d `name` of 100%%s" WHERE ("host", "at") IN ((%s, %s), (%s, %s));
'a '
datetime.datetime(2023, 11, 14, 22, 13, 20, 123456)
'a'
datetime.datetime(1969, 12, 31, 23, 59, 59, 999999)

-- no keys at all
SELECT "line" FROM "lines" WHERE 1 = 0;

-- all rows
SELECT "host", "at", "raw", "big", "share", "ok", "peer", "more", "rest" FROM "od""d `name` of 100%s" ORDER BY "wptest_order";
