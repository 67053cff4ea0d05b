from __future__ import annotations

import errno
import os
from typing import get_args

import pytest
from engine_bench import SECOND, FilesBench

from engine.kernel import sleep
from engine.storage.disk_port import read_all
from engine.storage.faults import ERRORS, OPERATIONS, FaultRule, Faults, errors_of
from engine.storage.glob import path_pattern
from wptest.words.faults.failing_operation import Errno


def bites(rule, count, operation="append", path="d/file", now=0):
    return [rule.bites(operation, path, now) for _ in range(count)]


@pytest.mark.parametrize(
    ("glob", "path", "fits"),
    [
        ("d/file", "d/file", True),
        ("d/file", "d/files", False),
        ("d/*", "d/file", True),
        ("d/*", "d/sub/file", False),
        ("d/**", "d/sub/file", True),
        ("**", "any/thing", True),
        ("**/file", "file", True),
        ("**/file", "a/b/file", True),
        ("**/file", "a/profile", False),
        ("d/f?le", "d/file", True),
        ("d/f?le", "d/f/le", False),
        ("d/[a]", "d/[a]", True),
        ("d/[a]", "d/a", False),
        ("d/*.dat", "d/x.dat.lock", False),
        ("d/*", "d/two\nlines", True),
    ],
)
def test_a_path_pattern_matches(glob, path, fits):
    assert bool(path_pattern(glob).fullmatch(path)) is fits


class TestFaultRule:
    def test_it_bites_every_time_unless_told_otherwise(self):
        rule = FaultRule("**", errno=errno.EIO)
        assert bites(rule, 3) == [True] * 3
        assert (rule.seen, rule.bitten) == (3, 3)

    def test_nth_and_times_choose_the_operations(self):
        rule = FaultRule("**", errno=errno.EIO, nth=2, times=2)
        assert bites(rule, 5) == [False, True, True, False, False]
        assert (rule.seen, rule.bitten) == (5, 2)

    def test_other_operations_and_paths_are_neither_bitten_nor_counted(self):
        rule = FaultRule("d/*", frozenset({"append"}), errno=errno.EIO)
        assert bites(rule, 1, operation="read") == bites(rule, 1, path="e/file") == [False]
        assert rule.seen == 0

    def test_it_holds_from_since_on_and_before_until(self):
        rule = FaultRule("**", errno=errno.EIO, since=10, until=20)
        assert [bites(rule, 1, now=now)[0] for now in (9, 10, 19, 20)] == [False, True, True, False]
        assert rule.seen == 2

    @pytest.mark.parametrize(
        ("rule", "name"), [({"errno": errno.EROFS}, "EROFS"), ({"delay": 5}, "slow"), ({"errno": 9999}, "9999")]
    )
    def test_its_name_says_what_it_does(self, rule, name):
        assert FaultRule("**", **rule).name == name

    def test_of_several_rules_the_first_that_bites_answers(self):
        first = FaultRule("d/*", errno=errno.EIO, times=1)
        second = FaultRule("**", errno=errno.EROFS)
        faults = Faults()
        faults.add(first)
        faults.add(second)
        found = [faults.find("append", path, 0) for path in ("d/file", "d/file", "e/file")]
        assert found == [first, second, second]

    def test_healing_ends_all_rules_and_keeps_what_they_did(self):
        faults = Faults([FaultRule("**", errno=errno.EIO)])
        assert faults.find("append", "d/file", 0)
        assert [rule.bitten for rule in faults.heal()] == [1]
        assert faults.find("append", "d/file", 0) is None
        faults.add(FaultRule("**", delay=1))
        assert [rule.bitten for rule in faults.rules] == [0]


