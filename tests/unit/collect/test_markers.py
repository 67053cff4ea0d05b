"""What pytest's own options select: tags and values of scenarios."""

from __future__ import annotations

from pathlib import Path

import pytest

from wptest import pytest_plugin

FILE = """\
scenario: stops
tags: [recovery, pipe-line, "two words", "area:disk", skip, flaky]
matrix: {stop: [KILL, TERM], n-x: [1, 10], share: [0.5], big: [true]}
project: {sinks: {a: {}}}
when: [{run: wparse batch}]
---
scenario: plain
tags: [slow]
project: {sinks: {a: {}}}
when: [{run: wparse batch}]
"""
INI = """\
[pytest]
addopts = --strict-markers --strict-config
filterwarnings = error
markers =
    slow: takes long
    flaky(reruns=1): run it again
"""
KILL = ["stop=KILL,n-x=1,share=0.5,big=true", "stop=KILL,n-x=10,share=0.5,big=true"]
TERM = [name.replace("KILL", "TERM") for name in KILL]


class _Collected:
    def __init__(self) -> None:
        self.names: list[str] = []
        self.markers: dict[str, set[str]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            self.names.append(item.name)
            self.markers[item.name] = {marker.name for marker in item.iter_markers()}


@pytest.fixture
def collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "stops.wptest.yaml").write_text(FILE, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text(INI, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)

    def collect(*arguments: str) -> _Collected:
        found = _Collected()
        options = ["--collect-only", "-q", "-p", "no:cacheprovider"]
        # At its end it would have all rubbish of this process collected, several times.
        options += ["-p", "no:unraisableexception", "-p", "no:threadexception"]
        pytest.main([*options, *arguments], plugins=[found, pytest_plugin])
        return found

    return collect


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["-m", "recovery"], [*KILL, *TERM]),
        (["-m", "not recovery"], ["plain"]),
        (["-m", "slow"], ["plain"]),
        (["-m", "pipe-line and not slow"], [*KILL, *TERM]),
        (["-m", "wptest"], [*KILL, *TERM, "plain"]),
        (["-m", "wptest(stop='KILL')"], KILL),
        (["-m", "wptest(n_x=1)"], [KILL[0], TERM[0]]),
        (["-m", "wptest(stop='TERM', n_x=10)"], [TERM[1]]),
        (["-m", "wptest(share='0.5', big=True)"], [*KILL, *TERM]),
        (["-m", "wptest(tag='two words')"], [*KILL, *TERM]),
        (["-m", "wptest(tag='area:disk')"], [*KILL, *TERM]),
        (["-m", "wptest(tag='skip')"], [*KILL, *TERM]),
        (["-k", "stop-KILL"], KILL),
        (["-k", "KILL and n-x-10"], [KILL[1]]),
        (["-k", "area:disk"], [*KILL, *TERM]),
        (["-k", "skip"], [*KILL, *TERM]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_tags_and_values_select(collected, arguments: list[str], names: list[str]) -> None:
    assert collected(*arguments).names == names


def test_a_tag_does_nothing_that_a_marker_of_its_name_would(collected) -> None:
    markers = collected().markers

    assert markers["plain"] == {"wptest", "slow"}
    assert markers[KILL[0]] == {"wptest", "recovery", "pipe-line"}
