-- create
CREATE TABLE `orders` (
  `wptest_order` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `event_id` BIGINT UNSIGNED NOT NULL,
  `code` BIGINT,
  `line` VARCHAR(4000) NOT NULL,
  UNIQUE (`event_id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- create, a key of two columns
CREATE TABLE `od"d ``name`` of 100%s` (
  `wptest_order` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `host` VARCHAR(64) NOT NULL,
  `at` DATETIME(6) NOT NULL,
  `raw` VARBINARY(200),
  `big` BIGINT UNSIGNED,
  `share` DOUBLE,
  `ok` BOOLEAN,
  `peer` VARCHAR(45),
  `more` LONGTEXT,
  `rest` LONGTEXT,
  UNIQUE (`host`, `at`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- create, InnoDB
CREATE TABLE `lines` (
  `wptest_order` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `line` LONGTEXT
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- create, MyISAM
CREATE TABLE `lines` (
  `wptest_order` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `line` LONGTEXT
) ENGINE=MyISAM DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- create, MEMORY
CREATE TABLE `lines` (
  `wptest_order` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `line` LONGTEXT
) ENGINE=MEMORY DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;

-- insert
INSERT INTO `orders` (`event_id`, `code`, `line`) VALUES (%s, %s, %s), (%s, %s, %s);
7
-1
"it's \\ 100 %"
18446744073709551615
None
'é\n'

-- insert_ignore
INSERT INTO `orders` (`event_id`, `code`, `line`) VALUES (%s, %s, %s), (%s, %s, %s) ON DUPLICATE KEY UPDATE `event_id` = `event_id`;
7
-1
"it's \\ 100 %"
18446744073709551615
None
'é\n'

-- upsert
INSERT INTO `orders` (`event_id`, `code`, `line`) VALUES (%s, %s, %s), (%s, %s, %s) ON DUPLICATE KEY UPDATE `code` = VALUES(`code`), `line` = VALUES(`line`);
7
-1
"it's \\ 100 %"
18446744073709551615
None
'é\n'

-- upsert, a key of two columns
INSERT INTO `od"d ``name`` of 100%%s` (`host`, `at`, `raw`, `big`, `share`, `ok`, `peer`, `more`, `rest`) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s), (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON DUPLICATE KEY UPDATE `raw` = VALUES(`raw`), `big` = VALUES(`big`), `share` = VALUES(`share`), `ok` = VALUES(`ok`), `peer` = VALUES(`peer`), `more` = VALUES(`more`), `rest` = VALUES(`rest`);
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
SELECT `event_id`, `code`, `line` FROM `orders` WHERE `event_id` IN (%s, %s);
7
8

-- which keys of two columns are there
SELECT `host`, `at`, `raw`, `big`, `share`, `ok`, `peer`, `more`, `rest` FROM `od"d ``name`` of 100%%s` WHERE (`host`, `at`) IN ((%s, %s), (%s, %s));
'a '
datetime.datetime(2023, 11, 14, 22, 13, 20, 123456)
'a'
datetime.datetime(1969, 12, 31, 23, 59, 59, 999999)

-- no keys at all
SELECT `line` FROM `lines` WHERE 1 = 0;

-- all rows
SELECT `host`, `at`, `raw`, `big`, `share`, `ok`, `peer`, `more`, `rest` FROM `od"d ``name`` of 100%s` ORDER BY `wptest_order`;