class TestFaultsOnFiles:
    def test_a_failing_operation_does_nothing_and_leaves_an_event(self):
        bench = FilesBench()
        bench.fault("x", "append", errno=errno.ENOSPC, times=1)

        async def main():
            handle = await bench.files.open("x")
            with pytest.raises(OSError, match="No space left") as caught:
                await handle.append(b"data")
            assert (caught.value.errno, caught.value.filename, caught.value.written) == (errno.ENOSPC, "x", 0)
            await handle.append(b"data")
            return handle.size()

        assert bench.run(main) == 4
        assert [(event.kind, dict(event.fields)) for event in bench.trace.events] == [
            ("fault.bit", {"path": "x", "operation": "append"}),
            ("storage.ENOSPC", {"path": "x", "operation": "append"}),
        ]

    def test_a_slow_operation_takes_its_time_and_is_done(self):
        bench = FilesBench()
        bench.fault("x", "fsync", delay=3 * SECOND, nth=2)

        async def main():
            handle = await bench.files.open("x")
            times = []
            for _ in range(3):
                await handle.fsync()
                times.append(bench.scheduler.now)
            return times

        assert bench.run(main) == [0, 3 * SECOND, 6 * SECOND]
        assert bench.kinds() == ["fault.bit", "fault.bit"]

    def test_one_that_is_slow_and_fails_fails_late(self):
        bench = FilesBench()
        bench.fault("x", delay=SECOND, errno=errno.EIO)

        async def main():
            with pytest.raises(OSError, match="Input/output"):
                await bench.files.open("x")
            return bench.scheduler.now

        assert bench.run(main) == SECOND
        assert bench.disk.list("") == []

    @pytest.mark.parametrize(
        "operation",
        [
            "open",
            "append",
            "read",
            "truncate",
            "fsync",
            "lock",
            "rename",
            "remove",
            "mkdir",
            "list",
            "stat",
            "sync_dir",
        ],
    )
    def test_every_operation_can_fail(self, operation):
        bench = FilesBench()

        async def main():
            handle = await bench.files.open("x")
            bench.fault("**", operation, errno=errno.EACCES)
            actions = {
                "open": lambda: bench.files.open("x"),
                "append": lambda: handle.append(b"x"),
                "read": lambda: handle.read(0, 1),
                "truncate": lambda: handle.truncate(0),
                "fsync": handle.fsync,
                "lock": handle.lock,
                "rename": lambda: bench.files.rename("x", "y"),
                "remove": lambda: bench.files.remove("x"),
                "mkdir": lambda: bench.files.mkdir("d"),
                "list": lambda: bench.files.list(""),
                "stat": lambda: bench.files.stat("x"),
                "sync_dir": lambda: bench.files.sync_dir(""),
            }
            with pytest.raises(OSError, match="Permission denied") as caught:
                await actions[operation]()
            assert caught.value.errno == errno.EACCES

        bench.run(main)
        assert bench.kinds() == ["fault.bit", "storage.EACCES"]
        assert bench.disk.list("") == ["x"]

    def test_the_clock_of_since_and_until_is_the_monotonic_one(self):
        bench = FilesBench()
        rule = bench.fault("x", "open", errno=errno.EIO, since=SECOND, until=2 * SECOND)

        async def main():
            opened = []
            for _ in range(4):
                try:
                    await bench.files.open("x")
                    opened.append(bench.scheduler.now)
                except OSError:
                    pass
                await sleep(SECOND // 2)
            await sleep(0)
            await bench.files.open("x")
            return opened

        assert bench.run(main) == [0, SECOND // 2]
        assert rule.bitten == 2

    def test_a_torn_write_leaves_a_part_that_the_program_knows_nothing_of(self):
        bench = FilesBench()
        bench.fault("x", "append", errno=errno.EIO, spoil=lambda data: data[:3], times=1)

        async def main():
            handle = await bench.files.open("x")
            with pytest.raises(OSError, match="Input/output") as caught:
                await handle.append(b"a line\n")
            assert caught.value.written == 0
            return await handle.read(0, 99)

        assert bench.run(main) == b"a l"
        assert bench.kinds() == ["fault.bit", "storage.EIO"]

    def test_after_a_short_write_the_program_goes_on_with_the_rest(self):
        bench = FilesBench()
        rule = bench.fault("x", "append", spoil=lambda data: data[:3], label="short", times=2)

        async def main():
            handle = await bench.files.open("x")
            await handle.append(b"a long line\n")
            return await handle.read(0, 99)

        assert bench.run(main) == b"a long line\n"
        assert rule.bitten == 2
        assert bench.kinds() == ["fault.bit", "fault.bit"]
        assert rule.name == "short"

    def test_what_is_read_may_be_other_than_what_is_on_the_disk(self):
        bench = FilesBench()
        rule = bench.fault("x", "read", spoil=bytes.upper, times=2)

        async def main():
            handle = await bench.files.open("x")
            await handle.append(b"abc")
            return [await handle.read(0, 3), await handle.read(9, 3), await handle.read(0, 3)]

        assert bench.run(main) == [b"ABC", b"", b"abc"]
        assert (rule.bitten, rule.spared) == (2, 1)

    @pytest.mark.parametrize(
        ("number", "durable"),
        [(errno.EIO, b""), (errno.ENOSPC, b""), (errno.EINTR, b"line\n"), (errno.EROFS, b"line\n")],
    )
    def test_a_sync_that_fails_to_write_back_loses_what_a_later_sync_seems_to_save(self, number, durable):
        bench = FilesBench()
        bench.fault("x", "fsync", errno=number, times=1)

        async def main():
            handle = await bench.files.open("x")
            await handle.append(b"line\n")
            with pytest.raises(OSError, match=os.strerror(number)):
                await handle.fsync()
            await handle.fsync()
            await bench.files.sync_dir("")
            assert await handle.read(0, 99) == b"line\n"

        bench.run(main)
        bench.disk.power_loss()
        assert read_all(bench.disk, "x") == durable


class TestErrors:
    def test_every_operation_has_its_errors_and_every_error_is_one_of_linux(self):
        assert all(hasattr(errno, name) for name in ERRORS)
        assert {operation for operations in ERRORS.values() for operation in operations} == OPERATIONS
        assert errors_of("fsync") == ("EIO", "ENOSPC", "EROFS", "EACCES", "EDQUOT", "EINTR", "ESTALE")
        assert errors_of("lock") == ("EINTR", "ENOLCK")

    def test_the_language_has_the_same(self):
        assert set(get_args(Errno)) == set(ERRORS)
