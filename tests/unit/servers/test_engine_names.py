from __future__ import annotations

import pytest

from engine.databases.sql.sql_types import MYSQL_TYPES, POSTGRES_TYPES, SQLITE_TYPES
from engine.servers.engines.known import ENGINES, check_flush, engine_kind
from engine.servers.server_words import kinds_of
from engine.text.mistake import Mistake


def test_a_name_without_a_version_is_the_newest_one():
    assert engine_kind("merge_tree").name == "merge_tree@26.9"
    assert engine_kind("merge_tree@18.16").name == "merge_tree@18.16"
    assert {engine_kind(name.partition("@")[0]).name for name in ENGINES} == set(ENGINES) - {"merge_tree@18.16"}


def test_a_wrong_name_is_told_with_the_nearest_one():
    with pytest.raises(Mistake) as told:
        engine_kind("inodb")
    assert told.value.help_ == "did you mean 'innodb'?"
    assert "sqlite, innodb, postgres" in told.value.expected


def test_an_unknown_version_is_told_with_those_there_are():
    with pytest.raises(Mistake) as told:
        engine_kind("merge_tree@24.3")
    assert told.value.expected == "one of: merge_tree@18.16, merge_tree@26.9"


def test_each_engine_has_words_of_its_own_for_when_rows_are_durable():
    for word in ["0", "1", "2", ""]:
        check_flush(engine_kind("innodb"), word)
    with pytest.raises(Mistake, match=r"innodb@mariadb-10\.11 has no flush 'async', expected one of: 1, 2, 0"):
        check_flush(engine_kind("innodb"), "async")


@pytest.mark.parametrize(
    ("engine", "types"),
    [("postgres", POSTGRES_TYPES), ("innodb", MYSQL_TYPES), ("aria", MYSQL_TYPES), ("sqlite", SQLITE_TYPES)],
)
def test_columns_are_of_the_kinds_that_real_tables_can_have(engine, types):
    assert set(kinds_of(engine)) == set(types)
