"""Changes of permissions by hand, sizes and the clock: whether anything came upon them."""

from __future__ import annotations

import pytest

from engine.kernel import Scheduler, Trace, WallClock
from engine.storage.disk_port import read_all, write_all
from engine.storage.memory import MemoryDisk
from engine.storage.modes import Modes
from engine.storage.quotas import Quotas


def disk():
    made = MemoryDisk()
    write_all(made, "d/f", b"one\n")
    return made


@pytest.mark.parametrize(
    ("path", "mode", "operation", "on", "denied"),
    [
        ("d", 0o555, "remove", "d/f", 1),
        ("d", 0o555, "open", "d/new", 1),
        ("d", 0o555, "list", "d", 1),
        ("d/f", 0o444, "open", "d/f", 1),
        ("d/f", 0o444, "remove", "d/f", 0),  # which is a matter of the directory
        ("d/f", 0o444, "open", "d/g", 0),
        ("d", 0o777, "remove", "d/f", 0),  # it takes nothing away
        ("d", 0o055, "open", "d/e/f", 1),  # nothing below is reached
    ],
)
def test_what_was_denied_is_put_down_to_the_nearest_change_that_took_something_away(
    path, mode, operation, on, denied
):
    modes = Modes()
    change = modes.change(disk(), path, mode)

    modes.deny(operation, on)

    assert change.denied == denied


def test_of_two_changes_the_latest_is_in_force():
    modes, made = Modes(), disk()
    first, second = modes.change(made, "d", 0o555), modes.change(made, "d", 0o755)

    modes.deny("remove", "d/f")

    assert (first.denied, second.denied) == (0, 0)
    assert (first.takes, first.matters, second.takes, second.matters) == (True, True, False, True)
    assert (first.met, second.met) == (False, True)


def test_a_file_that_nobody_may_read_can_be_judged_all_the_same_and_keeps_its_mode():
    made = disk()
    made.chmod("d/f", 0o000)

    assert read_all(made, "d/f") == b"one\n"
    assert made.stat("d/f").mode == 0o000


def test_a_room_knows_how_full_it_was_and_whether_something_did_not_fit():
    made, quotas = disk(), Quotas()
    (small,) = quotas.resize({"d": 6})
    assert (small.narrows, quotas.fit(made, "d/f", b"t"), small.most, small.was_full) == (True, b"t", 5, False)
    assert (quotas.fit(made, "d/f", b"two\n"), small.most, small.was_full) == (b"tw", 6, True)

    (large,) = quotas.resize({"d": 100})
    assert (large.narrows, quotas.fit(made, "e/f", b"x" * 1000), large.most) == (False, b"x" * 1000, 0)


def test_of_rooms_in_each_other_the_one_that_is_full_is_told():
    made, quotas = disk(), Quotas()
    outer, inner = quotas.resize({"d": 1000, "d/e": 3})

    assert quotas.fit(made, "d/e/f", b"abcdef") == b"abc"
    assert (outer.was_full, inner.was_full) == (False, True)


def test_a_clock_knows_who_looked_and_whether_it_is_right():
    clock = WallClock(Scheduler(Trace()), 0)
    clock.step(5)
    assert (clock.reads, clock.is_right) == (0, False)
    clock.now()
    clock.utc()
    clock.step(-5)
    assert (clock.reads, clock.is_right) == (2, True)
