"""What of a scenario real processes can't do: each thing has its place and its reason."""

from __future__ import annotations

import pytest

from wptest.scenario.load import load_file
from wptest.subject import reality
from wptest.subject.expressible import obstacles, too_long
from wptest.subject.programs import find_programs
from wptest.words.obstacle import Beyond

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
HOUR = 3_600_000_000_000


def found(directory, *, project="", given="", when="", then=""):
    path = directory / "s.wptest.yaml"
    path.write_text(
        "scenario: s\n"
        f"project:\n  sinks:\n    a: {{}}\n{project}"
        f"given:\n  files:\n    {FILE}: {{lines: 3}}\n{given}"
        f"when:\n  - start: wprescue work\n{when}"
        f"then:\n  exit: {{wprescue: 0}}\n{then}"
    )
    (loaded,) = load_file(path)
    return obstacles(loaded.variants[0], find_programs())


def test_a_plain_scenario_has_none(tmp_path):
    more = FILE.replace("24", "25")
    steps = (
        "  - upon: {sink: a, lines: 1}\n    kill: wprescue\n"
        f"  - write: {{{more}: {{lines: 1}}}}\n"
        "  - heal: true\n  - wait: idle\n  - {at: 5s, run: wproj rescue unlock}\n"
    )
    expected = (
        '  replay: {files: ["*01:59:25.dat", "*01:59:24.dat"]}\n  must_happen: [recovery.began, storage.ENOSPC]\n'
    )
    assert not found(tmp_path, given="  env: {STAT_SEC: 1}\n", when=steps, then=expected)


@pytest.mark.parametrize(
    ("more", "kind", "place", "reason"),
    [
        ({"when": "  - power_loss: true\n"}, Beyond.POWER, ("when", 1), "the power"),
        (
            {"when": "  - fault: {on: data/**, fail: read, errno: EIO}\n"},
            Beyond.FAULT,
            ("when", 1),
            "one by one",
        ),
        ({"when": "  - clock: {step: 1s}\n"}, Beyond.CLOCK, ("when", 1), "can't be changed"),
        (
            {"when": "  - upon: {operation: append, on: data/**}\n    kill: wprescue\n"},
            Beyond.OPERATION,
            ("when", 1, "upon"),
            "can't be waited for",
        ),
        (
            {"when": "  - upon: {event: source.paused}\n    kill: wprescue\n"},
            Beyond.HIDDEN,
            ("when", 1, "upon"),
            "source.paused can't be seen",
        ),
        (
            {"when": "  - wait: {event: recovery.began}\n", "project": "  log_level: error\n"},
            Beyond.HIDDEN,
            ("when", 1),
            "no such messages at level error",
        ),
        ({"given": "  clock: 2030-01-01 00:00:00\n"}, Beyond.CLOCK, ("given", "clock"), "can't be set"),
        ({"given": "  source: {lines: 3, rate: 30/m}\n"}, Beyond.PROJECT, ("given", "source"), "not 0.5"),
        (
            {"given": "  source: {lines: 9, equal: every 3rd}\n"},
            Beyond.HIDDEN,
            ("given", "source"),
            "from each other",
        ),
        (
            {"when": "  - rotate: {data/out_dat/a.dat: rename}\n"},
            Beyond.HIDDEN,
            ("when", 1),
            "once it has another name",
        ),
        (
            {"given": "  source: {lines: 3, rules: {/a/b: 1}}\n"},
            Beyond.PROJECT,
            ("given", "source"),
            "lines of rule /a/b have no package",
        ),
        (
            {"project": "  strategy: {sink: throw}\n"},
            Beyond.STRATEGY,
            ("project", "strategy"),
            "no place for strategies",
        ),
        (
            {"then": '  replay: {files: "*a-2025-10-04_01:59:20.dat"}\n'},
            Beyond.CLOCK,
            ("then", "replay", "files", 0),
            "has a time of the simulated clock in it: 2025-10-04_01:59:20",
        ),
        (
            {"then": '  log: {wprescue: "*a-2025-10-04_01:59:24-1.dat.lock"}\n'},
            Beyond.CLOCK,
            ("then", "log", "wprescue", 0),
            "has a time of the simulated clock in it: 2025-10-04_01:59:24-1",
        ),
        (
            {"then": "  must_not_happen: checkpoint.saved\n"},
            Beyond.HIDDEN,
            ("then", "must_not_happen", 0),
            "may happen without being seen",
        ),
        (
            {"when": "  - check: {ledger: {in_flight: 0}}\n"},
            Beyond.HIDDEN,
            ("when", 1, "check", "ledger", "in_flight"),
            "in its memory",
        ),
    ],
)
def test_what_can_not_be_done_has_its_place_and_reason(tmp_path, more, kind, place, reason):
    (obstacle,) = found(tmp_path, **more)
    assert (obstacle.kind, obstacle.path) == (kind, place)
    assert reason in obstacle.what


def test_all_of_them_are_found_at_once(tmp_path):
    several = found(
        tmp_path,
        when="  - power_loss: true\n  - clock: {step: 1s}\n",
        then="  must_happen: power.lost\n",
        given="  clock: 2030-01-01 00:00:00\n",
    )
    assert len(several) == 4


def test_a_black_hole_can_not_be_seen_into(tmp_path):
    (obstacle,) = found(tmp_path, project="    hole: {type: blackhole}\n")
    assert (obstacle.kind, obstacle.what) == (
        Beyond.HIDDEN,
        "what the blackhole hole takes can't be seen from outside",
    )


def test_what_the_machine_does_not_allow(tmp_path, monkeypatch):
    monkeypatch.setattr(reality, "why_no_rooms", lambda: "it needs root")
    monkeypatch.setattr(reality, "why_unbound", lambda: "root stays root")
    first, second = found(
        tmp_path, given="  disk: {data/out_dat: {size: 4096}}\n", when='  - chmod: {data/out_dat: "0500"}\n'
    )
    assert (first.kind, first.path, first.what) == (Beyond.MACHINE, ("given", "disk"), "it needs root")
    assert (second.kind, second.path, second.what) == (Beyond.MACHINE, ("when", 1), "root stays root")


def test_too_long_names_both_times(tmp_path):
    found(tmp_path)
    (loaded,) = load_file(tmp_path / "s.wptest.yaml")
    programs = find_programs("", HOUR)
    assert not list(too_long(loaded.variants[0], programs, HOUR))
    (obstacle,) = too_long(loaded.variants[0], programs, 88 * HOUR - 5)
    assert obstacle.what == "it would take 3d16h, and the longest is 1h"
