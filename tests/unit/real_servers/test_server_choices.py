"""`--server`: what it may say, and for which servers of a scenario it is."""

from __future__ import annotations

import pytest

from engine.project.database_conf import ServerConf
from engine.text.mistake import Mistake
from wptest.servers.server_choice import choices_of, real_ones

SERVERS = (
    ServerConf("db", "innodb@mariadb-10.11"),
    ServerConf("other", "aria@mariadb-10.11"),
    ServerConf("es", "bulk_index@opensearch-2.19"),
    ServerConf("lite", "sqlite@3.40"),
)


def chosen(*written: str) -> dict[str, str]:
    return {conf.name: choice.written for conf, choice in real_ones(SERVERS, choices_of(written, "--server"))}


def refused(*written: str) -> str:
    with pytest.raises(Mistake) as caught:
        choices_of(written, "--server")
    return caught.value.in_a_line


def test_without_a_name_it_is_for_each_server_that_it_fits():
    assert chosen("mariadb") == {"db": "mariadb", "other": "mariadb"}
    assert chosen("sqlite", "opensearch") == {"es": "opensearch", "lite": "sqlite"}
    assert chosen("clickhouse") == {}


def test_with_a_name_it_is_for_that_one_alone_and_goes_first():
    assert chosen("db=mariadb") == {"db": "db=mariadb"}
    assert chosen("mariadb", "db=mysql://root@127.0.0.1") == {"db": "db=mysql://root@127.0.0.1", "other": "mariadb"}
    assert chosen("elsewhere=postgres") == {}


def test_a_named_one_that_does_not_fit_is_chosen_and_told_later():
    [(conf, choice)] = real_ones(SERVERS, choices_of(["es=postgres"], "--server"))
    assert (conf.name, choice.fits(conf), choice.engines) == ("es", False, "postgres")


@pytest.mark.parametrize(
    ("written", "kind", "given"),
    [
        ("mariadb:/opt/mariadb/bin", "mariadb", "/opt/mariadb/bin"),
        ("db=postgres:/opt/pg", "postgres", "/opt/pg"),
        ("mysql://root:a=b@127.0.0.1:3307", "mariadb", "mysql://root:a=b@127.0.0.1:3307"),
        ("clickhouse://127.0.0.1", "clickhouse", "clickhouse://127.0.0.1"),
        ("es=elasticsearch://127.0.0.1:9200", "opensearch", "elasticsearch://127.0.0.1:9200"),
    ],
)
def test_a_program_and_an_address_say_which_kind_it_is(written, kind, given):
    [choice] = choices_of([written], "--server")
    assert (choice.kind, choice.given) == (kind, given)


def test_one_that_a_url_names_is_not_ours(monkeypatch):
    monkeypatch.delenv("WPTEST_MARIADB", raising=False)
    ours = [each.is_ours for each in choices_of(["mariadb", "db=mysql://127.0.0.1", "sqlite"], "--server")]
    assert ours == [True, False, True]
    monkeypatch.setenv("WPTEST_MARIADB", "mysql://127.0.0.1")
    assert not choices_of(["mariadb"], "--server")[0].is_ours


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (["mariad"], "there is no server 'mariad', expected one of: mariadb, postgres"),
        (["db=oracle"], "there is no server 'oracle'"),
        (["mariad"], "; did you mean 'mariadb'?"),
        (["db=maria"], "; did you mean 'mariadb'?"),
        (["db=PostgreSQL"], "; did you mean 'postgres'?"),
        (["db=innodb"], "; write db=mariadb: it has the engine 'innodb'"),
        (["mysql"], "; MySQL is used by its URL, mysql://root@127.0.0.1:3306, and 'mariadb' is"),
        (["es=elasticsearch"], "es=elasticsearch://127.0.0.1:9200, and 'opensearch' is"),
        (["log_store"], "; write victorialogs: it has the engine 'log_store'"),
        (["mariadb", "mariadb"], "--server mariadb is given twice"),
        (["mariadb:/a", "mariadb:/b"], "--server mariadb:/a and --server mariadb:/b are both about all of MariaDB"),
        (
            ["db=mariadb", "db=postgres"],
            "--server db=mariadb and --server db=postgres are both about the server 'db'; give one",
        ),
        (
            ["http://127.0.0.1"],
            "doesn't say which server it is, expected one of: clickhouse",
        ),
        (["oracle://127.0.0.1"], "no server has oracle:// addresses"),
        (["db=mysql://root:secret@192.0.2.1"], "192.0.2.1 isn't this machine"),
        (["sqlite:/usr/bin/sqlite3"], "SQLite is part of Python"),
    ],
)
def test_what_is_no_server_is_refused(written, told):
    message = refused(*written)
    assert told in message
    assert message.startswith("--server ")
    assert "secret" not in message
