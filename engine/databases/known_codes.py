"""What is known of the codes that servers answer with: each with its meaning, and where that is known from.

A code that ends with a star stands for all that begin so; one that stands here by itself goes first. `said` is what
else the server has to say for it to mean this; such a line stands before the others of its code. "Seen" is on a
real server of this version, the others are its manual's or source's.
"""

from __future__ import annotations

from enum import Enum
from typing import Literal, NamedTuple

CodeFamily = Literal["mysql", "postgres", "sqlite", "clickhouse", "bulk", "victorialogs"]


class Meaning(Enum):
    """What an answer says of rows.

    DELIVERED: they are there. KEY_THERE: a key of theirs is there, maybe by the same line. REFUSED: one of them is
    never taken. TOO_LARGE: they are too large together, and one that is too large alone is never taken. FEWER: they
    are too many at once, and one alone may pass later. AGAIN: they aren't there, and may be taken later. UNKNOWN:
    nobody can say. CONFIGURATION: nothing will be taken until somebody changes the server or the project.
    """

    DELIVERED = "delivered"
    KEY_THERE = "key there"
    REFUSED = "refused"
    TOO_LARGE = "too large"
    FEWER = "fewer"
    AGAIN = "again"
    UNKNOWN = "unknown"
    CONFIGURATION = "configuration"


class KnownCode(NamedTuple):
    """A code of a server, what it is about, what it means, where that is known from."""

    code: str
    meaning: Meaning
    about: str
    source: str
    said: str = ""


_M = Meaning
_MARIADB = "MariaDB 10.11.19, seen"
_MARIADB_MANUAL = "MariaDB 10.11, manual"
_MYSQL_MANUAL = "MySQL 8.0, manual"
_POSTGRES = "PostgreSQL 15.18, seen"
_POSTGRES_MANUAL = "PostgreSQL 15, manual, appendix A"
_SQLITE = "SQLite 3.40.1, seen"
_SQLITE_MANUAL = "SQLite 3.40, manual"
_CH_18 = "ClickHouse 18.16.1, seen"
_CH_26 = "ClickHouse 26.9.2.1, seen"
_CH_SOURCE = "ClickHouse 26.9, ErrorCodes.cpp"
_OPENSEARCH = "OpenSearch 2.19.6, seen"
_VICTORIALOGS = "VictoriaLogs 1.52.1, seen"
_HTTP = "RFC 9110"

