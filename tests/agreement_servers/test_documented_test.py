"""The test of docs/databases.md, as its reader has it; and what pytest says where there is no server."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))

from commands import pytest_  # noqa: E402 - it is beside the tests that it was made for

FILES = re.findall(
    r"^```py\n# (\S+)\n(.*?)^```$", (ROOT / "docs/databases.md").read_text(), re.MULTILINE | re.DOTALL
)
ASKS = """
pytest_plugins = ["wptest.servers.fixtures"]
def test_one(mariadb): pass
"""


@pytest.fixture
def documented(tmp_path: Path) -> Path:
    for name, text in FILES:
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.slow
def test_the_documented_test_passes_and_notices_a_sink_that_is_wrong(documented: Path) -> None:
    done = pytest_(documented, "test_orders.py", started=True)
    assert "1 passed" in done.stdout, done.stdout
    sink = documented / "orders.py"
    right = "connection.execute(added.on_duplicate_key_update(line=added.inserted.line))"
    assert right in sink.read_text()
    sink.write_text(sink.read_text().replace(right, "connection.execute(added)"))
    done = pytest_(documented, "test_orders.py", started=True)
    assert "Duplicate entry '1' for key" in done.stdout, done.stdout


def test_the_documented_test_has_ten_lines() -> None:
    (_, text) = FILES[1]
    assert len([line for line in text.partition("def ")[2].splitlines() if line.strip()]) <= 10


@pytest.mark.slow
def test_a_server_that_is_not_there_is_unverified_with_the_command_that_installs_it(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(ASKS)
    done = pytest_(tmp_path, WPTEST_MARIADB="/not/there", WPTEST_MISSING_SERVERS="")
    assert done.returncode == 1
    assert "unverified: /not/there (of WPTEST_MARIADB) is no program" in done.stdout
    assert "install it: apt-get install" in done.stdout
    assert "Traceback" not in done.stdout
    done = pytest_(tmp_path, "-rs", WPTEST_MARIADB="/not/there", WPTEST_MISSING_SERVERS="skip")
    assert done.returncode == 0
    assert "1 skipped" in done.stdout
