"""What the options of pytest and its ini file ask for, in the words of commands."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.text.mistake import Mistake
from wptest.collect.nodes import Variant
from wptest.play.asked import Asked, level_of, nanoseconds
from wptest.play.job import Job
from wptest.scenario.root import Rootdir

# What is wrong with the name of a server, in a worker of xdist, which has nobody to say it to but its tests.
WRONG_NAME = pytest.StashKey[str]()
_IN_INI = ("timeout", "explore")  # what an ini file can say as well


def check_options(config: pytest.Config) -> None:
    """See whether what is asked for goes together, before anything runs.

    Raises:
        pytest.UsageError: it doesn't.
    """
    try:
        asked_of(config).checked()
    except Mistake as error:
        raise pytest.UsageError(error.in_a_line) from None


def check_servers(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    """See whether servers that are asked for by name are those of scenarios that were collected.

    Raises:
        pytest.UsageError: there are scenarios, and none has a server of that name; in a worker they all fail.
    """
    from wptest.play.servers_asked import check_names  # noqa: PLC0415 - most runs have none

    asked = asked_of(config)
    rootdir = Rootdir(config.rootpath, configured=config.inipath is not None)
    jobs = [Job(item.path, *item.of_scenario) for item in items if isinstance(item, Variant)]
    try:
        if jobs:
            check_names(jobs, asked.servers, asked.written("server"), rootdir)
    except Mistake as error:
        if hasattr(config, "workerinput"):
            config.stash[WRONG_NAME] = error.in_a_line
            return
        raise pytest.UsageError(error.in_a_line) from None


def asked_of(config: pytest.Config) -> Asked:
    """What is asked for.

    Raises:
        Mistake: some of it is none of the values that there are.
    """

    def is_from_ini(name: str) -> bool:
        return name in _IN_INI and config.getoption(f"wptest_{name}") is None

    def said(name: str) -> str | None:
        text: str | None = (config.getini if is_from_ini(name) else config.getoption)(f"wptest_{name}")
        return text

    def written(name: str) -> str:
        if not is_from_ini(name):
            return f"--wptest-{name}"
        return f"{config.inipath.name}: wptest_{name}" if config.inipath is not None else f"wptest_{name}"

    longest = said("longest")
    return Asked(
        seed=config.getoption("wptest_seed"),
        subject=config.getoption("wptest_subject"),
        bin_dir=config.getoption("wptest_bin_dir"),
        longest=None if longest is None else nanoseconds(longest, written("longest")),
        server=tuple(config.getoption("wptest_server")),
        behaviour=tuple(config.getoption("wptest_behaviour")),
        explore=level_of(str(said("explore")), written("explore")),
        timeout=nanoseconds(str(said("timeout")), written("timeout")),
        written=written,
    )
