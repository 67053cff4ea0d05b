"""What somebody does to files in steps, and crashes before, between and behind them: the books follow."""

from __future__ import annotations

import pytest
from written import variant_of

from wptest.explore.crashes.crash_points import explore_crashes
from wptest.explore.troubles.combined import explore_combined
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import CombineExplore, CrashExplore

TARGET = "data/out_dat/a.dat"
RESCUE = "data/rescue/a-2025-10-04_01:59:24.dat"
FILE = f'{{files: {{"{RESCUE}": {{lines: 10}}}}}}'
LIVE = "{source: {lines: 12, rate: 20/s}}"
INPUT = '{source: {lines: 10, rate: 20/s, keep_position: true, patterns: {/sample: "*"}}}'

MOVED = f"""
  - rename: {{"{RESCUE}": data/kept.dat}}
  - run: wprescue work
  - rename: {{data/kept.dat: "{RESCUE}"}}
  - run: wprescue work
"""
IN_A_REPLAY = """
  - start: wprescue work
  - upon: {{sink: a, lines: 5}}
    {}
  - wait: {{exit: wprescue}}
  - run: wprescue work
"""
AFTER_A_KILL = """
  - start: wprescue work
  - upon: {{sink: a, lines: 5}}
    kill: wprescue
  - {}
  - run: wprescue work
"""
BACKUP = f"""
  - copy: {{"{RESCUE}": backup/a.dat}}
  - start: wprescue work
  - upon: {{sink: a, lines: 5}}
    kill: wprescue
  - remove: "{RESCUE}"
  - copy: {{backup/a.dat: "{RESCUE}"}}
  - run: wprescue work
"""
WHILE_IT_READS = """
  - start: wparse daemon
  - at: 320ms
    {}
  - wait: idle
  - signal: {{wparse: TERM}}
  - wait: {{exit: wparse}}
"""
COPIED_INPUT = """
  - start: wparse daemon
  - wait: idle
  - rotate: {data/in_dat/gen.dat: copy}
  - append: {data/in_dat/gen.dat: {lines: 8}}
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
"""
STEPS = {
    "a rescue file is moved away and back": (FILE, MOVED, "{}"),
    "a rescue file is renamed": (
        FILE,
        AFTER_A_KILL.format(f'rename: {{"{RESCUE}": "data/rescue/a-2025-10-04_01:59:30.dat"}}'),
        "{}",
    ),
    "a rescue file grows": (FILE, IN_A_REPLAY.format(f'append: {{"{RESCUE}": {{lines: 5}}}}'), "{}"),
    "a rescue file is cut": (FILE, AFTER_A_KILL.format(f'truncate: {{"{RESCUE}": 336}}'), "{lost: 3}"),
    "a rescue file comes back": (FILE, BACKUP, '{duplicates: "<= 10"}'),
    "a rescue file is removed and comes back": (
        FILE,
        f'\n  - copy: {{"{RESCUE}": backup/a.dat}}'
        + IN_A_REPLAY.format(f'remove: "{RESCUE}"')
        + f'  - copy: {{backup/a.dat: "{RESCUE}"}}\n  - run: wprescue work\n',
        '{duplicates: "<= 10"}',
    ),
    "a target is cut": (
        FILE,
        IN_A_REPLAY.format(f"truncate: {{{TARGET}: 96}}"),
        '{lost: "<= 5", duplicates: "<= 10"}',
    ),
    "a target is rotated": (FILE, IN_A_REPLAY.format(f"rotate: {{{TARGET}: rename}}"), '{duplicates: "<= 10"}'),
    "a target is copied and cut": (
        FILE,
        IN_A_REPLAY.format(f"rotate: {{{TARGET}: copy}}"),
        '{duplicates: "<= 10"}',
    ),
    "a target grows": (FILE, IN_A_REPLAY.format(f"append: {{{TARGET}: {{lines: 3}}}}"), '{duplicates: "<= 10"}'),
    "a target is rotated under wparse": (LIVE, WHILE_IT_READS.format(f"rotate: {{{TARGET}: rename}}"), "{}"),
    "a target grows under wparse": (LIVE, WHILE_IT_READS.format(f"append: {{{TARGET}: {{lines: 3}}}}"), "{}"),
    "a target is cut under wparse": (LIVE, WHILE_IT_READS.format(f"rotate: {{{TARGET}: copy}}"), "{}"),
    "the input is rotated": (
        INPUT,
        WHILE_IT_READS.format("rotate: {data/in_dat/gen.dat: rename}")
        + "  - write: {data/in_dat/gen.dat: {lines: 8}}\n  - run: wparse batch\n",
        "{}",
    ),
    "the input is copied and cut": (INPUT, COPIED_INPUT, "{}"),
}
BOTH_DISKS = CrashExplore.model_validate({"as": ["kill", "power-loss"], "disks": ["ordered", "posix"]})


def load(given: str, steps: str, allow: str) -> LoadedVariant:
    text = (
        f"scenario: steps\nproject: {{speed_limit: 20, sinks: {{a: {{}}}}}}\ngiven: {given}\n"
        f"when:{steps}then: {{allow: {allow}}}\n"
    )
    return variant_of(text)


@pytest.mark.parametrize("name", STEPS)
def test_no_crash_around_a_step_breaks_anything(name):
    report = explore_crashes(load(*STEPS[name]), BOTH_DISKS, RunOptions(), most=60)

    assert report.breaches == []
    assert report.run == 60


@pytest.mark.parametrize(
    "name", ["a rescue file comes back", "a rescue file is removed and comes back", "the input is rotated"]
)
def test_no_two_troubles_around_a_step_break_anything(name):
    assert explore_combined(load(*STEPS[name]), CombineExplore(), RunOptions(), most=50).breaches == []


@pytest.mark.slow
def test_torn_ends_that_two_kills_leave_are_excused_although_they_are_equal():
    """Where the position of the input is kept, it is started again, and killed in its first line too."""
    given = "{source: {lines: 4, rate: 5/s, keep_position: true}}"
    variant = load(given, "\n  - start: wparse daemon\n  - wait: idle\n", "{}")

    report = explore_crashes(variant, CrashExplore.model_validate({"as": "kill", "depth": 2}), RunOptions())

    assert report.breaches == []
    assert report.run > 500


@pytest.mark.slow
def test_a_server_that_was_killed_before_its_new_table_was_durable_makes_it_so_at_its_next_start():
    """On `btrfs` the sync of a file makes no name durable, so a power loss would take the whole table."""
    text = """
scenario: killed-at-its-first-start
project:
  servers: {db: {engine: innodb}}
  sinks:
    a:
      type: sql
      server: db
      key: id
      row: {columns: {id: {type: uint64, from: $event_id, required: true}, line: {type: bytes, from: $line}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 5}}}
when:
  - run: wprescue work
"""
    variant = variant_of(text)
    plan = CrashExplore.model_validate({"disks": "btrfs", "depth": 2, "tear": False})

    report = explore_crashes(variant, plan, RunOptions())

    assert report.breaches == []
    assert report.run > 100
