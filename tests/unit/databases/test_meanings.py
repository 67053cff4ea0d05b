"""What codes mean, and that the page on databases says the same of all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.databases.known_codes import KNOWN_CODES, CodeFamily, KnownCode, Meaning
from engine.databases.meaning import UNLISTED, known_code
from engine.databases.server_rules import SERVER_RULES, rules_for

PAGE = Path(__file__).parents[3] / "docs" / "databases.md"
TITLES: dict[CodeFamily, str] = {
    "mysql": "MariaDB, MySQL", "postgres": "PostgreSQL", "sqlite": "SQLite", "clickhouse": "ClickHouse",
    "bulk": "Elasticsearch, OpenSearch", "victorialogs": "VictoriaLogs",
}  # fmt: skip


@pytest.mark.parametrize(
    ("family", "code", "text", "meaning"),
    [
        ("mysql", "1062", "", Meaning.KEY_THERE),
        ("mysql", "10621", "", Meaning.UNKNOWN),
        ("postgres", "23505", "", Meaning.KEY_THERE),
        ("postgres", "23502", "", Meaning.REFUSED),
        ("postgres", "57014", "", Meaning.AGAIN),
        ("postgres", "57P01", "", Meaning.UNKNOWN),
        ("sqlite", "SQLITE_CONSTRAINT_UNIQUE", "", Meaning.KEY_THERE),
        ("sqlite", "SQLITE_CONSTRAINT_NOTNULL", "", Meaning.REFUSED),
        ("sqlite", "SQLITE_BUSY_SNAPSHOT", "", Meaning.AGAIN),
        ("clickhouse", "Code: 27", "", Meaning.REFUSED),
        ("clickhouse", "Code: 2", "", Meaning.UNKNOWN),
        ("clickhouse", "Code: 252", "Too many partitions for single INSERT block (more than 100)", Meaning.FEWER),
        ("clickhouse", "Code: 252", "Too many parts (300). Merges are processing slower", Meaning.AGAIN),
        ("clickhouse", "Code: 62", "DB::Exception: Empty query", Meaning.AGAIN),
        ("clickhouse", "Code: 62", "Syntax error: failed at position 1", Meaning.CONFIGURATION),
        ("bulk", "201", "", Meaning.DELIVERED),
        ("bulk", "409 version_conflict_engine_exception", "", Meaning.KEY_THERE),
        ("bulk", "400 mapper_parsing_exception", "", Meaning.REFUSED),
        ("bulk", "400 index_closed_exception", "", Meaning.CONFIGURATION),
        ("bulk", "429 cluster_block_exception", "", Meaning.AGAIN),
        ("bulk", "500", "", Meaning.UNKNOWN),
        ("victorialogs", "400", "cannot decode log message #1 in /_bulk request", Meaning.REFUSED),
        ("victorialogs", "400", 'unsupported path requested: "/insert"', Meaning.CONFIGURATION),
        ("victorialogs", "429", "", Meaning.AGAIN),
    ],
)
def test_a_code_means_this(family: CodeFamily, code: str, text: str, meaning: Meaning) -> None:
    assert known_code(family, code, text).meaning is meaning


def test_a_code_that_is_not_listed_loses_no_line() -> None:
    for family in KNOWN_CODES:
        assert known_code(family, "nobody knows this") is UNLISTED
    assert UNLISTED.meaning is Meaning.UNKNOWN


def test_no_code_is_listed_twice_for_one_text() -> None:
    for family, codes in KNOWN_CODES.items():
        assert len({(each.code, each.said) for each in codes}) == len(codes), family
        for each in codes:
            assert known_code(family, each.code.removesuffix("*"), each.said) is each


def in_docs(known: KnownCode) -> str:
    code = f"`{known.code}`" + (f' with "{known.said}"' if known.said else "")
    return f"| {code} | {known.about} | {known.meaning.value} | {known.source} |"


def test_the_page_on_databases_has_all_codes_and_no_others() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for family, codes in KNOWN_CODES.items():
        part = text.partition(f"#### {TITLES[family]}\n")[2].partition("\n#")[0]
        rows = [line for line in part.splitlines() if line.startswith("| `")]
        assert rows == [in_docs(each) for each in codes]


def test_rules_are_found_by_an_engine_with_its_version() -> None:
    assert rules_for("innodb@mariadb-10.11") is SERVER_RULES["innodb"]
    assert rules_for("sqlite") is SERVER_RULES["sqlite"]
    with pytest.raises(KeyError):
        rules_for("oracle@23")