KNOWN_CODES: dict[CodeFamily, tuple[KnownCode, ...]] = {
    "mysql": (
        KnownCode("1062", _M.KEY_THERE, "duplicate key", _MARIADB),
        KnownCode("1406", _M.REFUSED, "too long", _MARIADB),
        KnownCode("1048", _M.REFUSED, "NULL", _MARIADB),
        KnownCode("1064", _M.REFUSED, "syntax, by a value that was quoted badly", _MARIADB),
        KnownCode("1366", _M.REFUSED, "no such characters or number", _MARIADB),
        KnownCode("1264", _M.REFUSED, "out of range", _MARIADB),
        KnownCode("1265", _M.REFUSED, "would be cut", _MARIADB),
        KnownCode("1292", _M.REFUSED, "no such time", _MARIADB),
        KnownCode("1118", _M.REFUSED, "the row is too large for the table", _MARIADB_MANUAL),
        KnownCode("4025", _M.REFUSED, "a check fails", _MARIADB),
        KnownCode("3819", _M.REFUSED, "a check fails", _MYSQL_MANUAL),
        KnownCode("1153", _M.TOO_LARGE, "above max_allowed_packet; the connection is dead", _MARIADB),
        KnownCode("1114", _M.AGAIN, "the table or disk is full", _MARIADB),
        KnownCode("1205", _M.AGAIN, "waited too long for a lock", _MARIADB),
        KnownCode("1213", _M.AGAIN, "deadlock", _MARIADB),
        KnownCode("1040", _M.AGAIN, "too many connections", _MARIADB),
        KnownCode("1203", _M.AGAIN, "too many connections of this user", _MARIADB_MANUAL),
        KnownCode("1317", _M.AGAIN, "the statement was killed", _MARIADB),
        KnownCode("1053", _M.UNKNOWN, "the server shuts down", _MARIADB_MANUAL),
        KnownCode("1026", _M.UNKNOWN, "an error of its disk", _MARIADB_MANUAL),
        KnownCode("1927", _M.UNKNOWN, "the connection was killed", _MARIADB_MANUAL),
        KnownCode("2006", _M.UNKNOWN, "the connection is gone", _MARIADB),
        KnownCode("2013", _M.UNKNOWN, "the connection was lost while the answer was awaited", _MARIADB),
        KnownCode("1290", _M.CONFIGURATION, "read_only", _MARIADB),
        KnownCode("1036", _M.CONFIGURATION, "the table is read only", _MARIADB),
        KnownCode("1044", _M.CONFIGURATION, "no rights in the database", _MARIADB),
        KnownCode("1045", _M.CONFIGURATION, "wrong user or password", _MARIADB_MANUAL),
        KnownCode("1142", _M.CONFIGURATION, "no rights on the table", _MARIADB),
        KnownCode("1049", _M.CONFIGURATION, "no such database", _MARIADB_MANUAL),
        KnownCode("1146", _M.CONFIGURATION, "no such table", _MARIADB),
        KnownCode("1054", _M.CONFIGURATION, "no such column", _MARIADB),
        KnownCode("1364", _M.CONFIGURATION, "a column that the sink doesn't know has no default", _MARIADB),
        KnownCode("1194", _M.CONFIGURATION, "the table is corrupt and has to be repaired", _MARIADB_MANUAL),
    ),
    "postgres": (
        KnownCode("23505", _M.KEY_THERE, "duplicate key", _POSTGRES),
        KnownCode("22*", _M.REFUSED, "a value that doesn't fit; 22001: too long", _POSTGRES),
        KnownCode("23*", _M.REFUSED, "a constraint fails; 23502: NULL", _POSTGRES),
        KnownCode("54000", _M.REFUSED, "the key is too long for an index: 2,704 bytes", _POSTGRES),
        KnownCode("21000", _M.FEWER, "an upsert has one key twice", _POSTGRES),
        KnownCode("40003", _M.UNKNOWN, "the server can't say whether the statement is done", _POSTGRES_MANUAL),
        KnownCode("40*", _M.AGAIN, "rolled back; 40001, 40P01: for the sake of others", _POSTGRES),
        KnownCode("53*", _M.AGAIN, "out of disk, memory or connections", _POSTGRES_MANUAL),
        KnownCode("55P03", _M.AGAIN, "waited too long for a lock", _POSTGRES),
        KnownCode("57014", _M.AGAIN, "the statement was cancelled", _POSTGRES),
        KnownCode("57P03", _M.AGAIN, "the server starts or stops, and takes no connection", _POSTGRES_MANUAL),
        KnownCode("57*", _M.UNKNOWN, "somebody ended it; 57P01: the server shuts down", _POSTGRES),
        KnownCode("08*", _M.UNKNOWN, "the connection was lost", _POSTGRES_MANUAL),
        KnownCode("58*", _M.UNKNOWN, "an error of its disk", _POSTGRES_MANUAL),
        KnownCode("XX*", _M.UNKNOWN, "an error of its own", _POSTGRES_MANUAL),
        KnownCode("25006", _M.CONFIGURATION, "read only", _POSTGRES),
        KnownCode("28*", _M.CONFIGURATION, "wrong user or password", _POSTGRES_MANUAL),
        KnownCode("3D000", _M.CONFIGURATION, "no such database", _POSTGRES_MANUAL),
        KnownCode(
            "42804",
            _M.CONFIGURATION,
            "a column of another type, as of time for a number",
            _POSTGRES,
        ),
        KnownCode("42*", _M.CONFIGURATION, "no such table or column, no rights", _POSTGRES),
    ),
    "sqlite": (
        KnownCode("SQLITE_CONSTRAINT_UNIQUE", _M.KEY_THERE, "duplicate key", _SQLITE),
        KnownCode("SQLITE_CONSTRAINT_PRIMARYKEY", _M.KEY_THERE, "duplicate key", _SQLITE),
        KnownCode("SQLITE_CONSTRAINT*", _M.REFUSED, "NULL, or a check fails", _SQLITE),
        KnownCode("SQLITE_MISMATCH", _M.REFUSED, "a value of another type", _SQLITE),
        KnownCode("SQLITE_TOOBIG", _M.TOO_LARGE, "a text or statement above SQLite's limits", _SQLITE),
        KnownCode("SQLITE_BUSY*", _M.AGAIN, "locked by somebody else", _SQLITE),
        KnownCode("SQLITE_LOCKED*", _M.AGAIN, "locked by the same process", _SQLITE_MANUAL),
        KnownCode("SQLITE_FULL", _M.AGAIN, "the disk or the file is full", _SQLITE),
        KnownCode("SQLITE_INTERRUPT", _M.AGAIN, "the statement was interrupted", _SQLITE),
        KnownCode("SQLITE_NOMEM", _M.AGAIN, "out of memory", _SQLITE_MANUAL),
        KnownCode("SQLITE_IOERR*", _M.UNKNOWN, "an error of the disk", _SQLITE_MANUAL),
        KnownCode("SQLITE_READONLY*", _M.CONFIGURATION, "read only", _SQLITE),
        KnownCode("SQLITE_CANTOPEN*", _M.CONFIGURATION, "there is no such file", _SQLITE),
        KnownCode("SQLITE_PERM", _M.CONFIGURATION, "no rights", _SQLITE_MANUAL),
        KnownCode("SQLITE_CORRUPT*", _M.CONFIGURATION, "the file is corrupt", _SQLITE_MANUAL),
        KnownCode("SQLITE_NOTADB", _M.CONFIGURATION, "the file is no database", _SQLITE),
        KnownCode("SQLITE_ERROR", _M.CONFIGURATION, "no such table or column", _SQLITE),
    ),
    "clickhouse": (
        KnownCode("Code: 26", _M.REFUSED, "null for a text, or broken JSON", _CH_18),
        KnownCode("Code: 27", _M.REFUSED, "a value of another type", _CH_18),
        KnownCode("Code: 72", _M.REFUSED, "no such number", _CH_18),
        KnownCode("Code: 117", _M.REFUSED, "an unknown field, or a key twice; null for a text in 26.9", _CH_18),
        KnownCode("Code: 469", _M.REFUSED, "a constraint fails", _CH_26),
        KnownCode("Code: 6", _M.REFUSED, "a text that isn't of the type", _CH_SOURCE),
        KnownCode("Code: 38", _M.REFUSED, "no such date", _CH_18),
        KnownCode("Code: 41", _M.REFUSED, "no such time", _CH_18),
        KnownCode("Code: 53", _M.REFUSED, "a value of another type", _CH_SOURCE),
        KnownCode("Code: 69", _M.REFUSED, "out of range", _CH_SOURCE),
        KnownCode("Code: 33", _M.AGAIN, "the request was cut", _CH_18),
        KnownCode("Code: 62", _M.AGAIN, "nothing of the request came", _CH_18, "Empty query"),
        KnownCode("Code: 62", _M.CONFIGURATION, "syntax", _CH_18),
        KnownCode("Code: 252", _M.FEWER, "too many partitions at once", _CH_26, "partitions"),
        KnownCode("Code: 252", _M.AGAIN, "too many parts: until they are merged", _CH_18),
        KnownCode("Code: 241", _M.FEWER, "more memory than it may take", _CH_18),
        KnownCode("Code: 75", _M.AGAIN, "the disk is full", _CH_18),
        KnownCode("Code: 243", _M.AGAIN, "the disk is full", _CH_SOURCE),
        KnownCode("Code: 202", _M.AGAIN, "too many queries at once", _CH_SOURCE),
        KnownCode("Code: 159", _M.UNKNOWN, "it took too long", _CH_18),
        KnownCode("Code: 209", _M.UNKNOWN, "waited too long for the connection", _CH_SOURCE),
        KnownCode("Code: 210", _M.UNKNOWN, "the connection was lost", _CH_SOURCE),
        KnownCode("Code: 319", _M.UNKNOWN, "the server can't say whether the insert is done", _CH_SOURCE),
        KnownCode("Code: 394", _M.UNKNOWN, "the query was cancelled", _CH_SOURCE),
        KnownCode("Code: 16", _M.CONFIGURATION, "no such column", _CH_18),
        KnownCode("Code: 60", _M.CONFIGURATION, "no such table", _CH_18),
        KnownCode("Code: 81", _M.CONFIGURATION, "no such database", _CH_18),
        KnownCode("Code: 115", _M.CONFIGURATION, "a setting that it doesn't know", _CH_18),
        KnownCode("Code: 164", _M.CONFIGURATION, "read only", _CH_18),
        KnownCode("Code: 242", _M.CONFIGURATION, "the table is read only", _CH_SOURCE),
        KnownCode("Code: 497", _M.CONFIGURATION, "no rights", _CH_SOURCE),
        KnownCode("Code: 516", _M.CONFIGURATION, "wrong user or password", _CH_SOURCE),
        KnownCode("401", _M.CONFIGURATION, "wrong user or password", _CH_18),
        KnownCode("403", _M.CONFIGURATION, "no rights", _HTTP),
        KnownCode("404", _M.CONFIGURATION, "no ClickHouse is there", _HTTP),
        KnownCode("413", _M.TOO_LARGE, "the request is too large for somebody on the way", _HTTP),
        KnownCode("429", _M.AGAIN, "too many requests", _HTTP),
        KnownCode("503", _M.AGAIN, "no server is there just now", _HTTP),
    ),
    "bulk": (
        KnownCode("200", _M.DELIVERED, "written anew, or read", _OPENSEARCH),
        KnownCode("201", _M.DELIVERED, "written", _OPENSEARCH),
        KnownCode("409*", _M.KEY_THERE, "a document has this id", _OPENSEARCH),
        KnownCode("400 index_closed_exception", _M.CONFIGURATION, "the index is closed", _OPENSEARCH),
        KnownCode("400*", _M.REFUSED, "mapping, too long, too many fields; of a request: its form", _OPENSEARCH),
        KnownCode("413*", _M.TOO_LARGE, "above http.max_content_length", _OPENSEARCH),
        KnownCode("429*", _M.AGAIN, "its queue is full, or its disk nearly so", _OPENSEARCH),
        KnownCode("503*", _M.AGAIN, "no shard is there just now", _HTTP),
        KnownCode("401*", _M.CONFIGURATION, "wrong user or password", _HTTP),
        KnownCode("403*", _M.CONFIGURATION, "writing is blocked, or no rights", _OPENSEARCH),
        KnownCode("404*", _M.CONFIGURATION, "no such index, and none may be made", _OPENSEARCH),
        KnownCode("405*", _M.CONFIGURATION, "nothing that writes is there", _OPENSEARCH),
        KnownCode("406*", _M.CONFIGURATION, "a form of body that it doesn't take", _OPENSEARCH),
    ),
    "victorialogs": (
        KnownCode("200", _M.DELIVERED, "read", _VICTORIALOGS),
        KnownCode("201", _M.DELIVERED, "read, and said to be written", _VICTORIALOGS),
        KnownCode("400", _M.CONFIGURATION, "nothing that writes is there", _VICTORIALOGS, "unsupported path"),
        KnownCode("400", _M.REFUSED, "a line is no JSON, or too long; those before it are there", _VICTORIALOGS),
        KnownCode("413", _M.TOO_LARGE, "the request is too large for somebody on the way", _HTTP),
        KnownCode("429", _M.AGAIN, "its disk is nearly full", _VICTORIALOGS),
        KnownCode("503", _M.AGAIN, "no server is there just now", _HTTP),
        KnownCode("401", _M.CONFIGURATION, "wrong user or password", _VICTORIALOGS),
        KnownCode("403", _M.CONFIGURATION, "no rights", _HTTP),
        KnownCode("404", _M.CONFIGURATION, "no VictoriaLogs is there", _HTTP),
        KnownCode("405", _M.CONFIGURATION, "nothing that writes is there", _HTTP),
    ),
}
