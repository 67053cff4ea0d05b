"""The ledger of programs that can't be looked into: what they may have is not lost, and not there either."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.programs.command import parse_command
from engine.storage.disk_port import read_all, write_all
from engine.storage.memory import MemoryDisk
from wptest.run.world import RunOptions, World
from wptest.scenario.load import load_file

TARGET = "data/out_dat/a.dat"
SCENARIO = """\
scenario: s
project: {sinks: {a: {}}}
given: {source: {lines: 6}}
when:
  - run: wparse batch
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Six lines were read, and four have arrived, when a program lives whose memory nobody sees."""
    path = tmp_path / "s.wptest.yaml"
    path.write_text(SCENARIO)
    world = World(load_file(path)[0].variants[0], MemoryDisk(), RunOptions())
    program = world.start(parse_command("wparse batch"))
    program.holdings.clear()
    program.opaque = True
    lines = read_all(world.machine.disk, world.project.source.path).splitlines(keepends=True)
    write_all(world.machine.disk, TARGET, b"".join(lines[:4]))
    world.machine.emit("wparse", "source.accepted", path=world.project.source.path, lines=6, total=6)
    return world


def account(world):
    return world.ledger.accounts()[TARGET]


def test_what_is_nowhere_is_taken_to_be_in_it_while_it_lives(world):
    assert (account(world).delivered, account(world).in_flight, account(world).lost.total()) == (4, 2, 0)
    world.latest("wparse").kill()
    assert (account(world).delivered, account(world).in_flight, account(world).lost.total()) == (4, 0, 2)


def test_what_only_it_had_is_written_off_with_a_kill_that_is_forgiven(world):
    world.forgives_kills = True
    world.kill("wparse")
    assert (account(world).owed, account(world).lost.total()) == (4, 0)


def test_what_somebody_removes_while_it_lives_is_not_its_fault(world):
    with world.ledger.debts.destroying():
        world.machine.disk.remove(TARGET)
        world.machine.emit("wptest", "hand.remove", path=TARGET)
    world.latest("wparse").kill()
    assert (account(world).owed, account(world).lost.total()) == (2, 2)
