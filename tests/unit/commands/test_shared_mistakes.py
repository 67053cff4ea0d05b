"""What is wrong in a file that many scenarios share is told once."""

from __future__ import annotations

import pytest

SCENARIO = "scenario: {}\nproject: {{sinks: {{a: {{}}}}}}\nwhen: [{{run: wparse batch}}]\n"


@pytest.fixture
def shared(tmp_path):
    (tmp_path / "pytest.ini").touch()
    (tmp_path / "conftest.py").write_text("import wptest\nLIMIT = int('ten')\n")
    for name in ("alpha", "beta", "gamma"):
        (tmp_path / f"{name}.wptest.yaml").write_text(SCENARIO.format(name))
    (tmp_path / "beta.wptest.yaml").write_text(SCENARIO.format("beta") + "limit: 5\n")


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.usefixtures("shared")
def test_a_mistake_in_a_conftest_is_told_once_and_every_file_says_where_it_is(call, command):
    called = call(command, ".")

    assert called.code == 5
    assert called.out.count("error[WPT-E060]: conftest.py can't be imported") == 1
    assert called.out.count("what is wrong in conftest.py is told apart") == 3
    assert called.out.count("the number 5 has no unit") == 1


@pytest.mark.usefixtures("shared")
def test_it_counts_once(call):
    assert call("check", ".").out.splitlines()[-1] == "3 files: 2 mistakes in 3 files"
