"""Scenarios about databases come to the same verdict where their servers are real, or say why they come to none."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from engine.databases.http_request import HttpRequest
from wptest.run.against_servers import run_with_servers
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant, load_file
from wptest.servers.administration import Administrator
from wptest.servers.http_client import http_send
from wptest.servers.real_server import RealDatabase
from wptest.servers.server_choice import KINDS, choices_of, real_ones
from wptest.words.finding import Outcome

pytest_plugins = ["wptest.servers.fixtures"]
pytestmark = pytest.mark.slow

SCENARIOS = Path(__file__).parents[2] / "scenarios" / "databases"
MISSING = os.environ.get("WPTEST_MISSING_SERVERS")

# Why a run with a real server proves nothing: each of these is told in docs/databases.md.
REASONS = (
    "the files of a real server are its own",
    "the power of a real server can't be cut",
    "can't be ordered of it",
    "a matter of its own clock",
    "has no window of repeated inserts",
    "can't be set from here",
    "a request can't be held between its rows and its end",
    "what columns of other types make of values is said of",
)
# These have to prove something on every real server that has their engine.
PROVED = {
    "acknowledgement-lost", "altered-by-the-server", "body-too-large", "engine-that-is-not-atomic",
    "every-request-fails", "first-document-decides", "late-write", "lock-wait-for-now",
    "log-store-asked-for-lines", "log-store-keeps-half-a-request", "packet-too-large",
    "other-types-clickhouse-18", "other-types-innodb", "other-types-myisam", "other-types-postgres",
    "other-types-sqlite",
    "poison-row", "read-only-server", "request-cut-at-a-line-end", "server-killed-in-a-batch",
    "stranger-types-innodb", "stranger-types-postgres", "stranger-types-sqlite", "times-in-clickhouse-18",
}  # fmt: skip


@cache
def variants() -> dict[str, LoadedVariant]:
    files = sorted(SCENARIOS.glob("*.wptest.yaml"))
    loaded = (each for path in files for each in load_file(path, os.environ, None))
    return {variant.name: variant for each in loaded for variant in each.variants}


def cases() -> Iterator[tuple[str, str]]:
    """Each kind of server, with each variant that has a server which is one of it."""
    for kind in KINDS:
        for name, variant in variants().items():
            if list(real_ones(variant.project.servers, choices_of([kind], "--server"))):
                yield kind, name


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The scenarios are read only where they are played."""
    if "name" in metafunc.fixturenames:
        metafunc.parametrize(("kind", "name"), list(cases()) if metafunc.config.getoption("--run-slow") else [])


def test_the_verdict_is_the_same(kind: str, name: str) -> None:
    variant, options = variants()[name], RunOptions()
    real = run_with_servers("memory", variant, options, choices_of([kind], "--server"))
    told = [finding.message for finding in real.findings]
    if MISSING == "skip" and any("isn't here" in each for each in told):
        pytest.skip(told[0])
    if real.outcome is Outcome.UNVERIFIED:
        assert [each for each in told if not any(why in each for why in REASONS)] == []
        assert name.partition("::")[0] not in PROVED
        return
    assert (real.outcome, told) == (Outcome.PASSED, [])
    assert run_variant(variant, options).outcome is Outcome.PASSED
    assert any("the server" in note for note in real.notes), "it was a real one"


def test_what_has_to_be_proved_is_there() -> None:
    assert {name.partition("::")[0] for name in variants()} >= PROVED


def first(scenario: str, engine: str) -> LoadedVariant:
    """The first variant of a scenario whose name begins so with a server of that engine."""
    return next(
        variant
        for name, variant in variants().items()
        if name.startswith(scenario) and variant.project.servers[0].engine.startswith(f"{engine}@")
    )


NAMES_OF_DATABASES = {
    "mariadb": "SELECT GROUP_CONCAT(schema_name ORDER BY schema_name) FROM information_schema.schemata",
    "postgres": "SELECT string_agg(datname, ',' ORDER BY datname) FROM pg_database",
    "clickhouse": "SELECT name FROM system.databases ORDER BY name",
    "opensearch": "GET /_cat/indices?h=index&s=index ",
    "victorialogs": "GET /select/tenant_ids ",
}


def names_of_databases(database: RealDatabase) -> object:
    """What is there; a tenant that has no lines any more is still in the index of its days."""
    with Administrator(database) as administrator:
        told = administrator.say(NAMES_OF_DATABASES[database.server.kind.name])
    return [each for each in json.loads(told) if has_lines(database, each)] if told.startswith("[{") else told


def has_lines(database: RealDatabase, tenant: dict[str, int]) -> bool:
    headers = {"AccountID": str(tenant["account_id"]), "ProjectID": str(tenant["project_id"])}
    query = HttpRequest("GET", "/select/logsql/query?query=*&limit=1", headers)
    return bool(http_send(database.server.address, query).body)


OF_KIND = {
    "mariadb": ("mysql", "innodb"),
    "postgres": ("postgresql", "postgres"),
    "clickhouse": ("clickhouse", "merge_tree"),
    "opensearch": ("opensearch", "bulk_index"),
    "victorialogs": ("victorialogs", "log_store"),
}


@pytest.mark.parametrize("kind", list(OF_KIND), ids=list(OF_KIND))
def test_a_server_that_runs_is_used_by_its_url_and_left_as_it_was(
    kind: str, request: pytest.FixtureRequest
) -> None:
    database: RealDatabase = request.getfixturevalue(kind)
    scheme, engine = OF_KIND[kind]
    variant = first("acknowledgement-lost", engine)
    url = database.server.address.url(scheme)
    before = names_of_databases(database)
    result = run_with_servers("memory", variant, RunOptions(), choices_of([f"db={url}"], "--server"))
    assert (result.outcome, result.findings) == (Outcome.PASSED, ())
    assert result.servers == {"db": f"db={url}"}
    assert names_of_databases(database) == before


def test_one_that_somebody_else_has_started_is_never_stopped(mariadb: RealDatabase) -> None:
    url = mariadb.server.address.url("mysql")
    paused = first("late-write", "innodb")
    result = run_with_servers("memory", paused, RunOptions(), choices_of([url], "--server"))
    assert result.outcome is Outcome.UNVERIFIED
    assert all("started by somebody else" in finding.message for finding in result.findings)
