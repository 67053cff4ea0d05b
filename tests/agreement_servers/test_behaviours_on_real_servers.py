"""What sinks of another behaviour do to a database is found on a real server, in the same words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.behaviour.profile import behaviour_of
from wptest.run.against_servers import run_with_servers
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant, load_file
from wptest.servers.real_server import RealDatabase
from wptest.servers.server_choice import choices_of
from wptest.words.finding import Outcome

pytest_plugins = ["wptest.servers.fixtures"]
pytestmark = pytest.mark.slow

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def variant_of(file: str, name: str) -> LoadedVariant:
    """The first variant of a file whose name begins so, with a server of MariaDB."""
    loaded = load_file(SCENARIOS / f"{file}.wptest.yaml", os.environ, None)
    variants = [variant for each in loaded for variant in each.variants if variant.name.startswith(name)]
    return next(
        each for each in variants if any(server.engine.startswith("innodb") for server in each.project.servers)
    )


@pytest.mark.parametrize(
    ("behaviour", "file", "name"),
    [
        ("quoting=single_quotes_only", "backslashes-and-quotes", "backslashes"),
        ("plain_insert=ignores_errors", "altered-by-the-server", "altered"),
        ("refused_rows=sent_again", "altered-by-the-server", "altered"),
        ("too_large=sent_again", "packet-too-large", "packet"),
        ("failed_rows=sent_with_the_next", "acknowledgement-lost", "connection-lost-behind-the-commit"),
        ("bare_lines=as_nulls", "bare-rescue-files", "bare"),
        ("key_there=taken_as_delivered", "key-of-another-line", "key"),
        ("no_answer=taken_as_delivered", "server-killed-in-a-batch", "server"),
    ],
)
def test_a_fault_is_found_as_on_a_simulated_server(
    behaviour: str, file: str, name: str, mariadb: RealDatabase
) -> None:
    variant = variant_of(f"databases/{file}", name)
    options = RunOptions(behaviour=behaviour_of([behaviour]))
    simulated = run_variant(variant, options)
    real = run_with_servers("memory", variant, options, choices_of(["mariadb"], "--server"))

    assert mariadb.server.version, "there is one"
    assert any("the server" in note for note in real.notes), "it was a real one"
    assert simulated.outcome is real.outcome is Outcome.FAILED
    assert [(each.name, each.message) for each in real.findings] == [
        (each.name, each.message) for each in simulated.findings
    ]


def test_the_connector_of_a_project_directory_writes_to_a_real_server() -> None:
    variant = variant_of("database-connectors", "database-connectors")
    real = run_with_servers("memory", variant, RunOptions(), choices_of(["mysql_sink=mariadb"], "--server"))
    assert (real.outcome, real.findings) == (Outcome.PASSED, ())
    assert real.servers == {"mysql_sink": "mysql_sink=mariadb"}
