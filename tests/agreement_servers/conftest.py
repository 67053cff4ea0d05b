from __future__ import annotations

import pytest

SLOWEST = "opensearch"  # it starts in seconds and takes half a gigabyte: one worker is enough for it


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let all tests of the slowest server run on one worker, where pytest-xdist is told to keep groups."""
    for item in items:
        if SLOWEST in item.nodeid:
            item.add_marker(pytest.mark.xdist_group(SLOWEST))
