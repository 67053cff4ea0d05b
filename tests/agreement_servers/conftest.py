from __future__ import annotations

from collections.abc import Iterator

import pytest
from chdb_table import ChdbDatabase

SLOWEST = "opensearch"  # it starts in seconds and takes half a gigabyte: one worker is enough for it


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let all tests of the slowest server run on one worker, where pytest-xdist is told to keep groups."""
    for item in items:
        if SLOWEST in item.nodeid:
            item.add_marker(pytest.mark.xdist_group(SLOWEST))


@pytest.fixture(scope="session")
def chdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChdbDatabase]:
    """An engine of ClickHouse in this process; where its package isn't installed, there is none."""
    sessions = pytest.importorskip("chdb.session", reason="chdb isn't installed: make servers installs it")
    session = sessions.Session(str(tmp_path_factory.mktemp("chdb")))
    yield ChdbDatabase(session)
    session.close()
