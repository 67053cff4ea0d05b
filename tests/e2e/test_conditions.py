"""`skip`, `only_if` and `xfail`: counted, with their reasons, and the same for `wptest run` and pytest."""

from __future__ import annotations

import json

import pytest
from commands import pytest_, wptest

TEXT = """\
scenario: picky
matrix: {stop: [USR1, KILL]}
only_if: {expression: "matrix.stop != 'KILL'", reason: no kills here}
project: {sinks: {a: {type: file}}}
given: {source: {lines: 5}}
when:
  - run: wparse batch
---
scenario: broken
xfail: known since spring
project: {sinks: {a: {type: file}}}
given: {source: {lines: 5}}
when:
  - run: wparse batch
then: {sinks: {a: {lines: 6}}}
---
scenario: absent
skip: not today
project: {sinks: {a: {type: file}}}
when:
  - run: wparse batch
"""


@pytest.fixture
def suite(tmp_path):
    (tmp_path / "s.wptest.yaml").write_text(TEXT)
    return tmp_path


def test_run_counts_them_with_their_reasons(suite):
    done = wptest(suite, "run", ".", "--json", "out.json")

    assert done.returncode == 0, done.stdout
    assert "1 xfailed, 2 skipped, 1 passed" in done.stdout
    for reason in ("no kills here", "known since spring", "not today"):
        assert reason in done.stdout
    report = json.loads((suite / "out.json").read_text())
    outcomes = {(each["scenario"], each["variant"]): each["outcome"] for each in report["results"]}
    assert outcomes == {
        ("picky", "stop=USR1"): "passed",
        ("picky", "stop=KILL"): "skipped",
        ("broken", ""): "xfailed",
        ("absent", ""): "skipped",
    }


def test_pytest_agrees(suite):
    done = pytest_(suite, "-q", "-ra", ".")

    assert done.returncode == 0, done.stdout
    assert "1 passed, 2 skipped, 1 xfailed" in done.stdout
    for reason in ("no kills here", "known since spring", "not today"):
        assert reason in done.stdout


def test_an_expected_failure_that_passes_is_a_failure(suite):
    (suite / "s.wptest.yaml").write_text(TEXT.replace("lines: 6", "lines: 5"))

    ran, tested = wptest(suite, "run", "."), pytest_(suite, "-q", ".")

    assert ran.returncode == 1
    assert "broken failed: it passes, and is marked xfail: known since spring" in ran.stdout
    assert tested.returncode == 1
    assert "XPASS(strict)" in tested.stdout
