"""`rescue_name`: what the oracle makes of the name of a rescue file when the file is made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from engine_bench import RESCUE
from scenario_bench import Books

from engine.kernel import sleep
from engine.project.model import SinkConf
from engine.units import HOUR, SECOND
from wptest.judge.naming import Naming
from wptest.judge.rescue_names import RescueFileNames
from wptest.words.finding import Sighting

START = "2025-10-04_01:59:20"


class Outage:
    """A sink that fails ten seconds after its program began, and rescue files that are made then."""

    def __init__(self):
        self.books = Books({}, SinkConf("a", "file", "a.dat"), SinkConf("b", "file", "b.dat"))
        self.program = self.books.program("wparse")
        self.books.machine.emit("wparse", "program.started", command="wparse daemon")
        self.pass_time(10)
        self.fail()

    def pass_time(self, seconds):
        async def wait():
            await sleep(seconds * SECOND)

        self.books.bench.play(wait)

    def fail(self):
        self.books.machine.emit("wparse", "sink.failed", sink="a", reason="down", strategy="fix_retry")

    def make(self, name):
        """Make a file of that name for the sink a; what is wrong with it."""
        self.books.machine.emit("wparse", "rescue.created", sink="a", path=f"{RESCUE}/{name}.dat.lock")
        return [
            finding.message for finding in self.books.invariants.at_quiet_point() if finding.name == "rescue_name"
        ]


@pytest.fixture
def outage():
    return Outage()


@pytest.mark.parametrize(
    "name", ["a-2025-10-04_01:59:30", "a-2025-10-04_01:59:30-3", "business/a-2025-10-04_01:59:30"]
)
def test_the_sink_and_the_second_of_the_failure_are_right(outage, name):
    assert outage.make(name) == []


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("notes", "no rescue file is called like that"),
        ("b-2025-10-04_01:59:30", "it has lines of a, and b is called like that"),
        ("c-2025-10-04_01:59:30", "it has lines of a, and no sink is called like that"),
        ("a-2025-10-04_09:59:30", "it was made at 2025-10-04_01:59:30 UTC"),
        (f"a-{START}", "it was made at 2025-10-04_01:59:30 UTC"),
        ("a-2025-10-04_01:59:31", "it was made at 2025-10-04_01:59:30 UTC"),
    ],
)
def test_another_sink_or_another_time_is_wrong(outage, name, why):
    assert outage.make(name) == [f"{RESCUE}/{name}.dat.lock has the wrong name: {why}"]


def test_a_file_that_takes_long_to_be_made_may_have_any_second_since_the_failure(outage):
    outage.pass_time(5)
    assert outage.make("a-2025-10-04_01:59:30") == outage.make("a-2025-10-04_01:59:35") == []
    assert outage.make("a-2025-10-04_01:59:36") != []


def test_the_clock_may_be_set_between_the_failure_and_the_making(outage):
    outage.books.machine.wall.step(-2 * HOUR)
    assert outage.make("a-2025-10-03_23:59:30") == outage.make("a-2025-10-04_01:59:30") == []


def test_an_earlier_outage_says_nothing_of_a_later_one(outage):
    outage.pass_time(60)
    outage.fail()
    assert outage.make("a-2025-10-04_01:59:30") != []


@pytest.mark.parametrize(("replicas", "wrong"), [(1, 1), (2, 0)])
def test_each_replica_of_a_group_has_an_outage_of_its_own(outage, replicas, wrong):
    machine, groups = outage.books.machine, outage.books.project.groups
    project = replace(outage.books.project, groups=tuple(replace(group, parallel=replicas) for group in groups))
    naming = Naming(machine, [outage.program], RescueFileNames(project))
    outage.fail()
    outage.pass_time(60)
    outage.fail()
    outage.make("a-2025-10-04_01:59:30")
    assert len(naming.wrong) == wrong


def test_of_a_program_that_cant_be_looked_into_only_its_start_is_known(outage):
    outage.program.opaque = True
    assert outage.make(f"a-{START}") == []
    assert outage.make("a-2025-10-04_01:58:20") != []


def test_looking_at_the_clock_is_not_counted(outage):
    before = outage.books.machine.wall.reads
    outage.make("a-2025-10-04_01:59:30")
    assert outage.books.machine.wall.reads == before


def test_a_wrong_name_is_told_with_the_first_line_that_waits_there(outage):
    path = f"{RESCUE}/a-2025-10-04_01:59:31.dat.lock"
    outage.books.write(path, [b"one", b"two"])
    outage.books.machine.emit("wparse", "rescue.created", sink="a", path=path)

    (found,) = [each for each in outage.books.invariants.at_quiet_point() if each.name == "rescue_name"]
    assert found.trail is not None
    assert (found.trail.lines, found.trail.last) == (("one", "two"), Sighting(path, 1))
    assert found.trail.target == "a.dat"
